"""Working time against a clock that is read minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.working_time import WorkingTime

OFFICE = [[(time(9), time(17))]] * 5 + [[], []]
BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


def office(zone: str = "Europe/Berlin", closed: frozenset[date] = frozenset()) -> WorkingTime:
    return WorkingTime(ZoneInfo(zone), OFFICE, closed.__contains__)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "hours", "due"),
    [
        ("2026-11-20 10:00", 2, "2026-11-20 12:00"),  # within a Friday
        ("2026-11-20 16:00", 2, "2026-11-23 10:00"),  # over the weekend
        ("2026-11-20 16:00", 1, "2026-11-20 17:00"),  # the end of a day, not the start of the next
        ("2026-11-21 12:00", 8, "2026-11-23 17:00"),  # begins on a Saturday: Monday is the first day
        ("2026-11-23 03:00", 1, "2026-11-23 10:00"),  # begins at night
        ("2026-11-20 10:00", 40, "2026-11-27 10:00"),  # a week of work
    ],
)
def test_hours_count_while_it_is_open(at: str, hours: int, due: str) -> None:
    assert office().after_hours(berlin(at), hours) == berlin(due)


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        ("2026-11-19 10:00", 1, "2026-11-20 10:00"),
        ("2026-11-20 10:00", 1, "2026-11-23 10:00"),
        ("2026-11-20 18:00", 1, "2026-11-24 09:00"),  # after hours: as if made at the next opening
        ("2026-11-21 12:00", 5, "2026-11-30 09:00"),
        ("2026-03-27 09:30", 1, "2026-03-30 09:30"),  # over the change to summer time
    ],
)
def test_days_end_at_the_same_local_time(at: str, days: int, due: str) -> None:
    assert office().after_days(berlin(at), days) == berlin(due)


def test_a_shorter_day_ends_it_at_its_close() -> None:
    friday_noon = [[(time(9), time(17))]] * 4 + [[(time(9), time(12))], [], []]
    assert WorkingTime(BERLIN, friday_noon).after_days(berlin("2026-11-19 16:00"), 1) == berlin("2026-11-20 12:00")


def test_closed_days_do_not_count() -> None:
    closed = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
    assert office(closed=closed).after_hours(berlin("2026-12-24 16:00"), 2) == berlin("2026-12-29 10:00")
    assert office(closed=closed).after_days(berlin("2026-12-24 16:00"), 1) == berlin("2026-12-29 16:00")


def test_round_the_clock_is_an_hour_an_hour_also_when_the_clocks_change() -> None:
    always = WorkingTime(BERLIN, [[(time(0), time(0))]] * 7)
    for start in (berlin("2026-03-28 12:00"), berlin("2026-10-24 12:00")):
        assert always.after_hours(start, 30) - start.astimezone(UTC) == timedelta(hours=30)


def test_a_calendar_that_never_opens_says_so() -> None:
    with pytest.raises(ValueError, match="no working hours"):
        WorkingTime(BERLIN, [[]] * 7).after_hours(berlin("2026-11-20 10:00"), 1)


weeks = st.lists(
    st.lists(st.integers(0, 47), min_size=0, max_size=4, unique=True).map(sorted), min_size=7, max_size=7
).filter(any)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
starts = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def spans(marks: list[int]) -> list[tuple[time, time]]:
    """Half hours of a day as spans: each pair of marks opens and closes one."""
    at = [time(mark // 2, mark % 2 * 30) for mark in marks]
    return list(zip(at[::2], at[1::2], strict=False))


@settings(max_examples=60, deadline=None)
@given(marks=weeks, zone=zones, at=starts, quarters=st.integers(1, 60))
def test_hours_are_those_of_a_clock_read_minute_by_minute(
    marks: list[list[int]], zone: str, at: datetime, quarters: int
) -> None:
    week = [spans(day) for day in marks]
    if not any(week):
        return
    time_zone = ZoneInfo(zone)
    working = WorkingTime(time_zone, week)
    due = working.after_hours(at, quarters / 4)
    assert due - at <= timedelta(days=200)
    assert working.between(at, due) == timedelta(minutes=15 * quarters)
    open_minutes = sum(is_open(at + n * MINUTE, week, time_zone) for n in range(int((due - at) / MINUTE)))
    # A span that begins or ends in an hour that is missing or comes twice is the one thing read otherwise.
    changes = at.astimezone(time_zone).utcoffset() != due.astimezone(time_zone).utcoffset()
    assert changes or open_minutes == 15 * quarters


def is_open(moment: datetime, week: list[list[tuple[time, time]]], zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    return any(opens <= local.time() < closes for opens, closes in week[local.weekday()])
