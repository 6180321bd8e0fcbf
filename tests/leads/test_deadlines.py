"""Deadlines: the level that holds, in the unit it is counted in, in the time of the team."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Calendar, ClosedDay, Company, Team
from leads.deadlines import Deadline, Deadlines
from leads.models import Handoff, ServiceLevel
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def level(amount: int, unit: str, *, grade: str = "A", since: str = "2001-01-01") -> ServiceLevel:
    return ServiceLevel.objects.create(
        grade=grade, kind="first_response", amount=amount, unit=unit, valid_from=datetime.fromisoformat(since + "T00Z")
    )


@pytest.fixture
def team() -> Team:
    Company.objects.update_or_create(pk=1, defaults={"time_zone": "UTC", "currency": "EUR", "country": "DE"})
    return Team.objects.create(name="Berlin", side="sales", time_zone="Europe/Berlin")


def due(team: Team | None, at: datetime, grade: str = "A") -> datetime | None:
    return Deadlines().of(grade, team.pk if team else None, at).due_at


def test_calendar_days_are_those_of_the_teams_zone(team: Team) -> None:
    assert due(team, berlin("2026-03-24 15:00")) == berlin("2026-03-31 15:00")
    assert due(None, berlin("2026-03-24 15:00")) == datetime(2026, 3, 31, 14, tzinfo=UTC)


def test_working_hours_are_those_of_the_teams_calendar(team: Team) -> None:
    level(8, "working_hours")
    assert due(team, berlin("2026-11-20 12:00")) == berlin("2026-11-23 12:00")
    early = [[["06:00", "10:00"]]] * 5 + [[], []]
    team.calendar = Calendar.objects.create(name="Early", hours=early)
    team.save()
    assert due(team, berlin("2026-11-20 08:00")) == berlin("2026-11-24 08:00")


def test_public_holidays_and_closed_days_do_not_count(team: Team) -> None:
    level(1, "working_days")
    assert due(team, berlin("2026-12-24 10:00")) == berlin("2026-12-28 10:00"), "the country of the company"
    team.calendar = Calendar.objects.create(name="Office", country="US")
    team.save()
    ClosedDay.objects.create(calendar=team.calendar, on=date(2026, 12, 28))
    assert due(team, berlin("2026-12-24 10:00")) == berlin("2026-12-29 10:00")


def test_a_new_level_holds_for_what_is_handed_off_from_then_on(cast: Cast, now: datetime) -> None:
    before = lead("ann@x.test", now, "A").handoffs.get()
    level(1, "calendar_days", since="2026-07-01")
    ServiceLevel.objects.filter(amount=1).update(valid_from=now + timedelta(hours=1))
    old = before.due_at
    assert Handoff.objects.get().due_at == old
    after = lead("bob@x.test", now + timedelta(hours=2), "A").handoffs.get()
    assert after.due_at == now + timedelta(days=1, hours=2)
    assert Deadlines().of("A", None, now).due_at == old


def test_without_a_level_nothing_is_due() -> None:
    assert Deadlines().of("C", None, datetime(2026, 1, 1, tzinfo=UTC)) == Deadline()


def test_history_is_what_the_longest_level_would_have_had_due() -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert abs(Deadlines().history_before(at) - (at - timedelta(days=7))) <= timedelta(seconds=1)
    level(30, "calendar_days", grade="B")
    assert abs(Deadlines().history_before(at) - (at - timedelta(days=30))) <= timedelta(seconds=1)
