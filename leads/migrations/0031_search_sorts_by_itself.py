"""The words of a lead know when it was captured: a search is sorted where it is answered."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("leads.migrations.0024_facts_by_index").CAME
CAME = (
    BEFORE.replace("SELECT l.id, l.name,", "SELECT l.id, l.captured_at, l.name,")
    .replace("(lead_id, words, name_key, organisation_key)", "(lead_id, captured_at, words, name_key, organisation_key)")
    .replace("SELECT id, leads_words_of(", "SELECT id, captured_at, leads_words_of(")
)  # fmt: skip

# The change of a type that is none writes the table anew, without the old rows beside the new ones.
ADD = """
CREATE FUNCTION leads_captured(bigint) RETURNS timestamptz LANGUAGE sql STABLE
RETURN (SELECT captured_at FROM leads_lead WHERE id = $1);
ALTER TABLE leads_leadwords ADD COLUMN captured_at timestamptz;
ALTER TABLE leads_leadwords
    ALTER COLUMN captured_at TYPE timestamptz USING leads_captured(lead_id),
    ALTER COLUMN captured_at SET NOT NULL;
DROP FUNCTION leads_captured(bigint);
"""
DROP = "ALTER TABLE leads_leadwords DROP COLUMN captured_at;"

CAPTURED = """
CREATE FUNCTION leads_lead_captured() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE leads_leadwords SET captured_at = NEW.captured_at WHERE lead_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER lead_captured AFTER UPDATE OF captured_at ON leads_lead
    FOR EACH ROW WHEN (OLD.captured_at <> NEW.captured_at) EXECUTE FUNCTION leads_lead_captured();
"""
NOT_CAPTURED = """
DROP TRIGGER lead_captured ON leads_lead;
DROP FUNCTION leads_lead_captured();
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0030_indexes_that_are_read")]

    operations = [
        migrations.RunSQL(
            ADD, DROP, state_operations=[migrations.AddField("leadwords", "captured_at", models.DateTimeField())]
        ),
        migrations.RunSQL(CAME, BEFORE),
        migrations.RunSQL(CAPTURED, NOT_CAPTURED),
    ]
