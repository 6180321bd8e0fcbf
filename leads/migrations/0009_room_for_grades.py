"""Half of each page stays free: the grade of a fresh lead, and of all leads each night, is written beside the old one
and off every index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_duplicates")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE leads_lead SET (fillfactor = 50)", "ALTER TABLE leads_lead SET (fillfactor = 80)"
        ),
    ]
