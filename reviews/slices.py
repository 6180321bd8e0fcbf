"""A part of a period, and the rows of each kind that belong to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Model, QuerySet
from django.db.models.functions import TruncMonth

from accounts.quarters import Quarter, months_later
from campaigns.models import Campaign, Cost
from feedback.models import Outcome
from leads.models import Handoff, Lead
from reviews.periods import Period


@dataclass(frozen=True)
class Slice:
    """A quarter or another period, or the part of it that a campaign, some `campaigns` (by id) together, a source
    or a month has."""

    period: Quarter | Period
    campaign: Campaign | None = None
    without_campaign: bool = False
    source: str | None = None
    month: date | None = None
    campaigns: frozenset[int] | None = None
    # The grade at the handoff, and the team by its id: only handoffs have them.
    graded: str | None = None
    team: int | None = None

    @property
    def first_day(self) -> date | None:
        return self.month or self.period.first_day

    @property
    def first_day_after(self) -> date | None:
        return months_later(self.month, 1) if self.month else self.period.first_day_after

    def between(self, field: str, bound: Callable[[date], Any]) -> dict[str, Any]:
        """The filter on `field`, half-open; of all that there ever was, none."""
        ends = {f"{field}__gte": self.first_day, f"{field}__lt": self.first_day_after}
        return {name: bound(day) for name, day in ends.items() if day is not None}

    def whose(self, field: str) -> dict[str, Any]:
        """The filter on the campaign, which stands in `field`."""
        if self.campaigns is not None:
            return {f"{field}__any": self.campaigns}
        return {field: self.campaign} if self.campaign is not None or self.without_campaign else {}

    def narrowed(self, **to: Any) -> "Slice":
        return replace(self, **to)


@dataclass(frozen=True)
class Base:
    """The rows of a slice: the model, where it finds the lead's facts, and the moment that counts."""

    model: type[Model]
    lead: str
    moment: str

    def rows(self, part: Slice) -> QuerySet[Any]:
        of_lead = f"{self.lead}__" if self.lead else ""
        rows = self.model._default_manager.filter(
            **{f"{of_lead}kept_out": ""},
            **part.between(self.moment, part.period.moment),
            **part.whose(f"{of_lead}campaign"),
        )
        if part.source is not None:
            rows = rows.filter(**{f"{of_lead}source": part.source})
        of_handoffs = {"grade": part.graded, "team": part.team}
        asked = {name: value for name, value in of_handoffs.items() if value is not None}
        return rows if not asked else rows.filter(**asked) if self.model is Handoff else rows.none()

    def dimension(self, name: str, zone: ZoneInfo) -> Any:
        """The expression by which rows are grouped: campaign, source or month; handoffs also by grade and team."""
        if name in ("grade", "team") and self.model is Handoff:
            return F(name)
        if name == "month":
            return TruncMonth(self.moment, tzinfo=zone)
        return F(f"{self.lead}__{name}" if self.lead else name)


class CostBase(Base):
    """Costs have a day and a campaign, and no leads: they have no share in a source."""

    def rows(self, part: Slice) -> QuerySet[Any]:
        costs = Cost.objects.filter(**part.between("on", lambda day: day), **part.whose("campaign"))
        return costs.none() if part.source is not None else costs

    def dimension(self, name: str, zone: ZoneInfo) -> Any:
        return TruncMonth("on") if name == "month" else F(name)


LEADS = Base(Lead, "", "captured_at")
HANDOFFS = Base(Handoff, "lead", "lead__captured_at")
OUTCOMES = Base(Outcome, "lead", "lead__captured_at")
OUTCOMES_IN_PERIOD = Base(Outcome, "lead", "at")
COSTS = CostBase(Cost, "", "on")
