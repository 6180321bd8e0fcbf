"""What filters ask of few leads is answered by the index of words: facts stand among the words.

A fact's lexeme begins with "=", which no typed word does. Where its organisation tells what the lead does not,
the organisation's fact is the lead's, as in the lead definition.
"""

from importlib import import_module

import django.contrib.postgres.indexes
from django.db import migrations

WORDS = import_module("leads.migrations.0017_words_by_index")
BEFORE = import_module("leads.migrations.0023_words_in_their_order").TRIGGER
FIRST = import_module("leads.migrations.0010_finding")

FUNCTIONS = r"""
CREATE FUNCTION leads_facets(country text, industry text, source text, employees integer, email text, phone text,
    kept_out text, do_not_contact boolean, facts jsonb)
RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN array_remove(ARRAY[
    '=C' || upper(nullif(country, '')),
    '=I' || upper(nullif(industry, '')),
    '=S' || upper(nullif(source, '')),
    -- The number of its binary digits.
    '=E' || length(ltrim(employees::bit(32)::text, '0')),
    CASE WHEN email IS NULL THEN '=-M' END,
    CASE WHEN phone = '' THEN '=-P' ELSE '=P' END,
    CASE WHEN kept_out <> '' THEN '=K' END,
    CASE WHEN do_not_contact THEN '=D' END
], NULL) || CASE WHEN facts <> '{}' THEN ARRAY(
    SELECT '=F' || left(key, 60) || '=' || left(lower(value), 60) FROM jsonb_each_text(facts) WHERE value IS NOT NULL
) ELSE '{}' END;
"""
NO_FUNCTIONS = """
DROP FUNCTION leads_facets(text, text, text, integer, text, text, text, boolean, jsonb);
"""

FACETS = """leads_facets(coalesce(nullif(l.country, ''), o.country), coalesce(nullif(l.industry, ''), o.industry),
        l.source, coalesce(l.employees, o.employees), l.email, l.phone, l.kept_out, l.do_not_contact, l.facts)"""
VALUES = f"""
    leads_words(l.name, l.email, l.phone, l.external_id, o.name, o.domain) || array_to_tsvector({FACETS}),
    left(coalesce(leads_fold(coalesce(nullif(l.name, ''), l.email, l.external_id)), '~'), 60),
    left(coalesce(leads_fold(o.name), '~'), 60)
"""
CAME = (
    BEFORE.replace("o.name AS organisation, o.domain,", f"o.name AS organisation, o.domain,\n{FACETS} AS facets,")
    .replace("SELECT name, domain FROM", "SELECT name, domain, country, industry, employees FROM")
    .replace("external_id, domain),", "external_id, domain) || array_to_tsvector(facets),")
)
_OF_LEAD = """name, email, phone, external_id, organisation_id, country, industry, source, employees,
    kept_out, do_not_contact, facts"""
_OF_ORGANISATION = "name, domain, country, industry, employees"


def _each(row: str, names: str) -> str:
    return ", ".join(f"{row}.{name.strip()}" for name in names.split(","))


CHANGED = f"""
CREATE OR REPLACE FUNCTION leads_lead_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE leads_leadwords w SET (words, name_key, organisation_key) = (
        SELECT {VALUES} FROM (SELECT NEW.*) l LEFT JOIN leads_organisation o ON o.id = l.organisation_id
    ) WHERE w.lead_id = NEW.id;
    RETURN NULL;
END $$;
DROP TRIGGER lead_changed ON leads_lead;
CREATE TRIGGER lead_changed AFTER UPDATE OF {_OF_LEAD} ON leads_lead
    FOR EACH ROW WHEN (({_each("OLD", _OF_LEAD)}) IS DISTINCT FROM ({_each("NEW", _OF_LEAD)}))
    EXECUTE FUNCTION leads_lead_changed();

CREATE OR REPLACE FUNCTION leads_organisation_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE leads_leadwords w SET (words, name_key, organisation_key) = (
        SELECT {VALUES} FROM (SELECT NEW.*) o
    ) FROM leads_lead l WHERE l.organisation_id = NEW.id AND w.lead_id = l.id;
    RETURN NULL;
END $$;
DROP TRIGGER organisation_changed ON leads_organisation;
CREATE TRIGGER organisation_changed AFTER UPDATE OF {_OF_ORGANISATION} ON leads_organisation
    FOR EACH ROW WHEN (({_each("OLD", _OF_ORGANISATION)}) IS DISTINCT FROM ({_each("NEW", _OF_ORGANISATION)}))
    EXECUTE FUNCTION leads_organisation_changed();
"""
# The functions and triggers of 0010 come back whole.
CAME_BEFORE = BEFORE
CHANGED_BEFORE = "".join(
    part
    for part in (
        "DROP TRIGGER lead_changed ON leads_lead; DROP TRIGGER organisation_changed ON leads_organisation;",
        "DROP FUNCTION leads_lead_changed(); DROP FUNCTION leads_organisation_changed();",
        *(
            "CREATE FUNCTION " + piece
            for piece in FIRST.TRIGGERS.split("CREATE FUNCTION ")
            if piece.startswith(("leads_lead_changed", "leads_organisation_changed"))
        ),
    )
)

FILL = f"""
UPDATE leads_leadwords w SET words = w.words || array_to_tsvector({FACETS})
FROM leads_lead l LEFT JOIN leads_organisation o ON o.id = l.organisation_id WHERE w.lead_id = l.id;
"""
UNFILL = """
UPDATE leads_leadwords w SET words = leads_words(l.name, l.email, l.phone, l.external_id, o.name, o.domain)
FROM leads_lead l LEFT JOIN leads_organisation o ON o.id = l.organisation_id WHERE w.lead_id = l.id;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0023_words_in_their_order")]

    operations = [
        # Built anew when the rows are there.
        migrations.RemoveIndex("leadwords", "lead_words"),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(migrations.RunSQL.noop, UNFILL),
        migrations.RunSQL(CAME, CAME_BEFORE),
        migrations.RunSQL(CHANGED, CHANGED_BEFORE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="leadwords",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="lead_words"),
        ),
    ]
