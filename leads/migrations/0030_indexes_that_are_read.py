"""Indexes that nobody reads cost each lead that comes in: those of LIKE, and of events without a handoff."""

import django.db.models.deletion
from django.db import migrations, models

# Django makes them beside each unique text; words and domains are asked for as a whole.
LIKE = {
    "leads_knownword_word_16801d41_like": "leads_knownword (word varchar_pattern_ops)",
    "leads_organisation_domain_03a518c8_like": "leads_organisation (domain varchar_pattern_ops)",
}


class Migration(migrations.Migration):
    dependencies = [("leads", "0029_no_constraint_for_what_stays")]

    operations = [
        *(
            migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {columns}")
            for name, columns in LIKE.items()
        ),
        migrations.AlterField(
            model_name="event",
            name="handoff",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="events",
                to="leads.handoff",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("handoff__isnull", False)), fields=["handoff"], name="event_of_handoff"
            ),
        ),
    ]  # fmt: skip
