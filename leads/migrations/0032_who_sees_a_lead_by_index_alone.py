"""Whether a rep may see a lead is read from the index of its handoffs: a search asks it of thousands."""

from django.db import migrations, models

READ = (
    "id", "grade", "at", "due_at", "responded_at", "released_at", "closed_at", "verdict_at", "verdict_due_at",
    "historic", "rep", "team",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("leads", "0031_search_sorts_by_itself")]

    operations = [
        migrations.RemoveIndex("handoff", "handoff_of_lead"),
        migrations.AddIndex("handoff", models.Index(fields=["lead"], include=READ, name="handoff_of_lead")),
    ]
