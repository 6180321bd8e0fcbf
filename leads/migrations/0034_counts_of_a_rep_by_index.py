"""How many wait for a rep and for a team, and how many a rep answered in time lately, is counted in indexes alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0033_work_lists_by_answer")]

    operations = [
        migrations.RemoveIndex("handoff", "handoff_turn"),
        migrations.RemoveIndex("handoff", "handoff_work_of_rep"),
        migrations.AddIndex(
            "handoff",
            models.Index(
                fields=["rep", "responded_at", "due_at"],
                include=["team"],
                condition=models.Q(closed_at=None),
                name="handoff_work_of_rep",
            ),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(
                fields=["rep", "-at", "-id"], include=["due_at", "responded_at", "released_at"], name="handoff_turn"
            ),
        ),
    ]
