"""Why one lead has its grade: the criteria that gave points, what they looked at, and the grade that a person set."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils import timezone

from leads import facts
from leads.compiling import SOME_IDS, SOME_MOMENT, Rules, told
from leads.grading import with_overrides
from leads.models import Criterion, GradeOverride, Lead, LeadDefinition
from leads.points import engaging, with_points


def explain(lead: Lead, *, as_of: datetime | None) -> dict[str, Any]:
    """Why a lead has its grade: `grade`, `fit`, `engagement`, `contributions` (criterion, value,
    points, kind) in the definition's order, `unknown`, the labels of criteria without a fact, and
    `override`: who set another grade than `by_points`, and why; None where nobody did."""
    definition = LeadDefinition.in_force()
    criteria = definition.rules
    row = _row(lead, definition, as_of)
    value_of = {fact: row[name] for name, fact in _tested(definition).items()}
    override = _override(lead)
    return {
        "grade": override["grade"] if override else row["new_grade"],
        "by_points": row["new_grade"],
        "override": override,
        "fit": row["new_fit"],
        "engagement": row["new_engagement"],
        "definition": definition.version,
        "thresholds": {"A": definition.from_a, "B": definition.from_b, "C": definition.from_c},
        "contributions": [_contribution(c, row, value_of) for c in criteria if row[f"points_{c.position}"]],
        "unknown": [c.label for c in criteria if row[f"points_{c.position}"] is None],
    }


def explain_as_graded(lead: Lead) -> dict[str, Any]:
    """Why a lead has the grade that is kept: `explain` as of the moment at which it was graded."""
    return explain(lead, as_of=lead.graded_at or timezone.now())


def _row(lead: Lead, definition: LeadDefinition, as_of: datetime | None) -> dict[str, Any]:
    """What `with_points` says of one lead, and the facts that are tested."""
    names, sql, params = _asking(Rules.of(definition), as_of is not None)
    with connection.cursor() as cursor:
        cursor.execute(sql, [told(value, [lead.pk], as_of) for value in params])
        return dict(zip(names, cursor.fetchone(), strict=True))


@lru_cache(maxsize=8)
def _asking(rules: Rules, at_a_moment: bool) -> tuple[list[str], str, tuple[Any, ...]]:
    """The columns of the answer, the statement and its parameters."""
    definition = rules.definition
    tested = _tested(definition)
    rows = with_points(Lead.objects.filter(pk__any=SOME_IDS), definition, SOME_MOMENT if at_a_moment else None)
    rows = rows.annotate(**{name: facts.fact_expression(fact) for name, fact in tested.items()})
    touches = [f"touch_{c.position}" for c in engaging(definition.rules)]
    points = [f"points_{c.position}" for c in definition.rules]
    names = ["new_grade", "new_fit", "new_engagement", "touch_total", *touches, *points, *tested]
    sql, params = rows.values(*names).query.sql_with_params()
    return names, sql, params


def _tested(definition: LeadDefinition) -> dict[str, str]:
    """The facts that the definition looks at, by the names of their columns."""
    tested = sorted({c.fact for c in definition.rules if c.half == Criterion.Half.FIT})
    return {f"fact_{n}": fact for n, fact in enumerate(tested)}


def _contribution(criterion: Criterion, row: dict[str, Any], value_of: dict[str, Any]) -> dict[str, Any]:
    return {
        "criterion": criterion.label,
        "value": _value(criterion, row, value_of),
        "points": row[f"points_{criterion.position}"],
        "full_points": criterion.points,
        "kind": criterion.half,
    }


def _override(lead: Lead) -> dict[str, Any] | None:
    """The grade that a person set, while the facts are those it was set on."""
    if not GradeOverride.objects.filter(lead=lead, ended_at=None).exists():
        return None
    held = with_overrides(Lead.objects.filter(pk=lead.pk)).filter(holds=True).values("override_id").first()
    if held is None:
        return None
    override = GradeOverride.objects.select_related("by").get(pk=held["override_id"])
    return {"grade": override.grade, "reason": override.reason, "by": override.by, "at": override.at}


def _value(criterion: Criterion, row: dict[str, Any], value_of: dict[str, Any]) -> Any:
    """What a criterion looked at: the fact, the number of touches, or the moment of the latest."""
    if criterion.half == Criterion.Half.FIT:
        return value_of[criterion.fact]
    if criterion.test == Criterion.Test.TOUCH_COUNT:
        return row["touch_total"]
    return row[f"touch_{criterion.position}"]
