"""Time as people work it: opening hours per weekday in a time zone, without closed days.

Working time is real time that passes while it is open, so the night on which the clocks change
counts as it is. Spans are half-open.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# No calendar is closed for longer; beyond that the week has no hours at all.
FURTHEST = timedelta(days=366 * 3)
Hours = tuple[time, time]


def _never(day: date) -> bool:
    return False


def later(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time as a moment. One that does not exist, because clocks go forward, moves on by the
    gap; one that comes twice, because they go back, means the later one: nobody is given less time."""
    local = datetime.combine(day, at)
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    comes_twice = first.utcoffset() > second.utcoffset()  # type: ignore[operator]
    return second if comes_twice else first


@dataclass(frozen=True)
class WorkingTime:
    """The hours of each weekday (Monday first), the zone in which they are meant, and which days are closed.

    A span that ends at 00:00 ends at midnight; none goes on beyond it.
    """

    zone: ZoneInfo
    week: Sequence[Sequence[Hours]]
    is_closed: Callable[[date], bool] = field(default=_never)

    def open_spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans in which it is open, from `since` on, as moments in UTC. Ends after three years."""
        day = since.astimezone(self.zone).date()
        last = day + FURTHEST
        while day <= last:
            for opens, closes in self._spans_of(day):
                if closes > since:
                    yield max(opens, since.astimezone(UTC)), closes
            day += timedelta(days=1)

    def _spans_of(self, day: date) -> list[tuple[datetime, datetime]]:
        if self.is_closed(day):
            return []
        return [
            (
                datetime.combine(day, opens, self.zone).astimezone(UTC),
                later(day if closes > opens else day + timedelta(days=1), closes, self.zone).astimezone(UTC),
            )
            for opens, closes in self.week[day.weekday()]
        ]

    def starts(self, at: datetime) -> datetime:
        """`at` where it is open then, else the next opening. Raises ValueError where it never opens."""
        for opens, _closes in self.open_spans(at):
            return opens
        raise ValueError("this calendar has no working hours")

    def after_hours(self, at: datetime, hours: float) -> datetime:
        """The moment at which `hours` of working time have passed since `at`; the end of a span rather
        than the start of the next. Raises ValueError where it never opens."""
        left = timedelta(hours=hours)
        for opens, closes in self.open_spans(at):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise ValueError("this calendar has no working hours")

    def after_days(self, at: datetime, days: int) -> datetime:
        """The same local time `days` working days later; a day that is shorter ends it at its close.

        What begins outside the hours begins at the next opening. Raises ValueError where it never opens.
        """
        begins = self.starts(at).astimezone(self.zone)
        day = begins.date()
        for _n in range(days):
            day = self._next_day(day)
        opens, closes = self._spans_of(day)[0][0], self._spans_of(day)[-1][1]
        return min(max(later(day, begins.time(), self.zone), opens), closes)

    def _next_day(self, day: date) -> date:
        last = day + FURTHEST
        while (day := day + timedelta(days=1)) <= last:
            if self._spans_of(day):
                return day
        raise ValueError("this calendar has no working hours")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`, within three years; none where `end` comes first."""
        total = timedelta()
        for opens, closes in self.open_spans(start):
            if opens >= end:
                break
            total += min(closes, end.astimezone(UTC)) - opens
        return total
