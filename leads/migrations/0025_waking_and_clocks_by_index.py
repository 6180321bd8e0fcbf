"""Lists of leads that wake up whatever their stage, and of clocks that do not run, are read from an index."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("leads", "0024_facts_by_index")]

    operations = [
        migrations.RemoveIndex("lead", "lead_to_wake"),
        migrations.AddIndex(
            "lead",
            models.Index(fields=["wake_up_on"], condition=Q(wake_up_on__isnull=False), name="lead_to_wake"),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(
                fields=["lead"], condition=Q(released_at__isnull=False) | Q(due_at=None), name="handoff_without_clock"
            ),
        ),
    ]
