"""The plan as pages show it: each line with what it cost, what its budget may bring, and whether the money is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts import company
from accounts.models import User
from accounts.quarters import Quarter
from common.statistics import Span
from reviews.decisions import Told
from reviews.expecting import Basis, Past, past, together
from reviews.forms_planning import BudgetsForm, MoveForm
from reviews.models import Decision, Plan, PlanLine, Review
from reviews.planning import GOES_ON, costs_of

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class Row:
    """A line with its `budget` as it stands or as somebody tries it, what was decided, and the cost this quarter."""

    line: PlanLine
    budget: Decimal
    cost: Decimal | None
    told: Told | None
    basis: Basis | None
    share: float = 0

    @property
    def expected(self) -> dict[str, Span] | None:
        return self.basis.expected(self.budget) if self.basis else None


@dataclass(frozen=True)
class Capacity:
    """A and B leads per rep and week: as planned, and in the four quarters before."""

    reps: int
    planned: float
    before: float


@dataclass(frozen=True)
class Table:
    """The plan for `quarter`, written in the review of the quarter before it."""

    quarter: Quarter
    plan: Plan
    rows: list[Row]
    given: Decimal | None
    undecided: int
    past: Past

    @property
    def total(self) -> Decimal:
        return sum((row.budget for row in self.rows), Decimal(0))

    @property
    def cost(self) -> Decimal:
        return sum((row.cost or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def left(self) -> Decimal | None:
        """What is given and not planned; below zero where more is planned."""
        return None if self.given is None else self.given - self.total

    @property
    def over(self) -> Decimal | None:
        return -self.left if self.left is not None and self.left < 0 else None

    @cached_property
    def expected(self) -> dict[str, Span] | None:
        """What all lines together bring, so far as there is a past to judge by."""
        known = [(row.basis, row.budget) for row in self.rows if row.basis]
        return together(known) if known else None

    @cached_property
    def capacity(self) -> Capacity | None:
        reps = User.objects.filter(side=User.Side.SALES, takes_leads=True, is_active=True).count()
        if not reps or not self.expected:
            return None
        weeks = (self.quarter.first_day_after - self.quarter.first_day).days / DAYS_OF_A_WEEK
        return Capacity(reps, self.expected["ab_leads"][0] / weeks / reps, self.past.ab_leads / self.past.weeks / reps)


def planned(
    review: Review, quarter: Quarter, *, now: datetime, tried: Mapping[int, Decimal] | None = None,
    given: Decimal | None = None,
) -> Table:  # fmt: skip
    """The plan in the review of `quarter`, with budgets that somebody tries instead of those that are kept."""
    plan = Plan.objects.filter(review=review.pk).first() or Plan()
    lines = list(plan.lines.select_related("campaign", "owner", "made")) if plan.pk else []
    decided: dict[int | None, Decision] = {
        one.campaign_id: one for one in Decision.objects.filter(review=review.pk).exclude(kind="")
    }
    known = past(quarter, now=now)
    costs = costs_of(quarter, [line.campaign_id for line in lines if line.campaign_id], now) if lines else {}
    rows = [
        Row(
            line, (tried or {}).get(line.pk, line.budget), costs.get(line.campaign_id),
            _told(line, decided.get(line.campaign_id)), known.basis(line.campaign_id, line.channel_key),
        )
        for line in lines
    ]  # fmt: skip
    going = {pk for pk, one in decided.items() if one.kind in GOES_ON}
    undecided = len(going - {line.campaign_id for line in lines})
    whole = plan.given if tried is None else given
    return Table(quarter.shifted(1), plan, _shared(rows), whole, undecided, known)


def section(
    review: Review, quarter: Quarter, *, now: datetime, form: BudgetsForm | None = None, move: MoveForm | None = None
) -> dict[str, Any]:
    """What the section of the plan shows; `form` and `move` are what somebody wrote and has not saved."""
    tried = form.tried if form else None
    table = planned(review, quarter, now=now, tried=tried, given=form.cleaned_data.get("given") if form else None)
    lines = [row.line for row in table.rows]
    form = form or BudgetsForm(table.plan, lines)
    fields = [(row, form[str(row.line.pk)], form[f"version-{row.line.pk}"]) for row in table.rows]
    return {
        "plan": table, "plan_form": form, "plan_rows": fields, "plan_move": move or MoveForm(lines),
        "currency": company.current().currency,
    }  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """A line of the agreed plan, and what its campaign has cost in the planned quarter."""

    line: PlanLine
    cost: Decimal | None

    @property
    def position(self) -> float:
        """The cost on a bar whose whole is the budget."""
        return min(100 * float((self.cost or 0) / self.line.budget), 100.0) if self.line.budget else 0.0


@dataclass(frozen=True)
class Agreed:
    """The plan that both signed for a quarter beside what was spent in it; `written` is the quarter it stands in."""

    plan: Plan
    written: Quarter
    rows: list[Spent]

    @property
    def budget(self) -> Decimal:
        return sum((row.line.budget for row in self.rows), Decimal(0))

    @property
    def cost(self) -> Decimal:
        return sum((row.cost or Decimal(0) for row in self.rows), Decimal(0))


def agreed(quarter: Quarter, *, now: datetime) -> Agreed | None:
    """The plan for `quarter` that both signed at the end of the one before it; None where there is none."""
    before = quarter.shifted(-1)
    signed = Plan.objects.filter(review__quarter=before.key, review__status=Review.Status.SIGNED).first()
    lines = list(signed.lines.select_related("campaign", "made", "owner")) if signed else []
    if signed is None or not lines:
        return None
    campaigns = {line.pk: line.campaign_id or line.made_id for line in lines}
    costs = costs_of(quarter, [pk for pk in campaigns.values() if pk], now)
    return Agreed(signed, before, [Spent(line, costs.get(campaigns[line.pk])) for line in lines])


def _told(line: PlanLine, decision: Decision | None) -> Told | None:
    return Told(line.campaign, decision) if line.campaign and decision else None


def _shared(rows: Iterable[Row]) -> list[Row]:
    """With the share of the highest budget, for the bars."""
    known = list(rows)
    top = max((row.budget for row in known), default=Decimal(0)) or Decimal(1)
    return [replace(row, share=float(row.budget / top)) for row in known]
