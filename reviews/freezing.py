"""A quarter frozen: every figure and definition, and which leads each figure counts, as they were at one moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import BigIntegerField, F, Q
from django.db.models.functions import Cast, Extract, TruncMonth

from accounts.models import User
from accounts.quarters import Quarter
from leads.sql import nested
from reviews import both_ways, grade_check
from reviews.digests import canonical, digest_of
from reviews.measures import MEASURES, any_row, passed, waited
from reviews.models import Piece, Review, Snapshot
from reviews.parts import taken
from reviews.slices import HANDOFFS, LEADS, OUTCOMES, OUTCOMES_IN_PERIOD, Base, Slice

MICROSECONDS = 1_000_000
# Each lead of the quarter once, with all that it counts for; then those won in the quarter, by month of the win.
KEEP = """
WITH leads AS MATERIALIZED ({{leads}}), handoffs AS MATERIALIZED ({{handoffs}}),
outcomes AS MATERIALIZED ({{outcomes}}), wins AS MATERIALIZED ({{wins}}), grades AS ({{grades}}), teams AS ({{teams}}),
told AS (
    SELECT lead_id, unnest(array_remove(ARRAY[{by_grade}], NULL)) AS counted FROM grades
    UNION ALL
    SELECT lead_id, unnest(array_remove(ARRAY[{by_team}], NULL)) FROM teams
),
apart AS (SELECT lead_id, array_agg(counted ORDER BY counted) AS counts FROM told GROUP BY lead_id)
INSERT INTO reviews_frozenlead (
    snapshot_id, basis, lead, month, campaign, source, counts, revenue, pipeline, revenue_in_period, waits, passages
)
SELECT %(snapshot)s, 'captured', l.id, l.month, coalesce(c.code, ''), l.source,
       array_remove(ARRAY[{counts}], NULL) || coalesce(a.counts, '{{{{}}}}'),
       o.m_revenue, o.m_pipeline, NULL, coalesce(h.waits, '{{{{}}}}'), coalesce(o.passages, '{{{{}}}}')
FROM leads l LEFT JOIN handoffs h ON h.lead_id = l.id LEFT JOIN outcomes o ON o.lead_id = l.id
LEFT JOIN apart a ON a.lead_id = l.id
LEFT JOIN campaigns_campaign c ON c.id = l.campaign_id
UNION ALL
SELECT %(snapshot)s, 'won', w.lead_id, w.month, coalesce(c.code, ''), w.whence, ARRAY['won_in_period'], NULL, NULL,
       w.m_revenue_in_period, '{{{{}}}}', '{{{{}}}}'
FROM wins w LEFT JOIN campaigns_campaign c ON c.id = w.first
"""
TABLES = ((LEADS, "l"), (HANDOFFS, "h"), (OUTCOMES, "o"))


def kept_picture(review: Review, quarter: Quarter, *, by: User, at: datetime) -> Snapshot:
    """Keep the quarter as it is. The caller has locked the reviews and reads one picture of the database."""
    snapshot = Snapshot.objects.create(review=review, at=at, by=by)
    Piece.objects.bulk_create(
        (
            Piece(snapshot=snapshot, part=key, position=n, text=canonical(item))
            for key, part in taken(quarter, review, now=at).items()
            for n, item in enumerate(part if isinstance(part, list) else [part])
        ),
        batch_size=1_000,
    )
    keep_leads(snapshot, Slice(quarter), now=at)
    snapshot.digest = digest_of(snapshot)
    snapshot.save(update_fields=["digest"])
    return snapshot


def keep_leads(snapshot: Snapshot, part: Slice, *, now: datetime) -> int:
    """Write down which leads count for what, in one statement; how many rows that are."""
    wins = OUTCOMES_IN_PERIOD.rows(part).annotate(month=TruncMonth("at", tzinfo=part.period.zone))
    wins = wins.values("month", "lead_id", first=F("lead__campaign_id"), whence=F("lead__source"))
    leads = LEADS.rows(part).annotate(month=TruncMonth("captured_at", tzinfo=part.period.zone))
    sql, params = nested(
        KEEP.format(
            counts=", ".join(_counts()),
            by_grade=", ".join(_apart(grade_check.MEASURED, "grade")),
            by_team=", ".join(_apart(both_ways.COUNTED, "'team-' || team_id")),
        ),
        leads=leads.values("id", "month", "source", "campaign_id").annotate(**_measured(LEADS, now)),
        handoffs=HANDOFFS.rows(part).values("lead_id").annotate(
            **_measured(HANDOFFS, now), waits=_microseconds(waited(), Q(responded_at__isnull=False))
        ),
        outcomes=OUTCOMES.rows(part).values("lead_id").annotate(
            **_measured(OUTCOMES, now), passages=_microseconds(passed(), MEASURES["days_to_win"].where(now))
        ),
        grades=HANDOFFS.rows(part).values("lead_id", "grade").annotate(
            **{f"m_{key}": MEASURES[key].of_lead(now) for key in grade_check.MEASURED}
        ),
        # By the rule that counts them, which looks at all handoffs of a lead.
        teams=HANDOFFS.rows(part).filter(team__isnull=False).values("lead_id", "team_id").annotate(
            **{f"m_{key}": any_row(MEASURES[key].where(now) or Q(pk__isnull=False)) for key in both_ways.COUNTED}
        ),
        wins=wins.filter(MEASURES["won_in_period"].where(now)).annotate(
            m_revenue_in_period=MEASURES["revenue_in_period"].aggregate(now)
        ),
        snapshot=snapshot.pk,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def _measured(base: Base, now: datetime) -> dict[str, Any]:
    """What holds for one lead: whether it is counted, and its amounts. Spans are kept themselves."""
    kept = [m for m in MEASURES.values() if m.base is base and (m.of is None or m.key in ("revenue", "pipeline"))]
    return {f"m_{m.key}": m.of_lead(now) for m in kept}


def _counts() -> list[str]:
    """In SQL, the key of each measure that counts leads, where it counts this one."""
    return [
        f"CASE WHEN {table}.m_{m.key} THEN '{m.key}' END"
        for base, table in TABLES
        for m in MEASURES.values()
        if m.base is base and m.of is None
    ]


def _apart(measured: Collection[str], which: str) -> list[str]:
    """The same for handoffs told apart: with the grade of the handoff, or its team, after a colon."""
    return [f"CASE WHEN m_{key} THEN '{key}:' || {which} END" for key in measured]


def _microseconds(span: Any, which: Q) -> ArrayAgg:
    whole = Cast(Extract(span, "epoch") * MICROSECONDS, BigIntegerField())
    return ArrayAgg(whole, filter=which, order_by=whole)
