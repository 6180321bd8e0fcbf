"""How many handoffs a rep answered in time is told by the index of turns alone: the rows are wide."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0025_waking_and_clocks_by_index")]

    operations = [
        migrations.RemoveIndex("handoff", "handoff_turn"),
        migrations.AddIndex(
            "handoff",
            models.Index(
                fields=["rep", "-id"], include=["at", "due_at", "responded_at", "released_at"], name="handoff_turn"
            ),
        ),
    ]
