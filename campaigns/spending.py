"""The money of a campaign: what was planned, committed and spent, held against its budget and its days."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Sum

from campaigns.models import Campaign

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Spending:
    """Sums to the cent; None where nothing is entered. `even` is what an even pace would have spent by today."""

    budget: Decimal | None
    planned: Decimal | None
    committed: Decimal | None
    actual: Decimal | None
    even: Decimal | None

    @property
    def sums(self) -> list[Decimal | None]:
        return [self.planned, self.committed, self.actual]

    @property
    def left(self) -> Decimal | None:
        """Budget minus what was spent; below zero where more was."""
        return None if self.budget is None or self.actual is None else self.budget - self.actual

    @property
    def over(self) -> Decimal | None:
        """By how much the budget was passed, or None."""
        return -self.left if self.left is not None and self.left < 0 else None

    @property
    def marks(self) -> dict[str, Decimal | None]:
        """Where value, goal and pace stand on a bar of 100."""
        top = max(self.budget or 0, self.actual or 0)
        return {
            name: amount / top * 100 if top and amount is not None else None
            for name, amount in (("value", self.actual), ("goal", self.budget), ("pace", self.even))
        }


def spending(campaign: Campaign, day: date) -> Spending:
    """The money of `campaign` as it stands on `day`."""
    sums: dict[str, Any] = campaign.costs.aggregate(
        planned=Sum("planned"), committed=Sum("committed"), actual=Sum("actual")
    )
    return Spending(campaign.budget, even=even_by(campaign, day), **sums)


def even_by(campaign: Campaign, day: date) -> Decimal | None:
    """What of the budget an even pace over all its days would have spent at the end of `day`; None without
    a budget or dates."""
    first, last, budget = campaign.starts_on, campaign.ends_on, campaign.budget
    if budget is None or first is None or last is None:
        return None
    whole = (last - first).days + 1
    gone = min(max((day - first).days + 1, 0), whole)
    return (budget * gone / whole).quantize(CENT, rounding=ROUND_HALF_UP)
