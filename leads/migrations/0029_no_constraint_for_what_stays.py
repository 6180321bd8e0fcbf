"""Imports and definitions are never deleted: a constraint would look for them once for each row."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0003_states_agree_with_moments"),
        ("leads", "0028_what_sales_write_is_in_no_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lead",
            name="graded_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.leaddefinition",
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="run",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leads",
                to="imports.import",
                verbose_name="import that brought it",
            ),
        ),
        migrations.AlterField(
            model_name="touch",
            name="run",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="touches",
                to="imports.import",
            ),
        ),
    ]
