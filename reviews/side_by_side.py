"""Two quarters side by side: the same figures of both, as a whole and by campaign, each with the difference."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.quarters import Quarter
from campaigns.models import Campaign
from reviews.comparing import Comparison, compared
from reviews.cuts import Measured, cuts
from reviews.figures import FIGURES
from reviews.report import NO_CAMPAIGN, SHOWN
from reviews.slices import Slice

OF_CAMPAIGNS = ("cost", "leads", "accepted", "opportunities", "won")


@dataclass(frozen=True)
class Pair:
    """A campaign, or None for the leads without one, with its figures in both quarters."""

    campaign: Campaign | None
    figures: list[Comparison]

    @property
    def query(self) -> str:
        return f"campaign={self.campaign.code if self.campaign else NO_CAMPAIGN}"


@dataclass(frozen=True)
class Beside:
    """`here` beside `there`; `hidden` campaigns of both are not listed."""

    here: Quarter
    there: Quarter
    figures: list[Comparison]
    campaigns: list[Pair]
    hidden: int


def beside(here: Quarter, there: Quarter, *, now: datetime, most: int | None) -> Beside:
    """Two quarters with the `most` campaigns that have most leads in both together; None: all."""
    asked = set[str]().union(*(FIGURES[key].needs for key in SHOWN))
    one, other = (cuts(Slice(quarter), now=now, only=asked) for quarter in (here, there))
    whole = _pairs(SHOWN, one["whole"].get(None, {}), other["whole"].get(None, {}))
    by_campaign = one["campaign"], other["campaign"]

    def leads(key: Any) -> int:
        return sum(found.get(key, {}).get("leads") or 0 for found in by_campaign)

    ranked = sorted(by_campaign[0].keys() | by_campaign[1].keys(), key=lambda key: (-leads(key), key or 0))
    known = Campaign.objects.in_bulk([key for key in ranked[:most] if key])
    rows = [
        Pair(known.get(key), _pairs(OF_CAMPAIGNS, *(found.get(key, {}) for found in by_campaign)))
        for key in ranked[:most]
    ]
    return Beside(here, there, whole, rows, len(ranked) - len(rows))


def _pairs(keys: Iterable[str], here: Measured, there: Measured) -> list[Comparison]:
    return [compared(FIGURES[key].value(here), FIGURES[key].value(there)) for key in keys]
