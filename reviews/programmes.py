"""A programme with the campaigns under it: what each brought, and all of them together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from campaigns.models import Campaign
from leads.models import Lead
from reviews.attribution import MODELS, REVENUE, Model, shares
from reviews.credit import NOTHING, Number, credit_number
from reviews.figures import valued
from reviews.periods import ALL, Period
from reviews.results import totals
from reviews.values import Values

ALL_TIME = Period(ALL)
MODEL = "linear"
SHOWN = ("cost", "leads", "leads_a", "leads_b", "handed_off", "accepted", "won", "revenue", "pipeline", "roi")


@dataclass(frozen=True)
class Line:
    """One campaign, or the whole; `narrow` is what its numbers open."""

    campaign: Campaign | None
    budget: Decimal | None
    values: Values
    credit: Number
    narrow: dict[str, str]

    @property
    def query(self) -> str:
        return urlencode(self.narrow)


@dataclass(frozen=True)
class Programme:
    """The lines of a programme, itself first, and their sum. `touched` leads had a touch with any of them, each counted
    once; `touches` adds up the leads that each of them touched."""

    campaign: Campaign
    lines: list[Line]
    whole: Line
    touched: int
    touches: int
    model: Model


def programme(campaign: Campaign, *, now: datetime) -> Programme | None:
    """What a programme brought so far, or None where no campaign stands under `campaign`."""
    members = [campaign, *campaign.children.order_by("name", "pk")]
    if len(members) == 1:
        return None
    ids = [one.pk for one in members]
    found = totals(ALL_TIME, now=now, campaigns=ids)
    earned = {
        share.campaign: share for share in shares(ALL_TIME, [MODEL], now=now, campaigns=ids) if share.kind == REVENUE
    }
    lines = [
        Line(
            one, one.budget, valued(found.by_campaign.get(one.pk, {}), SHOWN),
            credit_number(ALL_TIME, MODEL, REVENUE, one, earned.get(one.pk)), {"campaign": one.code},
        )
        for one in members
    ]  # fmt: skip
    credit = sum((line.credit.amount for line in lines), NOTHING)
    whole = Line(
        None, _sum(one.budget for one in members), valued(found.of(), SHOWN), Number(MODEL, credit, 0, ""),
        {"programme": campaign.code},
    )  # fmt: skip
    return Programme(campaign, lines, whole, *_touched(ids), MODELS[MODEL])


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """What is entered, together; None where nothing is."""
    entered = [amount for amount in amounts if amount is not None]
    return sum(entered, Decimal(0)) if entered else None


def _touched(ids: list[int]) -> tuple[int, int]:
    pairs = Lead.objects.counted().filter(touches__campaign__any=ids).order_by()
    return (
        pairs.values("pk").distinct().count(),
        pairs.values("pk", "touches__campaign").distinct().count(),
    )
