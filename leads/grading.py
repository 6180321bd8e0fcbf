"""Grades: criteria compiled to SQL expressions.

Points are a function of facts, definition and moment. The same expressions grade a million leads
in one statement and explain one lead, so that an explanation can't differ from the grade.
Engagement halves with age: points x 0.5 ** (days since the touch / half-life in days).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import (
    Coalesce,
    Extract,
    Greatest,
    Lower,
    NullIf,
    Power,
    Round,
    Substr,
    Trim,
)
from django.db.models.lookups import GreaterThanOrEqual, In, IRegex, IsNull, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Criterion, Lead, LeadDefinition
from leads.sql import nested

EXTRA = "extra:"


def _text(*names: str) -> Combinable:
    """The first of the fields that says anything, in lower case; NULL where none does."""
    said = [NullIf(Trim(name), Value("")) for name in names]
    return Lower(Coalesce(*said) if len(said) > 1 else said[0])


# The facts that fit criteria may test; `extra:NAME` names any further column of a file.
FACTS: dict[str, tuple[Any, Combinable]] = {
    "job_title": (_("job title"), _text("job_title")),
    "employees": (_("employees"), Coalesce("employees", "organisation__employees")),
    "industry": (_("industry"), _text("industry", "organisation__industry")),
    "country": (_("country"), _text("country", "organisation__country")),
    "source": (_("source"), _text("source")),
}


def fact_expression(name: str) -> Combinable:
    """The expression of a fact. Raises KeyError for a name that is none."""
    if name.startswith(EXTRA):
        key = KeyTextTransform(name.removeprefix(EXTRA), "facts")
        return Lower(NullIf(Trim(key), Value("", output_field=TextField())))
    return FACTS[name][1]


# --- the points of a set of leads -----------------------------------------------------------------


def with_points(leads: QuerySet[Lead], definition: LeadDefinition, as_of: datetime | None) -> QuerySet[Any]:
    """`leads` with `points_N` per criterion (NULL: fact unknown), `new_fit`, `new_engagement` and
    `new_grade`. `as_of` None grades each lead as it stood at its latest touch."""
    criteria = list(definition.criteria.all())
    moment = Max("touches__at") if as_of is None else Value(as_of, output_field=DateTimeField())
    before = Q() if as_of is None else Q(touches__at__lte=as_of)
    leads = leads.annotate(
        judged_at=moment,
        touch_total=Count("touches", filter=before, distinct=False),
        **{f"touch_{c.position}": _latest_touch(c, before) for c in _engaging(criteria)},
    )
    leads = leads.annotate(**{f"points_{c.position}": _points(c, definition, moment) for c in criteria})
    leads = leads.annotate(
        new_fit=_sum(c for c in criteria if c.half == Criterion.Half.FIT),
        new_engagement=_sum(_engaging(criteria)),
    )
    return leads.annotate(new_grade=_grade(definition))


def _engaging(criteria: list[Criterion]) -> list[Criterion]:
    return [c for c in criteria if c.half == Criterion.Half.ENGAGEMENT]


def _latest_touch(criterion: Criterion, before: Q) -> Combinable:
    of_kind = criterion.test == Criterion.Test.TOUCH_KIND
    wanted = before & Q(touches__kind__in=criterion.value) if of_kind else before
    return Max("touches__at", filter=wanted or None)


def _points(criterion: Criterion, definition: LeadDefinition, moment: Combinable) -> Combinable:
    if criterion.half == Criterion.Half.FIT:
        return _fit_points(criterion)
    return _engagement_points(criterion, definition, moment)


def _fit_points(criterion: Criterion) -> Combinable:
    fact = fact_expression(criterion.fact)
    return Case(
        When(IsNull(fact, True), then=Value(None)),
        When(_fit_test(criterion, fact), then=Value(criterion.points)),
        default=Value(0),
        output_field=IntegerField(),
    )


def _fit_test(criterion: Criterion, fact: Any) -> Any:
    match criterion.test:
        case Criterion.Test.ONE_OF:
            return In(fact, [str(word).strip().lower() for word in criterion.value])
        case Criterion.Test.CONTAINS:
            return IRegex(fact, _any_word([str(word) for word in criterion.value]))
        case Criterion.Test.BETWEEN:
            low, high = criterion.value
            bounds: list[Any] = [] if low is None else [GreaterThanOrEqual(fact, low)]
            bounds += [] if high is None else [LessThanOrEqual(fact, high)]
            return Q(*bounds)
    raise ValueError(f"{criterion.test} is no test of a fit criterion")


def _any_word(words: list[str]) -> str:
    """A pattern of PostgreSQL for any of `words`, each a whole word (or words); `leiter*` stands for
    words that start so. What the words have in common stands once: the pattern runs for every lead."""
    lower = [word.lower() for word in words]
    alternatives = [re.escape(word.removesuffix("*")) for word in lower if word.endswith("*")]
    if whole := [re.escape(word) for word in lower if not word.endswith("*")]:
        alternatives.append(rf"(?:{'|'.join(whole)})\M")
    return rf"\m(?:{'|'.join(alternatives)})"


def _engagement_points(criterion: Criterion, definition: LeadDefinition, moment: Combinable) -> Combinable:
    latest = F(f"touch_{criterion.position}")
    age = Extract(ExpressionWrapper(moment - latest, output_field=DurationField()), "epoch")
    half_life = Value(definition.half_life_days * 86400.0)
    decayed = Value(float(criterion.points)) * Power(
        Value(0.5),
        Greatest(age, Value(0.0), output_field=FloatField()) / half_life,
        output_field=FloatField(),
    )
    enough = criterion.value if criterion.test == Criterion.Test.TOUCH_COUNT else 1
    return Case(
        When(touch_total__gte=enough, **{f"touch_{criterion.position}__isnull": False}, then=Round(decayed)),
        default=Value(0.0),
        output_field=IntegerField(),
    )


def _sum(criteria: Any) -> Combinable:
    known = [Coalesce(F(f"points_{c.position}"), Value(0)) for c in criteria]
    return reduce(add, known, Value(0, output_field=IntegerField()))


def _grade(definition: LeadDefinition) -> Combinable:
    """The letter of the total; `width_bucket` names the points once, which keeps the statement short."""
    bounds = Value([definition.from_c, definition.from_b, definition.from_a], output_field=ArrayField(IntegerField()))
    total = F("new_fit") + F("new_engagement")
    bucket = Func(total, bounds, function="width_bucket", output_field=IntegerField())
    return Substr(Value("DCBA"), bucket + 1, 1)


# --- grade a set ------------------------------------------------------------------------------------

# What a set of leads was judged to be, until the next set or the end of the transaction: the points
# are computed once and serve the grade, its timeline row and the explanation of a handoff.
JUDGED = """
CREATE TEMPORARY TABLE IF NOT EXISTS judged (
    lead_id bigint, old_grade text, judged_at timestamptz, last_touch timestamptz,
    fit integer, engagement integer, grade text, explanation jsonb
) ON COMMIT DELETE ROWS;
DELETE FROM judged;
"""
JUDGE = """
INSERT INTO judged
WITH points AS MATERIALIZED ({{points}}),
summed AS (SELECT *, {fit} AS fit, {engagement} AS engagement FROM points)
SELECT id, grade, judged_at, last_touch, fit, engagement,
       substr('DCBA', width_bucket(fit + engagement, %(bounds)s::integer[]) + 1, 1),
       jsonb_build_object('version', %(version)s::int, 'fit', fit, 'engagement', engagement {explanation})
FROM summed
"""
GRADE = """
WITH changed AS (
    UPDATE leads_lead AS l
    SET fit = j.fit, engagement = j.engagement, grade = j.grade,
        -- Letters sort with quality: the better grade is the smaller letter.
        best_grade = CASE WHEN l.best_grade = '' THEN j.grade ELSE least(l.best_grade, j.grade) END,
        graded_at = j.judged_at, graded_by_id = %(definition)s
    FROM judged AS j WHERE j.lead_id = l.id
    RETURNING l.id, j.old_grade, j.grade, j.fit + j.engagement AS points
),
told AS (
    INSERT INTO leads_event (lead_id, kind, at, data, recorded_at)
    SELECT id, 'graded', %(at)s, jsonb_build_object('from', old_grade, 'to', grade,
           'points', points, 'version', %(version)s::int), clock_timestamp()
    FROM changed WHERE old_grade <> grade
    RETURNING lead_id
)
SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM told)
"""


def judge(leads: QuerySet[Lead], *, as_of: datetime | None) -> LeadDefinition:
    """Put what `leads` are by the definition in force into the table `judged`, where it stands until
    the transaction ends; returns the definition."""
    definition = LeadDefinition.in_force()
    criteria = list(definition.criteria.all())
    names = [f"points_{c.position}" for c in criteria]
    points = with_points(leads, definition, as_of).annotate(last_touch=Max("touches__at"))
    statement = JUDGE.format(
        fit=_sum_sql(c for c in criteria if c.half == Criterion.Half.FIT),
        engagement=_sum_sql(_engaging(criteria)),
        explanation="".join(f", '{c.position}', {name}" for c, name in zip(criteria, names, strict=True)),
    )
    sql, params = nested(
        statement,
        points=points.values("id", "grade", "judged_at", "last_touch", *names),
        bounds=[definition.from_c, definition.from_b, definition.from_a],
        version=definition.version,
    )
    with connection.cursor() as cursor:
        cursor.execute(JUDGED)
        cursor.execute(sql, params)
        cursor.execute("ANALYZE judged (lead_id)")
    return definition


def _sum_sql(criteria: Iterable[Criterion]) -> str:
    return " + ".join(["0", *(f"coalesce(points_{c.position}, 0)" for c in criteria)])


@transaction.atomic
def grade(leads: QuerySet[Lead], *, at: datetime, as_of: datetime | None) -> tuple[int, int]:
    """Judge `leads` and write their grades, with a timeline row for each lead whose grade changed.
    Returns how many were graded and how many moved to another grade."""
    definition = judge(leads, as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(GRADE, {"at": at, "definition": definition.pk, "version": definition.version})
        graded, moved = cursor.fetchone()
    return graded, moved


def stale(definition: LeadDefinition, before: datetime) -> QuerySet[Lead]:
    """Leads whose grade may have aged since `before`, or that another definition graded."""
    return Lead.objects.filter(
        Q(graded_at=None) | Q(engagement__gt=0, graded_at__lt=before) | (Q(graded_by=None) | ~Q(graded_by=definition))
    )


# --- explain ------------------------------------------------------------------------------------------


def explain(lead: Lead, *, as_of: datetime | None) -> dict[str, Any]:
    """Why a lead has its grade: `grade`, `fit`, `engagement`, `contributions` (criterion, value,
    points, kind) in the definition's order, and `unknown`, the labels of criteria without a fact."""
    definition = LeadDefinition.in_force()
    criteria = list(definition.criteria.all())
    facts = {c.fact for c in criteria if c.half == Criterion.Half.FIT}
    row: dict[str, Any] = (
        with_points(Lead.objects.filter(pk=lead.pk), definition, as_of)
        .annotate(**{f"fact_{n}": fact_expression(fact) for n, fact in enumerate(sorted(facts))})
        .values()
        .get()
    )
    value_of = {fact: row[f"fact_{n}"] for n, fact in enumerate(sorted(facts))}
    contributions = [
        {
            "criterion": c.label,
            "value": _value(c, row, value_of),
            "points": int(row[f"points_{c.position}"]),
            "full_points": c.points,
            "kind": c.half,
        }
        for c in criteria
        if row[f"points_{c.position}"]
    ]
    return {
        "grade": row["new_grade"],
        "fit": row["new_fit"],
        "engagement": row["new_engagement"],
        "definition": definition.version,
        "thresholds": {"A": definition.from_a, "B": definition.from_b, "C": definition.from_c},
        "contributions": contributions,
        "unknown": [c.label for c in criteria if row[f"points_{c.position}"] is None],
    }


def explain_as_graded(lead: Lead) -> dict[str, Any]:
    """Why a lead has the grade that is kept: `explain` as of the moment at which it was graded."""
    return explain(lead, as_of=lead.graded_at or timezone.now())


def _value(criterion: Criterion, row: dict[str, Any], value_of: dict[str, Any]) -> Any:
    """What a criterion looked at: the fact, the number of touches, or the moment of the latest."""
    if criterion.half == Criterion.Half.FIT:
        return value_of[criterion.fact]
    if criterion.test == Criterion.Test.TOUCH_COUNT:
        return row["touch_total"]
    return row[f"touch_{criterion.position}"]
