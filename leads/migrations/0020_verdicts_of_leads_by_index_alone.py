"""The verdict of a handoff is found from the lead by index alone: the review reads no wide row for it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_tokens_have_scopes"),
        ("leads", "0019_words_of_many_are_told_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="handoff",
            name="handoff_of_lead",
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["lead"],
                include=(
                    "id",
                    "grade",
                    "at",
                    "due_at",
                    "responded_at",
                    "released_at",
                    "closed_at",
                    "verdict_at",
                    "verdict_due_at",
                    "historic",
                ),
                name="handoff_of_lead",
            ),
        ),
    ]
