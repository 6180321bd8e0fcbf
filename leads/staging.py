"""The staging table of the intake and the statements that work on it, in the order they run."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from leads import staging_organisations

COLUMNS = {
    "number": "integer", "captured_at": "timestamptz", "email": "text", "external_id": "text",
    "first_name": "text", "last_name": "text", "name": "text", "job_title": "text", "phone": "text",
    "phone_e164": "text", "organisation": "text", "website": "text", "employees": "integer", "industry": "text",
    "country": "text", "source": "text", "kind": "text", "note": "text", "consent": "text",
    "kept_out": "text", "dated": "boolean", "facts": "jsonb", "campaign_id": "bigint", "domain": "text",
}  # fmt: skip
# The others are found out by the intake.
FROM_ROW = [name for name in COLUMNS if name not in ("facts", "campaign_id", "domain")]
# Fields of a known lead that a row may fill where they are empty, never overwrite.
TEXTS = [
    "first_name",
    "last_name",
    "name",
    "job_title",
    "phone",
    "phone_e164",
    "website",
    "industry",
    "country",
    "source",
    "note",
    "consent",
]
OPTIONAL = ["email", "external_id", "employees", "campaign_id", "organisation_id"]
UNKNOWN = {*OPTIONAL, "domain"}
# So many characters are sent at a time.
BLOCK = 1 << 18

CREATE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS intake (
    {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())},
    organisation_id bigint, lead_id bigint, new_id bigint, fresh boolean DEFAULT false, filled boolean DEFAULT false,
    touched boolean DEFAULT false
) ON COMMIT DELETE ROWS;
TRUNCATE intake;
"""

# An address decides; an external id decides where one of the two has no address. Keys of a lead
# that was merged find the lead that was kept.
MATCH = """
UPDATE intake s SET lead_id = l.id FROM leads_lead l
WHERE s.lead_id IS NULL AND lower(l.email) = s.email;
UPDATE intake s SET lead_id = l.id FROM leads_lead l
WHERE s.lead_id IS NULL AND l.external_id = s.external_id AND (s.email IS NULL OR l.email IS NULL);
UPDATE intake s SET lead_id = a.lead_id FROM leads_leadalias a
WHERE s.lead_id IS NULL AND a.kind = 'email' AND a.value = s.email;
UPDATE intake s SET lead_id = l.id FROM leads_leadalias a JOIN leads_lead l ON l.id = a.lead_id
WHERE s.lead_id IS NULL AND a.kind = 'external_id' AND a.value = s.external_id AND (s.email IS NULL OR l.email IS NULL);
"""

# Whoever is unknown, and told by one row alone, is given an id and judged before the lead is made: a grade that is
# written later would cost each index of the leads once more.
NEWCOMERS = """
UPDATE intake s SET new_id = nextval('leads_lead_id_seq') FROM (
    SELECT number, count(*) OVER (PARTITION BY email) AS of_address, count(*) OVER (PARTITION BY external_id) AS of_id
    FROM intake WHERE lead_id IS NULL
) told WHERE told.number = s.number AND (email IS NULL OR of_address = 1) AND (external_id IS NULL OR of_id = 1)
RETURNING s.new_id, s.captured_at
"""
# They stand in for the tables of these names in a statement that judges leads.
STANDING_IN = """
WITH leads_lead AS (
    SELECT i.*, new_id AS id, '' AS grade, NULL::timestamptz AS erased_at FROM intake i WHERE new_id IS NOT NULL
),
leads_touch AS (
    SELECT number AS id, new_id AS lead_id, campaign_id, kind, captured_at AS at FROM intake WHERE new_id IS NOT NULL
)
"""

_NEW = [
    "email",
    "external_id",
    *TEXTS,
    "employees",
    "campaign_id",
    "organisation_id",
    "captured_at",
    "facts",
    "kept_out",
]
INSERT_BY = """
WITH made AS (
    INSERT INTO leads_lead (id, {columns}, grade, best_grade, fit, engagement, graded_at, graded_by_id, stage,
        created_at, version, run_id)
    SELECT DISTINCT ON ({key}) coalesce(new_id, nextval('leads_lead_id_seq')), {columns},
        coalesce(j.grade, ''), coalesce(j.grade, ''), coalesce(j.fit, 0), coalesce(j.engagement, 0), j.judged_at,
        CASE WHEN j.lead_id IS NOT NULL THEN %(definition)s::bigint END, 'new', clock_timestamp(), 1, %(run)s
    FROM intake i LEFT JOIN judged j ON j.lead_id = i.new_id
    WHERE i.lead_id IS NULL AND {key} IS NOT NULL {more} AND NOT EXISTS (
        SELECT FROM leads_leadalias a WHERE a.kind = 'external_id' AND a.value = i.external_id)
    ORDER BY {key}, number
    ON CONFLICT DO NOTHING
    RETURNING id, {key}
)
UPDATE intake s SET lead_id = first.id, fresh = true FROM (
    SELECT made.id, min(f.number) AS number FROM made JOIN intake f ON f.{key} = made.{key}
    WHERE f.lead_id IS NULL GROUP BY made.id
) first WHERE s.number = first.number;
"""
CREATE_LEADS = (
    INSERT_BY.format(columns=", ".join(_NEW), key="email", more="")
    + MATCH
    + INSERT_BY.format(columns=", ".join(_NEW), key="external_id", more="AND email IS NULL")
    + MATCH
)

# A row whose two keys belong to two leads is not guessed at.
_LATER_CLASH = """
    SELECT number FROM (
        SELECT number, lead_id, first_value(lead_id) OVER (PARTITION BY {key} ORDER BY number) AS first
        FROM intake WHERE lead_id IS NOT NULL AND {key} IS NOT NULL
    ) told WHERE lead_id <> first
"""
REFUSE = f"""
UPDATE intake s SET lead_id = NULL FROM (
    SELECT i.number FROM intake i JOIN leads_lead l ON l.external_id = i.external_id WHERE l.id <> i.lead_id
    UNION SELECT i.number FROM intake i JOIN leads_leadalias a ON a.kind = 'external_id' AND a.value = i.external_id
    WHERE a.lead_id <> i.lead_id
    UNION {_LATER_CLASH.format(key="external_id")} UNION {_LATER_CLASH.format(key="email")}
) clash WHERE s.number = clash.number AND NOT s.fresh;
"""

# In the order of the ids, so that two intakes of the same people wait instead of deadlocking. Those that are new
# nobody else sees yet.
LOCK = """
SELECT id FROM leads_lead WHERE id IN (SELECT lead_id FROM intake WHERE NOT fresh) ORDER BY id FOR NO KEY UPDATE;
"""


def _first(name: str, empty: str) -> str:
    return f"(array_agg(s.{name} ORDER BY s.number) FILTER (WHERE s.{name} {empty}))[1] AS {name}"


def _empty(row: str, name: str) -> str:
    return f"{row}.{name} IS NULL" if name in OPTIONAL else f"{row}.{name} = ''"


def _filled(name: str) -> str:
    return f"'{name}', CASE WHEN {_empty('was', name)} THEN to_jsonb(t.{name}) END"


# What was filled is told with its import, whose undo takes it back.
FILL = f"""
WITH told AS (
    SELECT s.lead_id, bool_or(s.fresh) AS fresh, {", ".join(_first(n, "<> ''") for n in TEXTS)},
           {", ".join(_first(n, "IS NOT NULL") for n in OPTIONAL)},
           coalesce(jsonb_object_agg(fact.key, fact.value) FILTER (WHERE fact.key IS NOT NULL), '{{}}') AS facts
    FROM intake s LEFT JOIN LATERAL jsonb_each(s.facts) fact ON true
    WHERE s.lead_id IN (SELECT lead_id FROM intake WHERE NOT fresh) GROUP BY s.lead_id
),
filled AS (
    UPDATE leads_lead l SET
        {", ".join(f"{n} = coalesce(nullif(was.{n}, ''), t.{n}, '')" for n in TEXTS)},
        {", ".join(f"{n} = coalesce(was.{n}, t.{n})" for n in OPTIONAL)},
        facts = t.facts || was.facts, version = was.version + 1
    FROM told t JOIN leads_lead was ON was.id = t.lead_id
    WHERE l.id = t.lead_id AND (
        {" OR ".join(f"({_empty('was', n)} AND t.{n} IS NOT NULL)" for n in (*TEXTS, *OPTIONAL))} OR
        NOT was.facts ?& ARRAY(SELECT jsonb_object_keys(t.facts)))
    RETURNING l.id, t.fresh, jsonb_strip_nulls(jsonb_build_object(
        {", ".join(_filled(n) for n in (*TEXTS, *OPTIONAL))},
        'facts', nullif(t.facts - ARRAY(SELECT jsonb_object_keys(was.facts)), '{{}}'))) AS data
),
told_so AS (
    INSERT INTO leads_event (lead_id, kind, at, by_id, data, run_id, recorded_at)
    SELECT id, 'filled', %(at)s, %(by)s::bigint, data, %(run)s, clock_timestamp() FROM filled WHERE NOT fresh
)
UPDATE intake s SET filled = true FROM (
    SELECT min(f.number) AS number FROM filled JOIN intake f ON f.lead_id = filled.id
    WHERE NOT f.fresh GROUP BY filled.id
) first WHERE s.number = first.number;
"""

# Without a date nothing tells a contact from the one before: one of its kind and campaign is enough, so that the
# same file twice changes nothing.
TOUCHES = """
WITH told AS (
    INSERT INTO leads_touch (lead_id, campaign_id, kind, at, note, run_id)
    SELECT lead_id, campaign_id, kind, captured_at, note, %(run)s
    FROM intake i WHERE lead_id IS NOT NULL AND (dated OR NOT EXISTS (
        SELECT FROM leads_touch t
        WHERE t.lead_id = i.lead_id AND t.kind = i.kind AND t.campaign_id IS NOT DISTINCT FROM i.campaign_id
    )) ORDER BY number
    ON CONFLICT DO NOTHING
    RETURNING lead_id, campaign_id, kind, at
)
UPDATE intake s SET touched = true FROM (
    SELECT min(i.number) AS number FROM intake i JOIN told t
    ON t.lead_id = i.lead_id AND t.kind = i.kind AND t.at = i.captured_at
        AND t.campaign_id IS NOT DISTINCT FROM i.campaign_id
    GROUP BY t.lead_id, t.kind, t.at, t.campaign_id
) touch WHERE touch.number = s.number;

UPDATE leads_lead l SET captured_at = s.first FROM (
    SELECT lead_id, min(captured_at) AS first FROM intake
    WHERE lead_id IN (SELECT lead_id FROM intake WHERE NOT fresh) GROUP BY lead_id
) s WHERE s.lead_id = l.id AND s.first < l.captured_at;
"""

REOPEN = """
WITH opened AS (
    UPDATE leads_lead l SET stage = 'new', wake_up_on = NULL
    FROM (SELECT lead_id, max(captured_at) AS latest FROM intake WHERE touched GROUP BY lead_id) s
    JOIN leads_lead was ON was.id = s.lead_id
    WHERE l.id = ANY(ARRAY(SELECT lead_id FROM intake WHERE touched AND NOT fresh))
      AND s.lead_id = l.id AND l.stage IN ('nurture', 'rejected', 'lost')
      AND s.latest > coalesce((SELECT max(closed_at) FROM leads_handoff h WHERE h.lead_id = l.id), '-infinity')
    RETURNING l.id, was.stage, was.wake_up_on
)
INSERT INTO leads_event (lead_id, kind, at, by_id, data, run_id, recorded_at)
SELECT id, 'reopened', %(at)s, %(by)s::bigint, jsonb_build_object('from', stage, 'wake_up_on', wake_up_on),
       %(run)s, clock_timestamp() FROM opened;
"""

EVENTS = """
INSERT INTO leads_event (lead_id, kind, at, by_id, data, recorded_at)
SELECT lead_id, CASE WHEN fresh THEN 'captured' ELSE 'touched' END, captured_at, %(by)s::bigint,
       jsonb_build_object('touch', kind, 'campaign', campaign_id, 'note', note), clock_timestamp()
FROM intake WHERE lead_id IS NOT NULL AND (fresh OR touched) ORDER BY number
RETURNING id, lead_id, kind
"""

# An empty cell is an empty text, or nothing where nothing may be known.
LOAD = f"""
COPY intake ({", ".join(COLUMNS)}) FROM STDIN WITH (
    FORMAT csv, FORCE_NOT_NULL ({", ".join(n for n, kind in COLUMNS.items() if kind == "text" and n not in UNKNOWN)}))
"""


def load(cursor: Any, rows: Iterable[Sequence[Any]]) -> None:
    """Put `rows`, the values of COLUMNS in their order, into the staging table, which lives until the end of the
    transaction."""
    cursor.execute(CREATE)
    told = io.StringIO(newline="")
    csv.writer(told).writerows(rows)
    told.seek(0)
    cursor.copy_expert(LOAD, told, BLOCK)
    cursor.execute("ANALYZE intake (number, email, external_id, domain, organisation)")


def newcomers(cursor: Any) -> list[tuple[int, datetime]]:
    """Find who is known. Who is not is given an id, where one row alone tells of them: it, and when they came."""
    cursor.execute(staging_organisations.FIND)
    cursor.execute(MATCH)
    cursor.execute(NEWCOMERS)
    return list(cursor.fetchall())


def make_leads(cursor: Any, params: dict[str, Any]) -> None:
    """Make the leads nobody knew, refuse rows whose keys clash, and lock the leads that were known."""
    for statement in (CREATE_LEADS, REFUSE, LOCK):
        cursor.execute(statement, params)


def run(cursor: Any, params: dict[str, Any]) -> list[tuple[int, int]]:
    """Fill, touch, re-open and tell the timeline, all from the staging table and, for newcomers, the table of
    the judged; the lines that tell of new leads, with the ids of those."""
    for statement in (FILL, TOUCHES, REOPEN, EVENTS):
        cursor.execute(statement, params)
    return [(line, lead) for line, lead, kind in cursor.fetchall() if kind == "captured"]


def results(cursor: Any) -> list[tuple[int, int | None, bool, bool]]:
    """number, lead, whether it was created and whether it changed, for each staged row."""
    cursor.execute("SELECT number, lead_id, fresh, filled OR touched FROM intake ORDER BY number")
    return list(cursor.fetchall())
