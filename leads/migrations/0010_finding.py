"""Search: the words of each lead, the words that are known, and the triggers that keep both."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Müller, Mueller and muller are one word: letters lose their marks, and ae, oe, ue their e.
FUNCTIONS = r"""
CREATE FUNCTION leads_fold(said text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN replace(replace(replace(lower(unaccent(translate(said, '''’`´', ''))), 'ae', 'a'), 'oe', 'o'), 'ue', 'u');

CREATE FUNCTION leads_tokens(said text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN array_remove(
    string_to_array(translate(leads_fold(said), E'.,;:/\\()[]{}"&+|@_-–—<>*?!#%=\t\n', repeat(' ', 40)), ' '), '');

-- The number without the code of its country, so that it is found in either manner of writing.
CREATE FUNCTION leads_phone_key(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT CASE WHEN length(digits) < 5 THEN ''
                WHEN phone LIKE '+%' OR digits LIKE '00%' THEN regexp_replace(ltrim(digits, '0'),
                    '^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[7-9]|8[05789]|9[679])\d)0?',
                    '')
                ELSE ltrim(digits, '0') END
    FROM regexp_replace(phone, '\D', '', 'g') digits
);

CREATE FUNCTION leads_words(name text, email text, phone text, external_id text, organisation text, domain text)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
RETURN array_to_tsvector(array_remove(
    leads_tokens(concat_ws(' ', name, split_part(email, '@', 1), organisation, external_id,
        regexp_replace(split_part(email, '@', 2), '\.[^.]*$', ''), regexp_replace(domain, '\.[^.]*$', '')))
    || ARRAY[coalesce(split_part(lower(email), '@', 2), ''), coalesce(domain, ''), coalesce(lower(external_id), ''),
        CASE WHEN phone = '' THEN '' ELSE leads_phone_key(phone) END], ''));
"""
NO_FUNCTIONS = """
DROP FUNCTION leads_words(text, text, text, text, text, text);
DROP FUNCTION leads_phone_key(text);
DROP FUNCTION leads_tokens(text);
DROP FUNCTION leads_fold(text);
"""

_VALUES = """
    leads_words(l.name, l.email, l.phone, l.external_id, o.name, o.domain),
    left(coalesce(leads_fold(coalesce(nullif(l.name, ''), l.email, l.external_id)), '~'), 60),
    left(coalesce(leads_fold(o.name), '~'), 60)
"""
_LEARN = """
    INSERT INTO leads_knownword (word)
    SELECT DISTINCT told.word FROM {rows}, unnest(leads_tokens({said})) AS told (word)
    WHERE length(told.word) BETWEEN 4 AND 60 AND told.word !~ '[0-9]'
      AND NOT EXISTS (SELECT FROM leads_knownword known WHERE known.word = told.word)
    ON CONFLICT DO NOTHING;
"""

TRIGGERS = f"""
CREATE FUNCTION leads_lead_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO leads_leadwords (lead_id, words, name_key, organisation_key)
    SELECT l.id, {_VALUES} FROM came l LEFT JOIN leads_organisation o ON o.id = l.organisation_id;
    -- Two transactions that bring the same new words would wait for each other, or for ever: the second
    -- leaves its words to the nightly pass.
    IF pg_try_advisory_xact_lock(4127003) THEN
        {
    _LEARN.format(
        rows="came l LEFT JOIN leads_organisation o ON o.id = l.organisation_id", said="concat_ws(' ', l.name, o.name)"
    )
}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lead_came AFTER INSERT ON leads_lead REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION leads_lead_came();

CREATE FUNCTION leads_lead_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE leads_leadwords w SET (words, name_key, organisation_key) = (
        SELECT {_VALUES} FROM (SELECT NEW.*) l LEFT JOIN leads_organisation o ON o.id = l.organisation_id
    ) WHERE w.lead_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER lead_changed AFTER UPDATE OF name, email, phone, external_id, organisation_id ON leads_lead
    FOR EACH ROW WHEN ((OLD.name, OLD.email, OLD.phone, OLD.external_id, OLD.organisation_id)
        IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW.external_id, NEW.organisation_id))
    EXECUTE FUNCTION leads_lead_changed();

CREATE FUNCTION leads_lead_went() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM leads_leadwords w USING went WHERE w.lead_id = went.id;
    RETURN NULL;
END $$;
CREATE TRIGGER lead_went AFTER DELETE ON leads_lead REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION leads_lead_went();

CREATE FUNCTION leads_organisation_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE leads_leadwords w
    SET words = leads_words(l.name, l.email, l.phone, l.external_id, NEW.name, NEW.domain),
        organisation_key = left(leads_fold(NEW.name), 60)
    FROM leads_lead l WHERE l.organisation_id = NEW.id AND w.lead_id = l.id;
    RETURN NULL;
END $$;
CREATE TRIGGER organisation_changed AFTER UPDATE OF name, domain ON leads_organisation
    FOR EACH ROW WHEN ((OLD.name, OLD.domain) IS DISTINCT FROM (NEW.name, NEW.domain))
    EXECUTE FUNCTION leads_organisation_changed();
"""
NO_TRIGGERS = """
DROP TRIGGER organisation_changed ON leads_organisation;
DROP TRIGGER lead_went ON leads_lead;
DROP TRIGGER lead_changed ON leads_lead;
DROP TRIGGER lead_came ON leads_lead;
DROP FUNCTION leads_organisation_changed();
DROP FUNCTION leads_lead_went();
DROP FUNCTION leads_lead_changed();
DROP FUNCTION leads_lead_came();
"""

FILL = f"""
INSERT INTO leads_leadwords (lead_id, words, name_key, organisation_key)
SELECT l.id, {_VALUES} FROM leads_lead l LEFT JOIN leads_organisation o ON o.id = l.organisation_id
ON CONFLICT DO NOTHING;
{
    _LEARN.format(
        rows="leads_lead l LEFT JOIN leads_organisation o ON o.id = l.organisation_id",
        said="concat_ws(' ', l.name, o.name)",
    )
}
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_room_for_grades")]

    operations = [
        migrations.CreateModel(
            name="LeadWords",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("name_key", models.CharField(db_collation="C", max_length=60)),
                ("organisation_key", models.CharField(db_collation="C", max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="KnownWord",
            fields=[
                ("word", models.CharField(db_collation="C", max_length=60, primary_key=True, serialize=False)),
            ],
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="knownword",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("word", name="gin_trgm_ops"), name="known_word_alike"
            ),
        ),
        migrations.AddIndex(
            model_name="leadwords",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="lead_words"),
        ),
        migrations.AddIndex(
            model_name="leadwords", index=models.Index(fields=["name_key", "lead"], name="lead_by_name")
        ),
        migrations.AddIndex(
            model_name="leadwords",
            index=models.Index(fields=["organisation_key", "lead"], name="lead_by_organisation"),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
