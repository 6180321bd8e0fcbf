"""The rule in words: docs/service-level.md. Python and SQL must agree on every moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import clock
from leads.models import Handoff
from tests.cast import Cast, handoff

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
]
moments = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-24 15:00", "2026-03-31 15:00"),  # over the change to summer time
        ("2026-10-20 15:00", "2026-10-27 15:00"),  # and back
        ("2026-03-22 02:30", "2026-03-29 03:30"),  # 02:30 does not exist on that day
        ("2024-02-22 09:00", "2024-02-29 09:00"),  # a leap day
        ("2026-12-28 23:59", "2027-01-04 23:59"),  # a year's end
    ],
)
def test_due_is_the_same_local_time_seven_days_later(at: str, due: str) -> None:
    start = datetime.fromisoformat(at).replace(tzinfo=BERLIN)
    found = clock.due_moment(start, 7, BERLIN).astimezone(UTC).astimezone(BERLIN)
    assert found.replace(tzinfo=None) == datetime.fromisoformat(due)


def test_a_local_time_that_comes_twice_means_the_later_one() -> None:
    start = datetime(2026, 10, 18, 2, 30, tzinfo=BERLIN)
    assert clock.due_moment(start, 7, BERLIN).astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(at=moments, days=st.integers(1, 60), zone=st.sampled_from(ZONES))
def test_due_is_the_same_local_time_wherever_that_exists_once(at: datetime, days: int, zone: str) -> None:
    local = at.astimezone(ZoneInfo(zone))
    wished = local.replace(tzinfo=None, fold=0) + timedelta(days=days)
    due = clock.due_moment(at, days, ZoneInfo(zone)).astimezone(UTC)
    meant = {wished.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert due == max(
        meant & {m for m in meant if m.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == wished} or {due}
    )
    assert due.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) >= wished


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds=st.lists(st.integers(0, 1000), min_size=1, max_size=3),
    has_due=st.booleans(), answered=st.booleans(), released=st.booleans(), now_at=st.integers(0, 1000),
)  # fmt: skip
def test_python_and_sql_agree_on_the_state(
    cast: Cast, seconds: list[int], has_due: bool, answered: bool, released: bool, now_at: int
) -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    due = start + timedelta(seconds=500) if has_due else None
    facts = {
        "at": start, "due_at": due, "risk_at": start + timedelta(seconds=375) if has_due else None,
        "responded_at": start + timedelta(seconds=seconds[0]) if answered and not released else None,
        "released_at": start + timedelta(seconds=seconds[-1]) if released else None,
    }  # fmt: skip
    made = Handoff.objects.first() or handoff("ann@x.test", start)
    Handoff.objects.filter(pk=made.pk).update(**facts)
    at = start + timedelta(seconds=now_at)
    row = Handoff.objects.annotate(state=clock.state_expression(at)).get(pk=made.pk)
    assert row.state == clock.state(row, at).value


@pytest.mark.parametrize(("late", "state"), [(0, clock.State.MET), (1, clock.State.BREACHED)])
def test_exactly_at_the_due_moment_is_in_time(late: int, state: clock.State) -> None:
    due = datetime(2026, 9, 8, tzinfo=UTC)
    answered = due + timedelta(microseconds=late)
    made = Handoff(at=due - timedelta(days=7), due_at=due, responded_at=answered)
    assert clock.state(made, answered) == state


def test_at_risk_begins_at_three_quarters() -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    due = start + timedelta(days=8)
    made = Handoff(at=start, due_at=due, risk_at=clock.risk_moment(start, due))
    states = [clock.state(made, start + timedelta(days=6, seconds=s)) for s in (-1, 0)]
    assert states == [clock.State.PENDING, clock.State.AT_RISK]
