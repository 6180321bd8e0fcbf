"""Grades: the points of a set of leads become letters, in one statement."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Max, Q, QuerySet

from common.lookups import as_array, ids_alone
from leads import facts, hooks
from leads.compiling import SOME_IDS, SOME_MOMENT, Rules, told
from leads.models import Criterion, Lead, LeadDefinition
from leads.points import LETTER, engaging, starts, with_engagement, with_fit
from leads.sql import nested

# What a set of leads was judged to be, until the next set or the end of the transaction: the points
# are computed once and serve the grade, its timeline row and the explanation of a handoff.
JUDGED = """
CREATE TEMPORARY TABLE IF NOT EXISTS judged (
    lead_id bigint, old_grade text, judged_at timestamptz, last_touch timestamptz,
    fit integer, engagement integer, grade text, explanation jsonb, override_id bigint, holds boolean
) ON COMMIT DELETE ROWS;
TRUNCATE judged;
"""
# Facts and touches apart: in one query each fact would be tested once per touch.
SUMMED = """
WITH fitting AS MATERIALIZED ({{fitting}}),
engaged AS MATERIALIZED ({{engaged}}),
held AS MATERIALIZED ({{held}}),
summed AS (SELECT *, {fit} AS fit, {engagement} AS engagement FROM fitting JOIN engaged USING (id))
"""
# The letter of the points, or the grade that a person set while it holds.
GRADED = f"""
CASE WHEN held.holds THEN held.set_grade
     ELSE {LETTER % {"expressions": "fit + engagement, %(starts)s::integer[]"}} END
"""
JUDGE = f"""
INSERT INTO judged
{SUMMED}
SELECT summed.id, summed.grade, judged_at, last_touch, fit, engagement, {GRADED},
       jsonb_build_object('version', %(version)s::int, 'fit', fit, 'engagement', engagement {{explanation}}),
       held.override_id, held.holds
FROM summed LEFT JOIN held ON held.id = summed.id
"""
GRADE = """
WITH changed AS (
    UPDATE leads_lead AS l
    SET fit = j.fit, engagement = j.engagement, grade = j.grade,
        -- Letters sort with quality: the better grade is the smaller letter.
        best_grade = CASE WHEN l.best_grade = '' THEN j.grade ELSE least(l.best_grade, j.grade) END,
        graded_at = j.judged_at, graded_by_id = %(definition)s
    FROM judged AS j WHERE j.lead_id = l.id AND j.lead_id <> ALL (%(born)s::bigint[])
    -- What stays the same is not written: the explanation as of the moment that is kept gives the same points.
    AND ((l.fit, l.engagement, l.grade, l.graded_by_id) IS DISTINCT FROM (j.fit, j.engagement, j.grade, %(definition)s)
         OR NOT j.holds)
    RETURNING l.id, j.old_grade, j.grade, j.fit + j.engagement AS points
),
graded AS (
    SELECT * FROM changed
    UNION ALL SELECT lead_id, old_grade, grade, fit + engagement FROM judged WHERE lead_id = ANY (%(born)s::bigint[])
),
ended AS (
    UPDATE leads_gradeoverride o SET ended_at = %(at)s FROM judged j WHERE o.id = j.override_id AND NOT j.holds
    RETURNING o.lead_id, o.ended_by_id
),
told AS (
    INSERT INTO leads_event (lead_id, kind, at, by_id, data, recorded_at)
    SELECT c.id, 'graded', %(at)s, e.ended_by_id, jsonb_strip_nulls(jsonb_build_object('from', old_grade,
           'to', grade, 'points', points, 'version', %(version)s::int,
           'set_until_now', CASE WHEN e.lead_id IS NOT NULL THEN true END)), clock_timestamp()
    FROM graded c LEFT JOIN ended e ON e.lead_id = c.id
    WHERE old_grade <> grade OR e.lead_id IS NOT NULL
    RETURNING id AS line, lead_id
)
SELECT (SELECT count(*) FROM judged), array_agg(c.id), array_agg(t.line)
FROM graded c JOIN told t ON t.lead_id = c.id WHERE c.old_grade <> c.grade
"""


def judge(leads: QuerySet[Lead], *, as_of: datetime | None) -> LeadDefinition:
    """Put what `leads` are by the definition in force into the table `judged`, where it stands until
    the transaction ends; returns the definition. Whoever was erased keeps the last grade: the facts are gone."""
    definition = LeadDefinition.in_force()
    with connection.cursor() as cursor:
        cursor.execute(JUDGED)
        cursor.execute(*judging(leads, definition, as_of))
        cursor.execute("ANALYZE judged (lead_id)")
    return definition


def judge_newcomers(
    newcomers: Mapping[int, datetime], *, before: datetime, at: datetime, tables: str
) -> LeadDefinition:
    """The same as of `at` for leads that are not there yet, by their ids and the moments of their touches; where that
    is `before` a moment, as of then. `tables` begins a statement with what stands in for leads and touches."""
    definition = LeadDefinition.in_force()
    with connection.cursor() as cursor:
        cursor.execute(JUDGED)
    _judge(newcomers, definition, before=before, at=at, tables=tables)
    return definition


def _judge(
    latest: Mapping[int, datetime], definition: LeadDefinition, *, before: datetime, at: datetime, tables: str = ""
) -> None:
    history = [pk for pk, moment in latest.items() if moment < before]
    others = [pk for pk, moment in latest.items() if moment >= before]
    with connection.cursor() as cursor:
        for ids, as_of in ((history, None), (others, at)):
            if ids:
                statement, params = judging(Lead.objects.filter(pk__any=ids), definition, as_of)
                cursor.execute(tables + statement, params)
        if latest:
            cursor.execute("ANALYZE judged (lead_id)")


def judging(leads: QuerySet[Lead], definition: LeadDefinition, as_of: datetime | None) -> tuple[str, dict[str, Any]]:
    """The statement that judges `leads`, with its parameters. For leads named by their ids alone, as the intake
    names them, it is compiled once for a definition."""
    ids = ids_alone(leads)
    if ids is None:
        return _judging(leads, definition, as_of)
    sql, params = _judging_ids(Rules.of(definition), as_of is not None)
    return sql, {name: told(value, ids, as_of) for name, value in params.items()}


def _judging(leads: QuerySet[Lead], definition: LeadDefinition, as_of: datetime | None) -> tuple[str, dict[str, Any]]:
    explanation = "".join(f", '{c.position}', points_{c.position}" for c in definition.rules)
    return summed(JUDGE, leads.filter(erased_at=None), definition, as_of, explanation=explanation)


@lru_cache(maxsize=8)
def _judging_ids(rules: Rules, at_a_moment: bool) -> tuple[str, dict[str, Any]]:
    leads = Lead.objects.filter(pk__any=SOME_IDS)
    return _judging(leads, rules.definition, SOME_MOMENT if at_a_moment else None)


def last_touches() -> dict[int, datetime]:
    """The latest touch of each lead that stands in the table `judged`, by its id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lead_id, last_touch FROM judged")
        return dict(cursor.fetchall())


def summed(
    statement: str, leads: QuerySet[Lead], definition: LeadDefinition, as_of: datetime | F | None, **parts: str
) -> tuple[str, dict[str, Any]]:
    """`statement`, which begins with SUMMED, for `leads` and a definition, with its parameters."""
    engaged = with_engagement(leads, definition, as_of).annotate(last_touch=Max("touches__at"))
    fit = [f"points_{c.position}" for c in definition.rules if c.half == Criterion.Half.FIT]
    engagement = [f"points_{c.position}" for c in engaging(definition.rules)]
    return nested(
        statement.format(**sums(definition), **parts),
        fitting=with_fit(leads, definition).values("id", "grade", *fit),
        engaged=engaged.values("id", "judged_at", "last_touch", *engagement),
        held=with_overrides(leads),
        starts=starts(definition),
        version=definition.version,
    )


def sums(definition: LeadDefinition) -> dict[str, str]:
    """`fit` and `engagement` in SQL, over the columns `points_N`."""
    fit = [c for c in definition.rules if c.half == Criterion.Half.FIT]
    return {"fit": _sum(fit), "engagement": _sum(engaging(definition.rules))}


def _sum(criteria: Iterable[Criterion]) -> str:
    return " + ".join(["0", *(f"coalesce(points_{c.position}, 0)" for c in criteria)])


def grade(leads: QuerySet[Lead], *, at: datetime, as_of: datetime | None) -> tuple[int, int]:
    """Judge `leads` and write their grades, with a timeline row for each lead whose grade changed or
    whose set grade ended. Returns how many were graded and how many moved to another grade."""
    graded, moved = grade_each(leads, at=at, as_of=as_of)
    return graded, len(moved)


@transaction.atomic
def grade_each(leads: QuerySet[Lead], *, at: datetime, as_of: datetime | None) -> tuple[int, list[int]]:
    """The same as `grade`; returns how many were graded, and the ids of those that moved."""
    return _write(judge(leads, as_of=as_of), at=at)


def grade_beside(
    born: Iterable[int], latest: Mapping[int, datetime], *, definition: LeadDefinition, before: datetime, at: datetime
) -> None:
    """Grade leads, by their ids and the moments of their latest touches, beside those that `judge_newcomers` judged;
    of these, `born` were made with their grade, which is told now."""
    _judge(latest, definition, before=before, at=at)
    _write(definition, at=at, born=born)


def _write(definition: LeadDefinition, *, at: datetime, born: Iterable[int] = ()) -> tuple[int, list[int]]:
    params: dict[str, Any] = {
        "at": at,
        "definition": definition.pk,
        "version": definition.version,
        "born": as_array(born),
    }
    with connection.cursor() as cursor:
        cursor.execute(GRADE, params)
        graded, moved, lines = cursor.fetchone()
    hooks.announce(hooks.GRADED, zip(lines or [], moved or [], strict=True), at=at)
    return graded, moved or []


def with_overrides(leads: QuerySet[Lead]) -> QuerySet[Any]:
    """Those of `leads` whose grade a person has set: `override_id`, `set_grade`, and whether it `holds`."""
    held = leads.filter(overrides__isnull=False, overrides__ended_at=None).annotate(
        override_id=F("overrides"),
        set_grade=F("overrides__grade"),
        digest=facts.digest_expression(),
    )
    holds = ExpressionWrapper(Q(overrides__ended_by=None, overrides__facts=F("digest")), BooleanField())
    return held.annotate(holds=holds).values("id", "override_id", "set_grade", "holds")


def stale(definition: LeadDefinition, before: datetime) -> QuerySet[Lead]:
    """Leads whose grade may have aged since `before`, or that another definition graded."""
    return Lead.objects.filter(
        Q(graded_at=None) | Q(engagement__gt=0, graded_at__lt=before) | (Q(graded_by=None) | ~Q(graded_by=definition)),
        erased_at=None,
    )
