"""The work lists of a rep and of a team are read in their order: who waits by the moment they are due, then who was
answered."""

from django.db import migrations, models

OPEN = models.Q(closed_at=None)


class Migration(migrations.Migration):
    dependencies = [("leads", "0032_who_sees_a_lead_by_index_alone")]

    operations = [
        migrations.RemoveIndex("handoff", "handoff_work_of_rep"),
        migrations.RemoveIndex("handoff", "handoff_work_of_team"),
        migrations.AddIndex(
            "handoff",
            models.Index(fields=["rep", "responded_at", "due_at"], condition=OPEN, name="handoff_work_of_rep"),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(fields=["team", "responded_at", "due_at"], condition=OPEN, name="handoff_work_of_team"),
        ),
    ]
