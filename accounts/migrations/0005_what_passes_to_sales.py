"""What passes to sales by itself is a setting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_trail"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="company",
            options={"verbose_name": "company", "verbose_name_plural": "companies"},
        ),
        migrations.AddField(
            model_name="company",
            name="hands_off_a",
            field=models.BooleanField(db_default=True, default=True, verbose_name="hand off grade A at once"),
        ),
        migrations.AddField(
            model_name="company",
            name="hands_off_b",
            field=models.BooleanField(db_default=True, default=True, verbose_name="hand off grade B at once"),
        ),
        migrations.AddField(
            model_name="company",
            name="wakes_to_another",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="a lead that wakes up goes to another rep"
            ),
        ),
    ]
