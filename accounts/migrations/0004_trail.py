"""The trail of what people change in the settings, which the database only lets grow; people have versions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION accounts_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the trail is only added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER change_stays BEFORE UPDATE OR DELETE ON accounts_change
    FOR EACH ROW EXECUTE FUNCTION accounts_change_stays();
"""
NO_GUARD = """
DROP TRIGGER change_stays ON accounts_change;
DROP FUNCTION accounts_change_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_settings_have_versions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={"ordering": ["name", "id"], "verbose_name": "person", "verbose_name_plural": "people"},
        ),
        migrations.AddField(
            model_name="user",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("what", models.CharField(max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("label", models.CharField(max_length=200)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("added", "added"),
                            ("changed", "changed"),
                            ("moved", "moved"),
                            ("removed", "taken away"),
                            ("retired", "taken out of use"),
                            ("brought_back", "brought back"),
                        ],
                        max_length=12,
                    ),
                ),
                ("changes", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["what", "object_id", "-id"], name="change_of_row")],
            },
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
