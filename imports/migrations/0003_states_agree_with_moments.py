from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0002_life_of_an_import"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state__in", ["prepared", "running"])),
                    models.Q(("finished_at__isnull", False), ("state__in", ["done", "stopped", "failed", "undone"])),
                    _connector="OR",
                ),
                name="import_ended_has_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True), ("progressed_at__isnull", False), _connector="OR"
                ),
                name="import_running_moves",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "undone"), ("undone_at", None), _connector="XOR"),
                name="import_undone_has_a_moment",
            ),
        ),
    ]
