"""Likely duplicates: two leads that may be one person, proposed with the evidence, merged by nobody but people.

`docs/duplicates.md` says the rules in words. Candidates come from blocks (same number, same
organisation, same name without an organisation), so that the cost follows the leads asked about and
never all pairs; then every pair is judged by the same evidence, whichever block it came from.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from leads.models import Lead

# In larger organisations, and where more people share a number, only equal names are compared.
PEOPLE_COMPARED = 500
PEOPLE_OF_A_NUMBER = 20
# How alike two names must be (trigrams, 0 to 1); more so where their initials differ.
ALIKE = 0.55
ALIKE_OTHER_INITIALS = 0.67
ADDRESS_ALIKE = 0.5
# Below this, two names on one number speak for a shared line.
SHARED_LINE = 0.3
CHUNK = 5000

# Case, accents, punctuation and the order of the words do not matter.
_WORDS = "string_to_array(lower(unaccent(translate(l.name, ',.;', '   '))), ' ')"
_FACTS = f"""
SELECT l.id, l.id = ANY(%(ids)s) AS asked, l.name, w.folded, w.words, w.initials, l.phone_e164 AS phone,
       lower(o.name) AS block, CASE WHEN l.organisation_id IS NULL THEN lower(l.name) END AS alone,
       lower(l.email) AS email, split_part(lower(l.email), '@', 2) AS domain,
       regexp_replace(split_part(lower(l.email), '@', 1), '[^a-z0-9]', '', 'g') AS mailbox
FROM around JOIN leads_lead l USING (id) LEFT JOIN leads_organisation o ON o.id = l.organisation_id
CROSS JOIN LATERAL (
    SELECT string_agg(word, ' ' ORDER BY word) AS folded, array_agg(word ORDER BY word) AS words,
           string_agg(left(word, 1), '' ORDER BY word) AS initials
    FROM unnest({_WORDS}) word WHERE word <> ''
) w
WHERE l.kept_out NOT IN ('test', 'spam')
"""

# Tables, not CTEs: the planner must know how many there are.
AROUND = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS twin (
    id bigint, asked boolean, name text, folded text, words text[], initials text, phone text, block text,
    alone text, email text, domain text, mailbox text, many boolean, shared boolean
) ON COMMIT DELETE ROWS;
TRUNCATE twin;
WITH asked AS MATERIALIZED (
    SELECT l.id, l.name, l.phone_e164, l.organisation_id, lower(o.name) AS block
    FROM leads_lead l LEFT JOIN leads_organisation o ON o.id = l.organisation_id WHERE l.id = ANY(%(ids)s)
),
around AS (
    SELECT l.id FROM (SELECT DISTINCT block FROM asked WHERE block IS NOT NULL) b
    JOIN leads_organisation o ON lower(o.name) = b.block JOIN leads_lead l ON l.organisation_id = o.id
    UNION
    SELECT l.id FROM asked a JOIN leads_lead l ON l.phone_e164 = a.phone_e164 WHERE l.phone_e164 <> ''
    UNION
    SELECT l.id FROM asked a JOIN leads_lead l ON lower(l.name) = lower(a.name)
    WHERE l.organisation_id IS NULL AND a.organisation_id IS NULL AND l.name <> ''
)
INSERT INTO twin
SELECT *, count(folded) OVER (PARTITION BY block) > %(people_compared)s,
       count(*) OVER (PARTITION BY phone) > %(people_of_a_number)s
FROM ({_FACTS}) facts;
ANALYZE twin;
"""

PROPOSE = f"""
WITH pair AS (
    SELECT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second FROM twin a JOIN twin b
    ON a.block = b.block AND a.id <> b.id WHERE a.asked AND NOT a.many AND a.folded <> '' AND b.folded <> ''
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id) FROM twin a JOIN twin b
    ON a.block = b.block AND a.folded = b.folded AND a.id <> b.id WHERE a.asked AND a.many
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id) FROM twin a JOIN twin b
    ON a.phone = b.phone AND a.id <> b.id
    WHERE a.asked AND a.phone <> '' AND (NOT a.shared OR a.folded = b.folded)
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id) FROM twin a JOIN twin b
    ON a.alone = b.alone AND a.id <> b.id WHERE a.asked AND a.alone <> ''
),
compared AS (
    SELECT a.id AS first, b.id AS second, a.name AS a_name, b.name AS b_name, a.phone, a.email AS a_email,
           b.email AS b_email, a.phone <> '' AND a.phone = b.phone AS same_phone, coalesce(a.block = b.block, false)
           AS same_block, a.folded = b.folded OR names = 1 AS same_name, names,
           names >= CASE WHEN a.initials = b.initials THEN {ALIKE} ELSE {ALIKE_OTHER_INITIALS} END
           OR cardinality(a.words) > 1 AND a.words <@ b.words
           OR cardinality(b.words) > 1 AND b.words <@ a.words AS like_name,
           CASE WHEN a.domain = b.domain THEN similarity(a.mailbox, b.mailbox)
                WHEN a.mailbox = b.mailbox THEN similarity(a.domain, b.domain) ELSE 0 END AS addresses
    FROM pair p JOIN twin a ON a.id = p.first JOIN twin b ON b.id = p.second
    CROSS JOIN LATERAL (SELECT similarity(a.folded, b.folded) AS names) s
),
told AS (
    SELECT first, second, kind, weight, similarity, jsonb_build_object('kind', kind,
           'similarity', round(similarity::numeric, 2), 'values', jsonb_build_array(said_a, said_b)) AS line
    FROM compared CROSS JOIN LATERAL (VALUES
        ('phone', same_phone, CASE WHEN names < {SHARED_LINE} THEN 0.3 ELSE 0.6 END, 1, phone, phone),
        ('name', same_block AND same_name, 0.8, 1, a_name, b_name),
        ('similar_name', same_block AND like_name AND NOT same_name, 0.3 + 0.4 * names, names, a_name, b_name),
        ('address', same_name AND addresses >= {ADDRESS_ALIKE}, 0.6 * addresses, addresses, a_email, b_email)
    ) AS evidence (kind, holds, weight, similarity, said_a, said_b) WHERE holds
),
found AS (
    SELECT first, second, jsonb_agg(line ORDER BY weight DESC, kind) AS evidence,
           -- Independent hints: what neither of them leaves open.
           round(100 * (1 - exp(sum(ln(1 - least(weight, 0.99))))))::smallint AS score
    FROM told GROUP BY first, second
),
gone AS (
    DELETE FROM leads_duplicate d WHERE d.state = 'open'
    AND (d.first_id = ANY(%(ids)s) OR d.second_id = ANY(%(ids)s))
    AND NOT EXISTS (SELECT FROM found f WHERE f.first = d.first_id AND f.second = d.second_id)
),
kept AS (
    INSERT INTO leads_duplicate AS d (first_id, second_id, evidence, score, state, found_at)
    SELECT first, second, evidence, score, 'open', %(at)s FROM found ORDER BY first, second
    ON CONFLICT (first_id, second_id) DO UPDATE SET evidence = excluded.evidence, score = excluded.score
    WHERE d.state = 'open' AND d.evidence IS DISTINCT FROM excluded.evidence
    RETURNING xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh) FROM kept
"""


@transaction.atomic
def propose_for(ids: Iterable[int], *, at: datetime) -> int:
    """Compare the leads `ids` with everybody, and keep what looks like the same person twice.

    Returns how many pairs are new. Open pairs whose evidence is gone are taken back; a pair that
    somebody dismissed stays so.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return 0
    limits = {"people_compared": PEOPLE_COMPARED, "people_of_a_number": PEOPLE_OF_A_NUMBER}
    with connection.cursor() as cursor:
        cursor.execute(AROUND, {"ids": wanted, **limits})
        cursor.execute(PROPOSE, {"ids": wanted, "at": at})
        return int(cursor.fetchone()[0])


def propose_all(*, at: datetime) -> int:
    """Compare every lead, in chunks by id: a killed run has lost nothing. How many pairs are new."""
    found, last = 0, 0
    leads = Lead.objects.order_by("pk").values_list("pk", flat=True)
    while ids := list(leads.filter(pk__gt=last)[:CHUNK]):
        found += propose_for(ids, at=at)
        last = ids[-1]
    return found
