"""Why one lead has its grade: the criteria that gave points, what they looked at, and the grade that a person set."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from leads import facts
from leads.grading import with_overrides
from leads.models import Criterion, GradeOverride, Lead, LeadDefinition
from leads.points import with_points


def explain(lead: Lead, *, as_of: datetime | None) -> dict[str, Any]:
    """Why a lead has its grade: `grade`, `fit`, `engagement`, `contributions` (criterion, value,
    points, kind) in the definition's order, `unknown`, the labels of criteria without a fact, and
    `override`: who set another grade than `by_points`, and why; None where nobody did."""
    definition = LeadDefinition.in_force()
    criteria = definition.rules
    tested = sorted({c.fact for c in criteria if c.half == Criterion.Half.FIT})
    row: dict[str, Any] = (
        with_points(Lead.objects.filter(pk=lead.pk), definition, as_of)
        .annotate(**{f"fact_{n}": facts.fact_expression(fact) for n, fact in enumerate(tested)})
        .values()
        .get()
    )
    value_of = {fact: row[f"fact_{n}"] for n, fact in enumerate(tested)}
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
