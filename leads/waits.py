"""How long handoffs waited, and for whom: for us, in a queue, for somebody away, for their rep.

One definition, in SQL, told in `docs/service-level.md`. From the handoff to the first response, or to
its end, or until now, each second is of exactly one kind; what lies before the handoff is ours.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from leads.models import Handoff

TURNS = """
WITH chosen AS (
    SELECT h.id, h.lead_id, h.at, h.rep_id, h.taken_at, h.responded_at IS NOT NULL AS answered,
           greatest(h.at, least(coalesce(h.responded_at, h.closed_at, %s), %s)) AS ended
    FROM leads_handoff h WHERE h.id IN ({chosen})
),
moves AS (
    SELECT e.handoff_id, e.id, e.at, (e.data->>'rep')::bigint AS rep_id, (e.data->>'from_rep')::bigint AS from_rep_id
    FROM leads_event e JOIN chosen c ON c.id = e.handoff_id
    WHERE e.kind IN ('reassigned', 'handed_back')
),
first_move AS (SELECT DISTINCT ON (handoff_id) handoff_id, from_rep_id FROM moves ORDER BY handoff_id, at, id),
-- Whose it was since when; nobody's is the queue's.
turn AS (
    SELECT c.id, c.at AS since, 0 AS place,
           CASE WHEN m.handoff_id IS NOT NULL THEN m.from_rep_id
                WHEN c.taken_at > c.at THEN NULL ELSE c.rep_id END AS rep_id
    FROM chosen c LEFT JOIN first_move m ON m.handoff_id = c.id
    UNION ALL
    SELECT handoff_id, at, id, rep_id FROM moves
    UNION ALL
    -- Whoever answered it out of the queue took it by that; no line tells of it.
    SELECT c.id, c.taken_at, 0, c.rep_id FROM chosen c
    WHERE c.taken_at > c.at AND c.taken_at > ALL (SELECT m.at FROM moves m WHERE m.handoff_id = c.id)
),
span AS (
    SELECT t.id, t.rep_id, t.since,
           least(coalesce(lead(t.since) OVER (PARTITION BY t.id ORDER BY t.since, t.place), c.ended), c.ended) AS until
    FROM turn t JOIN chosen c USING (id)
    WHERE t.since <= c.ended
),
-- Absences may overlap: a multirange counts no second twice.
away AS (
    SELECT person_id, range_agg(tstzrange(since, until)) AS spans FROM accounts_absence
    WHERE person_id IN (SELECT rep_id FROM span) GROUP BY person_id
),
share AS (
    SELECT s.id, s.rep_id, extract(epoch FROM s.until - s.since) AS whole, coalesce((
        SELECT sum(extract(epoch FROM upper(r) - lower(r)))
        FROM unnest(a.spans * tstzmultirange(tstzrange(s.since, s.until))) AS r), 0) AS away
    FROM span s LEFT JOIN away a ON a.person_id = s.rep_id
),
part AS (
    SELECT id, rep_id, sum(whole) AS whole, sum(away) AS away FROM share GROUP BY id, rep_id
)
"""
OF_EACH = """,
system AS (
    SELECT c.id, extract(epoch FROM c.at - max(t.at)) AS seconds
    FROM chosen c JOIN leads_touch t ON t.lead_id = c.lead_id AND t.at <= c.at
    -- Who wakes up was in nurture until then: nobody was slow.
    WHERE NOT EXISTS (
        SELECT FROM leads_event e WHERE e.lead_id = c.lead_id AND e.kind = 'woken' AND e.at = c.at)
    GROUP BY c.id, c.at
),
each AS (
    SELECT c.id, c.answered, system.seconds AS system,
           coalesce(sum(p.whole) FILTER (WHERE p.rep_id IS NULL), 0) AS queue,
           coalesce(sum(p.away), 0) AS away,
           coalesce(sum(p.whole - p.away) FILTER (WHERE p.rep_id IS NOT NULL), 0) AS own
    FROM chosen c JOIN part p USING (id) LEFT JOIN system USING (id)
    GROUP BY c.id, c.answered, system.seconds
)
"""
KINDS = ("system", "queue", "away", "own")
_PERCENTILES = "percentile_cont(0.5) WITHIN GROUP (ORDER BY {0}), percentile_cont(0.9) WITHIN GROUP (ORDER BY {0})"


@dataclass(frozen=True)
class Wait:
    """One handoff in seconds: from the latest touch to the handoff (None where it has none, or was woken),
    in the queue, while its reps were away, and while they were there."""

    system: float | None
    queue: float
    away: float
    own: float


@dataclass(frozen=True)
class Spread:
    """Half of `n` cases took `median` seconds or less, nine of ten `p90`; None where there is no case."""

    n: int
    median: float | None
    p90: float | None


def of_each(handoffs: QuerySet[Handoff], *, now: datetime) -> dict[int, Wait]:
    """The wait of each of `handoffs`, by id, as it stands at `now`."""
    rows = _rows(f"{TURNS}{OF_EACH} SELECT id, system, queue, away, own FROM each", handoffs, now)
    return {pk: Wait(None if system is None else float(system), *map(float, rest)) for pk, system, *rest in rows}


def of_reps(handoffs: QuerySet[Handoff], *, now: datetime) -> dict[int, Spread]:
    """By rep, the own waits in those of `handoffs` that were answered: each rep's share of each counts once."""
    spread = _PERCENTILES.format("(p.whole - p.away)")
    rows = _rows(
        f"{TURNS} SELECT p.rep_id, count(*), {spread} FROM part p JOIN chosen c USING (id)"
        " WHERE p.rep_id IS NOT NULL AND c.answered GROUP BY p.rep_id",
        handoffs,
        now,
    )
    return {rep: Spread(*found) for rep, *found in rows}


def of_kinds(handoffs: QuerySet[Handoff], *, now: datetime) -> dict[str, Spread]:
    """The four kinds apart, over those of `handoffs` that were answered."""
    columns = ", ".join(f"count({kind}), {_PERCENTILES.format(kind)}" for kind in KINDS)
    (row,) = _rows(f"{TURNS}{OF_EACH} SELECT {columns} FROM each WHERE answered", handoffs, now)
    return {kind: Spread(*row[3 * place : 3 * place + 3]) for place, kind in enumerate(KINDS)}


def shared_by(handoffs: QuerySet[Handoff], rep_id: int, *, now: datetime) -> dict[int, tuple[float, float]]:
    """Of those of `handoffs` that the rep ever had, by id: the own time, and that of being away, in seconds."""
    rows = _rows(f"{TURNS} SELECT id, whole - away, away FROM part WHERE rep_id = %s", handoffs, now, rep_id)
    return {pk: (float(own), float(away)) for pk, own, away in rows}


def _rows(sql: str, handoffs: QuerySet[Handoff], now: datetime, *more: Any) -> list[tuple[Any, ...]]:
    try:
        chosen, params = handoffs.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        chosen, params = "SELECT NULL::bigint WHERE false", ()
    with connection.cursor() as cursor:
        # The statement is ours and the queryset's own; what people typed stands in the parameters.
        cursor.execute(sql.replace("{chosen}", chosen), [now, now, *params, *more])
        return cursor.fetchall()
