"""A quarter as a whole, by campaign, by source and by month, measured in one pass over its rows.

First each lead once, with what holds for it; then all four cuts at once. Asking for each cut by itself would read
and sort the same rows four times.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Case, DateField, F, QuerySet, Value, When

from accounts.quarters import Quarter
from leads.sql import nested
from reviews.measures import MEASURES, Measure, measure, measure_by
from reviews.periods import Period
from reviews.slices import COSTS, HANDOFFS, Base, Slice

DIMENSIONS = ("campaign", "source", "month")
# Summed in two steps: the first can be shared by several processes, the second has few rows left.
CUT = """
WITH each AS ({{each}}),
together AS (SELECT in_campaign, in_source, in_month, {measures} FROM each GROUP BY in_campaign, in_source, in_month)
SELECT GROUPING(in_campaign, in_source, in_month), in_campaign, in_source, in_month, {sums}
FROM together GROUP BY GROUPING SETS ((), (in_campaign), (in_source), (in_month))
"""
WHOLE = "WITH each AS ({{each}}) SELECT {measures} FROM each"
GRADES = "WITH each AS ({{each}}) SELECT graded, {measures} FROM each GROUP BY graded"
# What GROUPING says: a bit for each dimension that is not told apart.
CUTS = {0b111: "whole", 0b011: "campaign", 0b101: "source", 0b110: "month"}

Measured = dict[str, Any]
# Of which cut, what it tells apart, and the measures.
Cut = tuple[str, Any, Measured]


def cuts(part: Slice, *, now: datetime, only: Collection[str]) -> dict[str, dict[Any, Measured]]:
    """Some measures by cut ("whole", "campaign", "source", "month") and by what it tells apart: campaigns by id,
    months by their first day; of the whole there is one, None. What does not add up, medians, is of the whole alone."""
    found: dict[str, dict[Any, Measured]] = {name: {} for name in CUTS.values()}
    asked = [MEASURES[key] for key in only]
    for base in dict.fromkeys(m.base for m in asked):
        of_base = [m for m in asked if m.base is base and m.adds_up]
        _add(found, _costs(part, now) if base is COSTS else _cut(base, of_base, part, now))
    spans = [m.key for m in asked if not m.adds_up]
    if spans:
        found["whole"].setdefault(None, {}).update(measure(part, now=now, only=spans))
    return found


def whole(part: Slice, *, now: datetime, only: Collection[str]) -> Measured:
    """Those measures of one base, each told by a row alone, of the slice as a whole. Each lead is told once before it
    is counted: with many rows that is faster than counting distinct leads for each measure."""
    measures = [MEASURES[key] for key in only]
    (base,) = {m.base for m in measures}
    counted = base.rows(part).filter(reduce(or_, (m.where(now) for m in measures)))
    rows = counted.values(base.lead).annotate(**{f"m_{m.key}": m.of_lead(now) for m in measures})
    sql, params = nested(WHOLE.format(measures=_made(measures)), each=rows)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return dict(zip(only, cursor.fetchone(), strict=True))


def by_grade(part: Slice, *, now: datetime, only: Collection[str]) -> dict[str, Measured]:
    """Those measures of handoffs by the grade at the handoff; a lead counts for each of its grades."""
    measures = [MEASURES[key] for key in only]
    told = {f"m_{m.key}": m.of_lead(now) for m in measures}
    rows = HANDOFFS.rows(part).annotate(graded=F("grade")).values("graded", "lead").annotate(**told)
    sql, params = nested(GRADES.format(measures=_made(measures)), each=rows)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {grade: dict(zip(only, numbers, strict=True)) for grade, *numbers in cursor.fetchall()}


def _made(measures: Iterable[Measure]) -> str:
    """The measures over leads of whom each says what holds for it."""
    return ", ".join(
        (f"sum(m_{m.key})" if m.of else f"count(*) FILTER (WHERE m_{m.key})") + f" AS n_{m.key}" for m in measures
    )


def _summed(measures: Iterable[Measure]) -> str:
    return ", ".join(f"sum(n_{m.key})" if m.of else f"sum(n_{m.key})::bigint" for m in measures)


def _cut(base: Base, measures: list[Measure], part: Slice, now: datetime) -> list[Cut]:
    statement = CUT.format(measures=_made(measures), sums=_summed(measures))
    sql, params = nested(statement, each=_each(base, measures, part, now))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    found: list[Cut] = []
    for level, campaign, source, month, *numbers in rows:
        cut = CUTS[level]
        key = {"whole": None, "campaign": campaign, "source": source, "month": month}[cut]
        found.append((cut, key, dict(zip((m.key for m in measures), numbers, strict=True))))
    return found


def _each(base: Base, measures: list[Measure], part: Slice, now: datetime) -> QuerySet[Any]:
    """Each lead once, with its cuts and with what holds for any of its rows."""
    dimensions = {f"in_{name}": base.dimension(name, part.period.zone) for name in ("campaign", "source")}
    dimensions["in_month"] = _month(base, part.period)
    rows = base.rows(part).annotate(**dimensions)
    told = {f"m_{m.key}": m.of_lead(now) for m in measures}
    return rows.values(*dimensions, *([base.lead] if base.lead else [])).annotate(**told)


def _month(base: Base, quarter: Quarter | Period) -> Case:
    """The first day of the month: two comparisons, where cutting a moment in a time zone would take as long as all
    the rest. Raises TypeError for a period that is no quarter."""
    if not isinstance(quarter, Quarter):
        raise TypeError("only quarters are cut")
    first, *later = quarter.months
    ends = [When(**{f"{base.moment}__gte": quarter.moment(day)}, then=Value(day)) for day in reversed(later)]
    return Case(*ends, default=Value(first), output_field=DateField())


def _costs(part: Slice, now: datetime) -> list[Cut]:
    keys = [m.key for m in MEASURES.values() if m.base is COSTS]
    found: list[Cut] = [("whole", None, measure(part, now=now, only=keys))]
    for name in ("campaign", "month"):
        found += [(name, key, told) for key, told in measure_by(name, part=part, now=now, only=keys).items()]
    return found


def _add(found: dict[str, dict[Any, Measured]], more: list[Cut]) -> None:
    for cut, key, told in more:
        found[cut].setdefault(key, {}).update(told)
