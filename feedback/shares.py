"""How often a reason was given: leads that say it, of the leads that sales has judged.

One definition for the campaign page, the adjustments and the lists that their numbers open. A lead
counts once. For reasons of lost opportunities the leads whose opportunity has ended are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from campaigns.models import Campaign
from common.statistics import ENOUGH, wilson
from feedback.models import Outcome, Reason
from leads.models import Handoff, Lead
from leads.models.lead import LeadQuerySet

# How many days back a share may look.
WINDOWS = (30, 90, 180, 365)


@dataclass(frozen=True)
class Share:
    """`numerator` of `denominator` leads, with the 95 % Wilson interval; None where nobody was judged."""

    numerator: int
    denominator: int
    url: str = ""

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def low(self) -> float:
        return self._interval[0]

    @property
    def high(self) -> float:
        return self._interval[1]

    @property
    def too_few(self) -> bool:
        return self.denominator < ENOUGH

    @property
    def _interval(self) -> tuple[float, float]:
        return wilson(self.numerator, self.denominator) if self.denominator else (0.0, 1.0)


def judged(group: str = "") -> Q:
    """Handoffs that count: sales has given a verdict, or for lost opportunities the lead has its end."""
    if group == Reason.Group.LOST:
        return Q(Exists(Outcome.objects.filter(lead=OuterRef("lead"), kind__in=["won", "lost"])))
    return Q(verdict__isnull=False)


def saying(group: Any, reason: Any = None, by: User | None = None) -> Q:
    """Of these, the handoffs for which the reason was given, or any of the group; by one person where named.
    Both may be expressions, of the handoff or, for lost opportunities, of the outcome."""
    named = {"reason__group": group, "reason": reason, "by": by}
    said = {name: value for name, value in named.items() if value is not None}
    if group == Reason.Group.LOST:
        return Q(Exists(Outcome.objects.filter(lead=OuterRef("lead"), kind="lost", **said)))
    return Q(**{f"verdict__{name}": value for name, value in said.items()})


@dataclass(frozen=True)
class Asked:
    """Whose reasons are asked for: handoffs made from `since` on and before `until`."""

    group: str
    since: datetime
    until: datetime
    reason: Reason | None = None
    campaign: Campaign | None = None
    by: User | None = None

    @classmethod
    def back(cls, days: int, now: datetime, **about: Any) -> Self:
        """The last `days` days before `now`."""
        return cls(since=now - timedelta(days=days), until=now, **about)

    def handoffs(self) -> QuerySet[Handoff]:
        """The handoffs that count."""
        rows = Handoff.objects.filter(judged(self.group), lead__kept_out="", at__gte=self.since, at__lt=self.until)
        return rows.filter(lead__campaign=self.campaign) if self.campaign else rows

    def said(self) -> QuerySet[Handoff]:
        """Of these, the handoffs for which it was said."""
        return self.handoffs().filter(self._saying)

    def leads(self, *, all_judged: bool = False) -> LeadQuerySet:
        """Exactly the leads of the numerator, or of the denominator."""
        rows = self.handoffs() if all_judged else self.said()
        return Lead.objects.filter(pk__in=rows.values("lead"))

    def share(self) -> Share:
        return shares([self])[0]

    @property
    def _saying(self) -> Q:
        return saying(self.group, self.reason, self.by)

    @property
    def url(self) -> str:
        """The address of the leads."""
        asked = {
            "group": self.group,
            "reason": self.reason.key if self.reason else "",
            "campaign": self.campaign.code if self.campaign else "",
            "by": self.by.pk if self.by else "",
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }
        return f"{reverse('adjustments:leads')}?{urlencode({k: v for k, v in asked.items() if v})}"


def shares(asks: Sequence[Asked]) -> list[Share]:
    """The share of each in one query: they ask about the same campaign, and of handoffs that are judged alike."""
    first, last = min(one.since for one in asks), max(one.until for one in asks)
    widest = replace(asks[0], since=first, until=last)
    counts = {}
    for place, one in enumerate(asks):
        window = Q(at__gte=one.since, at__lt=one.until)
        counts[f"said_{place}"] = Count("lead", distinct=True, filter=window & one._saying)
        counts[f"all_{place}"] = Count("lead", distinct=True, filter=window)
    found = widest.handoffs().aggregate(**counts)
    return [Share(found[f"said_{place}"], found[f"all_{place}"], one.url) for place, one in enumerate(asks)]


def shares_by_days(now: datetime, **about: Any) -> dict[int, Share]:
    """The share of each window, the shortest first."""
    return dict(zip(WINDOWS, shares([Asked.back(days, now, **about) for days in WINDOWS]), strict=True))


def fitting(by_days: dict[int, Share]) -> int:
    """The shortest window with enough cases to judge, but none below 90 days; else the longest."""
    return next((days for days in WINDOWS[1:] if not by_days[days].too_few), WINDOWS[-1])
