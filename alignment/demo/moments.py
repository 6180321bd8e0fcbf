"""When things happen in the story, seen from today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = 8, 18
FRIDAY = 4
# What runs this quarter has been running for a while, also on the quarter's first day.
RUNNING_FOR = timedelta(days=12)


@dataclass(frozen=True)
class Moments:
    """The calendar of the story: it ends at the moment `now`, in the company's time `zone`."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def quarter(self, index: int) -> date:
        """First day of a quarter: 0 is the one that runs, -1 the one before."""
        months = self.today.year * 12 + (self.today.month - 1) // 3 * 3 + 3 * index
        return date(months // 12, months % 12 + 1, 1)

    def day(self, index: int, number: int) -> date:
        """Day `number` (0 is the first) of a quarter."""
        day = self.quarter(index) + timedelta(days=number)
        return min(day, self.today - RUNNING_FOR) if index == 0 else day

    def last_day(self, index: int) -> date:
        return self.quarter(index + 1) - timedelta(days=1)

    def at(self, day: date, hour: float) -> datetime:
        """A local time of `day`, as an aware moment."""
        return datetime.combine(day, time(), self.zone) + timedelta(hours=hour)

    def in_days(self, number: int) -> date:
        return self.today + timedelta(days=number)

    def ago(self, **span: float) -> datetime:
        """So long before now on the wall clock, which is how due moments are counted."""
        return (self.now.astimezone(self.zone) - timedelta(**span)).replace(fold=0)

    def left_today(self, share: float) -> timedelta:
        """A share of what is left of today."""
        return (self.at(self.today, 24) - self.now) * share

    def office(self, moment: datetime) -> datetime:
        """`moment`, or the next time when people are at work."""
        local = moment.astimezone(self.zone)
        if local.hour >= CLOSES:
            local = local.replace(hour=OPENS) + timedelta(days=1)
        if local.hour < OPENS:
            local = local.replace(hour=OPENS)
        if local.weekday() > FRIDAY:
            local = local.replace(hour=OPENS) + timedelta(days=7 - local.weekday())
        return local
