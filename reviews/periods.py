"""The span whose deals are asked for: a quarter, a fiscal year, or all that there ever were."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.quarters import Quarter, quarter_named
from common.errors import DomainError

ALL = "all"
# Between the first quarter and the last.
TO = "_"


@dataclass(frozen=True)
class Period:
    """Quarters from `first` to `last`, half-open in the company's time zone; neither: every moment."""

    key: str
    first: Quarter | None = None
    last: Quarter | None = None

    @property
    def label(self) -> str:
        if self.first is None:
            return _("All time")
        if self.first == self.last:
            return self.first.label
        if self.key.isdecimal():
            return _("Year %(year)s") % {"year": self.first.year}
        return _("%(first)s to %(last)s") % {"first": self.first.key, "last": self.last.key if self.last else ""}

    @property
    def zone(self) -> ZoneInfo:
        return self.first.zone if self.first else company.current().zone

    @property
    def first_day(self) -> date | None:
        return self.first.first_day if self.first else None

    @property
    def first_day_after(self) -> date | None:
        return self.last.first_day_after if self.last else None

    def moment(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)

    @property
    def start(self) -> datetime | None:
        return self.first.start if self.first else None

    @property
    def end(self) -> datetime | None:
        """The first moment after it."""
        return self.last.end if self.last else None


def of_quarter(quarter: Quarter) -> Period:
    return Period(quarter.key, quarter, quarter)


def of_year(quarter: Quarter) -> Period:
    """The fiscal year in which the quarter lies."""
    first = quarter.shifted(1 - quarter.number)
    return Period(f"{quarter.year}", first, first.shifted(3))


def between(first: Quarter, last: Quarter) -> Period:
    """The quarters from `first` to `last`."""
    return Period(f"{first.key}{TO}{last.key}", first, last)


def period_named(key: str) -> Period:
    """The period called e.g. "2026-Q3", "2026", "2025-Q4_2026-Q3" or "all". Raises DomainError for another text."""
    if key == ALL:
        return Period(ALL)
    try:
        if key.isdecimal():
            return of_year(quarter_named(f"{key}-Q1"))
        first, to, last = key.partition(TO)
        if to and quarter_named(first) <= quarter_named(last):
            return between(quarter_named(first), quarter_named(last))
        return of_quarter(quarter_named(key))
    except DomainError:
        told = _("Write a quarter such as 2026-Q3, a year such as 2026, or all, not “%(key)s”.") % {"key": key}
        raise DomainError("no_such_period", told) from None


def is_over(period: Quarter | Period) -> bool:
    """Whether it is a quarter that is over, and so may be signed."""
    quarter = period.first if isinstance(period, Period) and period.first == period.last else period
    return isinstance(quarter, Quarter) and quarter.end <= timezone.now()
