"""Quarters of the company's fiscal calendar, half-open in the company's time zone.

A fiscal year carries the number of the calendar year in which it ends.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import company
from common.errors import DomainError

KEY = re.compile(r"([0-9]{4})-Q([1-4])")


def months_later(first: date, months: int) -> date:
    """The first of the month `months` after the month of `first`."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a fiscal year that starts in month `starts`, in the time zone `zone`."""

    year: int
    number: int
    starts: int
    zone: ZoneInfo

    @property
    def key(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        """E.g. "Third quarter 2026"."""
        names = [_("First quarter"), _("Second quarter"), _("Third quarter"), _("Fourth quarter")]
        return f"{names[self.number - 1]} {self.year}"

    @property
    def first_day(self) -> date:
        begins = date(self.year if self.starts == 1 else self.year - 1, self.starts, 1)
        return months_later(begins, 3 * (self.number - 1))

    @property
    def first_day_after(self) -> date:
        return months_later(self.first_day, 3)

    @property
    def months(self) -> list[date]:
        return [months_later(self.first_day, n) for n in range(3)]

    @property
    def start(self) -> datetime:
        return self.moment(self.first_day)

    @property
    def end(self) -> datetime:
        """The first moment after the quarter."""
        return self.moment(self.first_day_after)

    def moment(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)

    def shifted(self, quarters: int) -> "Quarter":
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1, self.starts, self.zone)


def quarter_named(key: str) -> Quarter:
    """The quarter called e.g. "2026-Q3". Raises DomainError for another text."""
    found = KEY.fullmatch(key)
    if not found or not 1900 < int(found[1]) < 9000:
        raise DomainError("no_such_quarter", _("Write a quarter such as 2026-Q3, not “%(key)s”.") % {"key": key})
    facts = company.current()
    return Quarter(int(found[1]), int(found[2]), facts.fiscal_year_start, facts.zone)


def quarter_of(at: datetime) -> Quarter:
    """The quarter in which the moment `at` lies."""
    return quarter_on(at.astimezone(company.current().zone).date())


def quarter_on(day: date) -> Quarter:
    """The quarter in which the company's day `day` lies."""
    facts = company.current()
    passed = (day.month - facts.fiscal_year_start) % 12
    begins = months_later(day.replace(day=1), -passed)
    year = begins.year if facts.fiscal_year_start == 1 else begins.year + 1
    return Quarter(year, passed // 3 + 1, facts.fiscal_year_start, facts.zone)
