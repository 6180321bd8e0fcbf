"""The trigger that keeps the words of new leads finds organisations and known words by index, and reads
each name once.

A join was planned as a scan of every organisation wherever statistics were young, so that each part
of a large file cost more than the one before.
"""

from django.db import migrations

WORDS = r"""
CREATE FUNCTION leads_words_of(named text[], email text, phone text, external_id text, domain text)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
RETURN array_to_tsvector(array_remove(
    named
    || leads_tokens(concat_ws(' ', split_part(email, '@', 1), external_id,
        regexp_replace(split_part(email, '@', 2), '\.[^.]*$', ''),
        CASE WHEN domain <> split_part(lower(email), '@', 2) OR email IS NULL
             THEN regexp_replace(domain, '\.[^.]*$', '') END))
    || ARRAY[coalesce(split_part(lower(email), '@', 2), ''), coalesce(domain, ''), coalesce(lower(external_id), ''),
        CASE WHEN phone = '' THEN '' ELSE leads_phone_key(phone) END], ''));

CREATE OR REPLACE FUNCTION leads_words(
    name text, email text, phone text, external_id text, organisation text, domain text)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
RETURN leads_words_of(leads_tokens(concat_ws(' ', name, organisation)), email, phone, external_id, domain);
"""
TRIGGER = """
CREATE OR REPLACE FUNCTION leads_lead_came() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Two transactions that bring the same new words would wait for each other, or for ever: the second
    -- leaves its words to the nightly pass.
    learns boolean := pg_try_advisory_xact_lock(4127003);
BEGIN
    WITH told AS MATERIALIZED (
        SELECT l.id, l.name, l.email, l.phone, l.external_id, o.name AS organisation, o.domain,
               leads_tokens(concat_ws(' ', l.name, o.name)) AS named
        FROM came l LEFT JOIN LATERAL (
            SELECT name, domain FROM leads_organisation WHERE id = l.organisation_id OFFSET 0) o ON true
    ),
    kept AS (
        INSERT INTO leads_leadwords (lead_id, words, name_key, organisation_key)
        SELECT id, leads_words_of(named, email, phone, external_id, domain),
               left(coalesce(leads_fold(coalesce(nullif(name, ''), email, external_id)), '~'), 60),
               left(coalesce(leads_fold(organisation), '~'), 60)
        FROM told
    )
    INSERT INTO leads_knownword (word)
    SELECT DISTINCT word FROM told, unnest(named) AS word
    WHERE learns AND length(word) BETWEEN 4 AND 60 AND word !~ '[0-9]'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""

WORDS_BEFORE = r"""
CREATE OR REPLACE FUNCTION leads_words(
    name text, email text, phone text, external_id text, organisation text, domain text)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
RETURN array_to_tsvector(array_remove(
    leads_tokens(concat_ws(' ', name, split_part(email, '@', 1), organisation, external_id,
        regexp_replace(split_part(email, '@', 2), '\.[^.]*$', ''), regexp_replace(domain, '\.[^.]*$', '')))
    || ARRAY[coalesce(split_part(lower(email), '@', 2), ''), coalesce(domain, ''), coalesce(lower(external_id), ''),
        CASE WHEN phone = '' THEN '' ELSE leads_phone_key(phone) END], ''));
DROP FUNCTION leads_words_of(text[], text, text, text, text);
"""
# The same words without the function that reads names apart.
TRIGGER_BEFORE = TRIGGER.replace(
    "leads_words_of(named, email, phone, external_id, domain)",
    "leads_words(name, email, phone, external_id, organisation, domain)",
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0016_filters_known_to_the_planner")]

    operations = [
        migrations.RunSQL(WORDS, WORDS_BEFORE),
        migrations.RunSQL(TRIGGER, TRIGGER_BEFORE),
    ]
