"""Likely duplicates: two leads that may be one person, proposed with the evidence, merged by nobody but people.

`docs/duplicates.md` says the rules in words. Candidates come from blocks (same number, same
organisation, same name without an organisation), so that the cost follows the leads asked about and
never all pairs; then every pair is judged by the same evidence, whichever block it came from.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from common.lookups import as_array
from common.phones import e164
from leads.access import check_may_merge
from leads.models import Duplicate, Event, Lead

LIMITS = {
    # In larger organisations, and where more people share a number, only equal names are compared.
    "people_compared": 500,
    "people_of_a_number": 20,
    # A name that so many carry at one place, such as "Info", says nothing about anybody.
    "people_of_a_name": 20,
    # How alike two names must be (trigrams, 0 to 1); more so where their initials differ.
    "alike": 0.55,
    "alike_other_initials": 0.67,
    "address_alike": 0.5,
    # Below this, two names on one number speak for a shared line.
    "shared_line": 0.3,
}
CHUNK = 5000

# Everybody who may be one of those asked about. An array that is told is found by index, whatever the
# planner knows of tables that are growing.
AROUND = """
WITH asked AS MATERIALIZED (
    SELECT l.name, l.phone_e164 AS phone, l.organisation_id, lower(o.name) AS block
    FROM leads_lead l LEFT JOIN leads_organisation o ON o.id = l.organisation_id WHERE l.id = ANY(%(ids)s::bigint[])
)
SELECT id FROM leads_lead WHERE organisation_id = ANY(ARRAY(
    SELECT id FROM leads_organisation WHERE lower(name) = ANY(ARRAY(SELECT DISTINCT block FROM asked))))
UNION
SELECT id FROM leads_lead WHERE phone_e164 = ANY(ARRAY(SELECT DISTINCT phone FROM asked)) AND phone_e164 <> ''
UNION
SELECT id FROM leads_lead
WHERE lower(name) = ANY(ARRAY(SELECT DISTINCT lower(name) FROM asked WHERE organisation_id IS NULL))
  AND organisation_id IS NULL AND name <> ''
"""

# A table, not a CTE, of which the planner knows the size. Case, accents, punctuation and the
# order of the words of a name do not matter.
FACTS = """
CREATE TEMPORARY TABLE IF NOT EXISTS twin (
    id bigint, asked boolean, name text, folded text, words text[], initials text, phone text, block text,
    alone text, email text, domain text, mailbox text, number text, many boolean, shared boolean,
    digits text, common boolean
) ON COMMIT DELETE ROWS;
TRUNCATE twin;
INSERT INTO twin
SELECT l.id, l.id = ANY(%(ids)s::bigint[]), l.name, w.folded, w.words, w.initials,
       nullif(l.phone_e164, ''), lower(o.name),
       CASE WHEN l.organisation_id IS NULL THEN nullif(lower(l.name), '') END,
       a.email, split_part(a.email, '@', 2), translate(a.mailbox, '0123456789.-_+', ''),
       CASE WHEN a.mailbox ~ '[0-9]' THEN regexp_replace(a.mailbox, '[^0-9]', '', 'g') ELSE '' END,
       count(*) OVER (PARTITION BY lower(o.name)) > %(people_compared)s,
       count(*) OVER (PARTITION BY l.phone_e164) > %(people_of_a_number)s,
       CASE WHEN l.name ~ '[0-9]' THEN regexp_replace(l.name, '[^0-9]', '', 'g') ELSE '' END,
       count(*) OVER (PARTITION BY lower(o.name), w.folded) > %(people_of_a_name)s
FROM leads_lead l LEFT JOIN leads_organisation o ON o.id = l.organisation_id
CROSS JOIN LATERAL (SELECT lower(l.email) AS email, split_part(lower(l.email), '@', 1) AS mailbox OFFSET 0) a
CROSS JOIN LATERAL (
    SELECT string_agg(word, ' ' ORDER BY word) AS folded, array_agg(word ORDER BY word) AS words,
           string_agg(left(word, 1), '' ORDER BY word) AS initials
    FROM unnest(string_to_array(lower(unaccent(translate(l.name, ',.;', '   '))), ' ')) word WHERE word <> ''
) w
WHERE l.id = ANY(%(around)s::bigint[]) AND l.kept_out NOT IN ('test', 'spam')
"""

PROPOSE = """
WITH pair AS (
    SELECT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second FROM twin a JOIN twin b
    ON a.block = b.block AND a.id <> b.id
    WHERE a.asked AND NOT a.many AND NOT a.common AND a.digits = b.digits
      AND (a.initials = b.initials OR a.words && b.words)
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id) FROM twin a JOIN twin b
    ON a.block = b.block AND a.folded = b.folded AND a.id <> b.id WHERE a.asked AND a.many AND NOT a.common
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id) FROM twin a JOIN twin b
    ON a.phone = b.phone AND a.id <> b.id
    WHERE a.asked AND (NOT a.shared OR a.folded = b.folded)
    UNION
    SELECT least(a.id, b.id), greatest(a.id, b.id) FROM twin a JOIN twin b
    ON a.alone = b.alone AND a.id <> b.id WHERE a.asked AND NOT a.common
),
compared AS MATERIALIZED (
    SELECT a.id AS first, b.id AS second, a.name AS a_name, b.name AS b_name, a.phone, a.email AS a_email,
           b.email AS b_email, coalesce(a.phone = b.phone, false) AS same_phone,
           coalesce(a.block = b.block, false) AS same_block, a.folded = b.folded OR names = 1 AS same_name, names,
           a.digits = b.digits AND (
               names >= CASE WHEN a.initials = b.initials THEN %(alike)s ELSE %(alike_other_initials)s END
               OR cardinality(a.words) > 1 AND a.words <@ b.words
               OR cardinality(b.words) > 1 AND b.words <@ a.words) AS like_name,
           -- Two mailboxes with a number each are two people of one name.
           CASE WHEN a.number <> b.number AND a.number <> '' AND b.number <> '' THEN 0
                WHEN a.domain = b.domain THEN similarity(a.mailbox, b.mailbox)
                WHEN a.mailbox = b.mailbox THEN similarity(a.domain, b.domain) ELSE 0 END AS addresses
    FROM pair p JOIN twin a ON a.id = p.first JOIN twin b ON b.id = p.second
    CROSS JOIN LATERAL (SELECT similarity(a.folded, b.folded) AS names OFFSET 0) s
),
told AS (
    SELECT first, second, kind, weight, jsonb_build_object('kind', kind,
           'similarity', round(similarity::numeric, 2), 'values', jsonb_build_array(said_a, said_b)) AS line
    FROM compared CROSS JOIN LATERAL (VALUES
        ('phone', same_phone, CASE WHEN names < %(shared_line)s THEN 0.3 ELSE 0.6 END, 1, phone, phone),
        ('name', same_block AND same_name, 0.8, 1, a_name, b_name),
        ('similar_name', same_block AND like_name AND NOT same_name, 0.3 + 0.4 * names, names, a_name, b_name),
        ('address', same_name AND addresses >= %(address_alike)s, 0.6 * addresses, addresses, a_email, b_email)
    ) AS evidence (kind, holds, weight, similarity, said_a, said_b)
    WHERE holds
),
found AS (
    SELECT first, second, jsonb_agg(line ORDER BY weight DESC, kind) AS evidence,
           -- Independent hints: what neither of them leaves open.
           round(100 * (1 - exp(sum(ln(1 - least(weight, 0.99))))))::smallint AS score
    FROM told GROUP BY first, second
),
gone AS (
    DELETE FROM leads_duplicate d WHERE d.state = 'open'
    AND (d.first_id = ANY(%(ids)s::bigint[]) OR d.second_id = ANY(%(ids)s::bigint[]))
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
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {**LIMITS, "ids": as_array(wanted), "at": at}
        cursor.execute(AROUND, asked)
        asked["around"] = as_array(pk for (pk,) in cursor.fetchall())
        cursor.execute(FACTS, asked)
        cursor.execute(PROPOSE, asked)
        return int(cursor.fetchone()[0])


def propose_all(*, at: datetime) -> int:
    """Compare every lead, in chunks by id: a killed run has lost nothing. How many pairs are new."""
    found, last = 0, 0
    leads = Lead.objects.order_by("pk").values_list("pk", flat=True)
    while ids := list(leads.filter(pk__gt=last)[:CHUNK]):
        found += propose_for(ids, at=at)
        last = ids[-1]
    return found


@transaction.atomic
def dismiss(pair: Duplicate, *, by: User, at: datetime) -> Duplicate:
    """Keep that the two are not the same person: they are not proposed again.

    Raises DomainError: not_yours, decided.
    """
    return _decide(pair, Duplicate.State.DISMISSED, by=by, at=at)


@transaction.atomic
def propose_again(pair: Duplicate, *, by: User, at: datetime) -> Duplicate:
    """Take `dismiss` back. Raises DomainError: not_yours, decided."""
    return _decide(pair, Duplicate.State.OPEN, by=by, at=at)


def _decide(pair: Duplicate, state: str, *, by: User, at: datetime) -> Duplicate:
    check_may_merge(by)
    pair = Duplicate.objects.for_list().select_for_update(of=("self",)).get(pk=pair.pk)
    if pair.state == state:
        raise DomainError("decided", _("Somebody has decided this already."))
    open_again = state == Duplicate.State.OPEN
    pair.state, pair.decided_at, pair.decided_by = state, None if open_again else at, None if open_again else by
    pair.save(update_fields=["state", "decided_at", "decided_by"])
    Event.objects.bulk_create(
        Event(
            lead=one, kind="maybe_the_same" if open_again else "not_the_same", at=at, by=by,
            data={"lead": other.pk, "name": other.display_name},
        )
        for one, other in ((pair.first, pair.second), (pair.second, pair.first))
    )  # fmt: skip
    return pair


def fill_phones() -> int:
    """Bring the telephones of older leads into one form, in chunks by id; how many were filled."""
    filled, last = 0, 0
    bare = Lead.objects.filter(phone_e164="").exclude(phone="").order_by("pk").only("phone", "country")
    while leads := list(bare.filter(pk__gt=last)[:CHUNK]):
        for lead in leads:
            lead.phone_e164 = e164(lead.phone, lead.country) or ""
        known = [lead for lead in leads if lead.phone_e164]
        Lead.objects.bulk_update(known, ["phone_e164"])
        filled, last = filled + len(known), leads[-1].pk
    return filled
