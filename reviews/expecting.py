"""What a budget may bring, by what money brought in the last four quarters.

A campaign is judged by its own past where that is 20 A and B leads and more, else by the campaigns of its channel
where those are, else by all. Campaigns without a cost say nothing about money and are left out. Leads, opportunities
and wins are counts per money; the interval is that in which the number will lie 95 times of 100.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.quarters import Quarter
from campaigns.models import Campaign
from common.statistics import ENOUGH, Span, poisson_ahead, summed
from reviews.periods import Period
from reviews.results import added, totals

QUARTERS = 4
MEASURES = ("leads_a", "leads_b", "opportunities", "won")
COUNTS = ("ab_leads", "opportunities", "won")


@dataclass(frozen=True)
class Basis:
    """Whose past it is, in words; what was spent, and what came of it."""

    key: tuple[str, int | str]
    words: str
    cost: Decimal
    counts: tuple[int, ...]

    def expected(self, budget: Decimal) -> dict[str, Span]:
        """What a budget brings, by `COUNTS`: value, low and high."""
        times = float(budget / self.cost)
        return {key: poisson_ahead(count, times) for key, count in zip(COUNTS, self.counts, strict=True)}


@dataclass(frozen=True)
class Past:
    """What money brought, by campaign; campaigns without a cost are not in it. `ab_leads` are all A and B leads of
    these `weeks`, also those that cost nothing."""

    by_campaign: Mapping[int, Mapping[str, Any]]
    channels: Mapping[int, str]
    ab_leads: int
    weeks: float

    def basis(self, campaign: int | None, channel: str) -> Basis | None:
        """By whose past a campaign of this channel is judged; None where nothing was ever spent."""
        own = [campaign] if campaign is not None and campaign in self.by_campaign else []
        alike = [pk for pk in self.by_campaign if self.channels.get(pk) == channel]
        label = dict(Campaign.Channel.choices).get(channel, channel)
        found: list[tuple[tuple[str, int | str], str, list[int]]] = [
            (("campaign", campaign or 0), _("its own past"), own),
            (("channel", channel), _("the channel %(channel)s") % {"channel": label}, alike),
        ]
        for key, words, pks in found:
            basis = self._of(key, words, pks)
            if basis and basis.counts[0] >= ENOUGH:
                return basis
        return self._of(("all", 0), _("all campaigns"), self.by_campaign)

    def _of(self, key: tuple[str, int | str], words: str, campaigns: Iterable[int]) -> Basis | None:
        known = added(self.by_campaign[pk] for pk in campaigns)
        if not known.get("cost"):
            return None
        a, b, opportunities, won = (known.get(name) or 0 for name in MEASURES)
        return Basis(key, words, known["cost"], (a + b, opportunities, won))


def past(quarter: Quarter, *, now: datetime) -> Past:
    """What money brought in the four quarters up to `quarter`, that one included."""
    period = Period("", quarter.shifted(1 - QUARTERS), quarter)
    found = totals(period, now=now, only=MEASURES).by_campaign
    spent = {pk: told for pk, told in found.items() if pk is not None and (told.get("cost") or 0) > 0}
    channels = dict(Campaign.objects.filter(pk__in=spent).values_list("pk", "channel"))
    whole = added(found.values())
    days = (min(now, quarter.end) - quarter.shifted(1 - QUARTERS).start).total_seconds() / 86_400
    return Past(spent, channels, sum(whole.get(key) or 0 for key in ("leads_a", "leads_b")), max(days, 1) / 7)


def together(lines: Iterable[tuple[Basis | None, Decimal]]) -> dict[str, Span]:
    """What several budgets bring. Money that is judged by the same past is one sum: its doubt is shared."""
    by_basis: dict[Any, tuple[Basis, Decimal]] = {}
    for basis, budget in lines:
        if basis:
            before = by_basis.get(basis.key, (basis, Decimal(0)))[1]
            by_basis[basis.key] = basis, before + budget
    parts = [basis.expected(budget) for basis, budget in by_basis.values()]
    return {key: summed(part[key] for part in parts) for key in COUNTS}
