"""Points: criteria compiled to SQL expressions.

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
from django.db.models import (
    BooleanField,
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
from django.db.models.functions import Cast, Coalesce, Extract, Floor, Greatest, Power
from django.db.models.lookups import GreaterThanOrEqual, In, IsNull, LessThanOrEqual, Regex

from leads import facts
from leads.models import Criterion, Lead, LeadDefinition


def with_points(leads: QuerySet[Lead], definition: LeadDefinition, as_of: datetime | F | None) -> QuerySet[Any]:
    """`leads` with `points_N` per criterion (NULL: fact unknown), `new_fit`, `new_engagement` and
    `new_grade`. `as_of` None grades each lead as it stood at its latest touch, an F as it stood at
    the moment that a joined row names."""
    criteria = definition.rules
    leads = with_engagement(with_fit(leads, definition), definition, as_of)
    leads = leads.annotate(
        new_fit=_sum(c for c in criteria if c.half == Criterion.Half.FIT),
        new_engagement=_sum(engaging(criteria)),
    )
    return leads.annotate(new_grade=_letter(definition))


def with_fit(leads: QuerySet[Lead], definition: LeadDefinition) -> QuerySet[Any]:
    """`leads` with `points_N` per fit criterion."""
    fitting = [c for c in definition.rules if c.half == Criterion.Half.FIT]
    return leads.annotate(**{f"points_{c.position}": _fit_points(c) for c in fitting})


def with_engagement(leads: QuerySet[Lead], definition: LeadDefinition, as_of: datetime | F | None) -> QuerySet[Any]:
    """`leads` with `points_N` per engagement criterion, `judged_at` and `touch_total`, one row per lead."""
    criteria = engaging(definition.rules)
    moment = Max("touches__at") if as_of is None else _moment(as_of)
    before = Q() if as_of is None else Q(touches__at__lte=as_of)
    leads = leads.annotate(
        judged_at=moment,
        touch_total=Count("touches", filter=before, distinct=False),
        **{f"touch_{c.position}": _latest_touch(c, before) for c in criteria},
    )
    return leads.annotate(**{f"points_{c.position}": _engagement_points(c, definition, moment) for c in criteria})


def _moment(as_of: datetime | F) -> Combinable:
    return as_of if isinstance(as_of, F) else Value(as_of, output_field=DateTimeField())


def engaging(criteria: Iterable[Criterion]) -> list[Criterion]:
    return [c for c in criteria if c.half == Criterion.Half.ENGAGEMENT]


def _latest_touch(criterion: Criterion, before: Q) -> Combinable:
    of_kind = criterion.test == Criterion.Test.TOUCH_KIND
    wanted = before & Q(touches__kind__in=criterion.value) if of_kind else before
    return Max("touches__at", filter=wanted or None)


def _fit_points(criterion: Criterion) -> Combinable:
    """NULL where the fact is unknown: a test of NULL is neither true nor false."""
    between = criterion.test == Criterion.Test.BETWEEN
    fact = facts.number_expression(criterion.fact) if between else facts.fact_expression(criterion.fact)
    if criterion.test == Criterion.Test.KNOWN:
        return Case(When(IsNull(fact, False), then=Value(criterion.points)), output_field=IntegerField())
    test = ExpressionWrapper(fit_test(criterion, fact), output_field=BooleanField())
    return Cast(test, IntegerField()) * Value(criterion.points)


def fit_test(criterion: Criterion, fact: Any) -> Any:
    """Whether a fact passes the test of a criterion, as an expression; needs a fact that is known."""
    match criterion.test:
        case Criterion.Test.ONE_OF:
            return In(fact, [str(word).strip().lower() for word in criterion.value])
        case Criterion.Test.CONTAINS:
            return Regex(fact, rf"\m(?:{'|'.join(_word(str(word)) for word in criterion.value)})")
        case Criterion.Test.BETWEEN:
            low, high = criterion.value
            bounds: list[Any] = [] if low is None else [GreaterThanOrEqual(fact, low)]
            bounds += [] if high is None else [LessThanOrEqual(fact, high)]
            return Q(*bounds)
    raise ValueError(f"{criterion.test} is no test of a fit criterion")


def _word(word: str) -> str:
    """The end of a whole word in a pattern of PostgreSQL; `leiter*` stands for words that start so."""
    stem = re.escape(word.lower().removesuffix("*"))
    return stem if word.endswith("*") else rf"{stem}\M"


def _engagement_points(criterion: Criterion, definition: LeadDefinition, moment: Combinable) -> Combinable:
    latest = F(f"touch_{criterion.position}")
    age = Extract(ExpressionWrapper(moment - latest, output_field=DurationField()), "epoch")
    half_life = Value(definition.half_life_days * 86400.0)
    decayed = Value(float(abs(criterion.points))) * Power(
        Value(0.5),
        Greatest(Cast(age, FloatField()), Value(0.0), output_field=FloatField()) / half_life,
        output_field=FloatField(),
    )
    sign = -1 if criterion.points < 0 else 1
    enough = criterion.value if criterion.test == Criterion.Test.TOUCH_COUNT else 1
    return Case(
        # A half is rounded away from zero.
        When(
            touch_total__gte=enough,
            **{f"touch_{criterion.position}__isnull": False},
            then=Cast(Floor(decayed + Value(0.5)), IntegerField()) * Value(sign),
        ),
        default=Value(0),
        output_field=IntegerField(),
    )


def _sum(criteria: Any) -> Combinable:
    known = [Coalesce(F(f"points_{c.position}"), Value(0)) for c in criteria]
    return reduce(add, known, Value(0, output_field=IntegerField()))


# The letter of a total; `width_bucket` names the total once.
LETTER = "substr('DCBA', width_bucket(%(expressions)s) + 1, 1)"


def starts(definition: LeadDefinition) -> list[int]:
    return [definition.from_c, definition.from_b, definition.from_a]


def _letter(definition: LeadDefinition) -> Combinable:
    bounds = Value(starts(definition), output_field=ArrayField(IntegerField()))
    return Func(F("new_fit") + F("new_engagement"), bounds, template=LETTER, output_field=TextField())
