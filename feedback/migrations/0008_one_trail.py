"""Changes of reasons stand in the trail of all settings; the lines there were move into it."""

from django.db import migrations

MOVED = """
INSERT INTO accounts_change (recorded_at, by_id, what, object_id, label, act, changes)
SELECT c.at, c.by_id, 'feedback.reason', c.reason_id, left(r.label, 200), c.what, c.changes
FROM feedback_reasonchange c JOIN feedback_reason r ON r.id = c.reason_id ORDER BY c.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_trail"),
        ("feedback", "0007_appeals"),
    ]

    operations = [
        migrations.RunSQL(MOVED, migrations.RunSQL.noop),
        migrations.DeleteModel(name="ReasonChange"),
    ]
