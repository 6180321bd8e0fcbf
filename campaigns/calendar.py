"""What runs and what is planned in a month or a quarter, and what was done on which day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.quarters import Quarter, months_later, quarter_named
from campaigns.models import Activity, Campaign, CampaignQuerySet
from common.errors import DomainError

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
DAY = timedelta(days=1)


class Touching(Protocol):
    """Of `campaigns` those that touch the accounts of `user`."""

    def __call__(self, campaigns: CampaignQuerySet, user: User) -> CampaignQuerySet: ...


_touching: list[Touching] = []


def register(touching: Touching) -> None:
    """Who has which accounts is known by the room above."""
    _touching[:] = [touching]


def touching_accounts_of(user: User, campaigns: CampaignQuerySet) -> CampaignQuerySet:
    return _touching[0](campaigns, user)


# --- the days that are shown ----------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """A month or a quarter of the company: its key in addresses, its name, and its days."""

    view: str
    key: str
    label: str
    first: date
    after: date
    before_key: str
    next_key: str

    @property
    def last(self) -> date:
        return self.after - DAY

    def place(self, day: date) -> float:
        """Where the day begins, from 0 for the first moment to 100 for the last; days outside are put at the ends."""
        share = (min(max(day, self.first), self.after) - self.first) / (self.after - self.first)
        return round(100 * share, 2)

    @property
    def ticks(self) -> list[tuple[str, float, bool]]:
        """What is written above the days: the Mondays, and in a quarter the months."""
        days = [self.first + n * DAY for n in range((self.after - self.first).days)]
        if self.view == "month":
            return [(str(day.day), self.place(day), True) for day in days if day.weekday() == 0]
        mondays = [("", self.place(day), False) for day in days if day.weekday() == 0]
        months = [(date_format(day, "F"), self.place(day), True) for day in days if day.day == 1]
        return mondays + months


def month_named(key: str) -> Days:
    """The month called e.g. "2026-11". Raises DomainError `no_such_month`."""
    found = MONTH.fullmatch(key)
    if not found or not 1900 < int(found[1]) < 9000:
        raise DomainError("no_such_month", _("Write a month such as 2026-11, not “%(key)s”.") % {"key": key[:40]})
    first = date(int(found[1]), int(found[2]), 1)
    after = months_later(first, 1)
    before, label = months_later(first, -1), date_format(first, "F Y")
    return Days("month", key, label, first, after, f"{before:%Y-%m}", f"{after:%Y-%m}")


def of_quarter(quarter: Quarter) -> Days:
    before, later = quarter.shifted(-1).key, quarter.shifted(1).key
    return Days("quarter", quarter.key, quarter.label, quarter.first_day, quarter.first_day_after, before, later)


def days_named(key: str) -> Days:
    """A month or a quarter by its key. Raises DomainError `no_such_month`, `no_such_quarter`."""
    return of_quarter(quarter_named(key)) if "Q" in key else month_named(key)


# --- what is shown --------------------------------------------------------------------------------


@dataclass
class Run:
    """A campaign on its days: where its bar begins and how wide it is, out of 100, and what was done in it."""

    campaign: Campaign
    status: Campaign.Status
    start: float
    width: float
    done: list[tuple[Activity, float]] = field(default_factory=list)


def runs(days: Days, campaigns: Iterable[Campaign], activities: Iterable[Activity], today: date) -> list[Run]:
    """A row for each campaign, and on it its activities."""
    found = {campaign.pk: _run(days, campaign, today) for campaign in campaigns}
    for one in activities:
        if run := found.get(one.campaign_id):
            run.done.append((one, days.place(one.on)))
    return list(found.values())


def _run(days: Days, campaign: Campaign, today: date) -> Run:
    last = campaign.ends_on or days.last
    if campaign.set_status:
        # Ended before its last day: it is not shown as if it still ran.
        last = min(last, today)
    start = days.place(campaign.starts_on or days.first)
    end = days.place(last + DAY)
    return Run(campaign, campaign.status_on(today), start, max(round(end - start, 2), 0.5))
