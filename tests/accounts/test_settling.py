"""What holds for everybody, and who is away: set by those who may, read by all, never lost between two."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.hours import hours_text, read_closed_days, read_hours
from accounts.models import Absence, Calendar, Company, Team, User
from accounts.settling import change_company, keep_calendar, keep_team
from accounts.staffing import change_work, come_back, end_absence, plan_absence
from accounts.wording import week_words
from common.errors import DomainError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
COMPANY = {"name": "Nordfeld", "time_zone": "Europe/Berlin", "currency": "eur", "country": "Germany"}
OFFICE = [[["09:00", "17:00"]]] * 5 + [[], []]


def refused(code: str, act: Any, *args: Any, **named: Any) -> dict[str, str]:
    """Asserts that it is refused with this code; the sentences by field."""
    with pytest.raises(DomainError) as error:
        act(*args, **named)
    assert error.value.code == code
    return error.value.fields


def test_a_manager_changes_the_company(cast: Cast) -> None:
    change_company({**COMPANY, "fiscal_year_start": 4}, version=1, by=cast.sales_manager)
    found = Company.objects.get()
    assert (found.currency, found.country, found.fiscal_year_start, found.version) == ("EUR", "DE", 4, 2)


@pytest.mark.parametrize("fault", [{"time_zone": "Mars"}, {"currency": "€"}, {"country": "Atlantis"}])
def test_a_company_that_cannot_be_is_refused_by_field(fault: dict[str, str], cast: Cast) -> None:
    assert set(refused("bad_value", change_company, COMPANY | fault, version=1, by=cast.admin)) == set(fault)
    assert not Company.objects.filter(name="Nordfeld").exists()


def test_others_change_nothing(cast: Cast, now: datetime) -> None:
    refused("not_yours", change_company, COMPANY, version=1, by=cast.rep)
    refused("not_yours", keep_team, None, {"name": "West", "side": "sales"}, version=1, by=cast.marketer)
    refused("not_yours", keep_calendar, None, {"name": "X"}, {}, version=1, by=cast.rep, at=now)
    assert not Team.objects.filter(name="West").exists()


def test_whoever_comes_second_is_told_what_the_first_wrote(cast: Cast, client: Client) -> None:
    change_company(COMPANY, version=1, by=cast.marketing_manager)
    client.force_login(cast.sales_manager)
    sent = {
        **COMPANY,
        "name": "Südfeld",
        "currency": "EUR",
        "country": "DE",
        "fiscal_year_start": 1,
        "credit_half_life": 30,
        "version": 1,
    }
    answer = client.post("/settings/company/", sent)
    assert answer.status_code == 409
    assert "Now it says: Nordfeld" in answer.text
    assert 'value="Südfeld"' in answer.text
    assert Company.objects.get().name == "Nordfeld"
    assert client.post("/settings/company/", sent | {"version": 2}).status_code == 302
    assert Company.objects.get().name == "Südfeld"


def test_a_calendar_keeps_hours_holidays_and_closed_days(cast: Cast, now: datetime) -> None:
    facts = {"name": "Munich", "hours": OFFICE, "country": "Deutschland", "subdivision": "by"}
    made = keep_calendar(None, facts, {date(2026, 12, 24): "Christmas Eve"}, version=1, by=cast.admin, at=now)
    assert (made.country, made.subdivision, made.version) == ("DE", "BY", 1)
    assert [str(day) for day in made.closed_days.all()] == ["2026-12-24 Christmas Eve"]
    keep_calendar(made, facts, {date(2026, 12, 31): ""}, version=1, by=cast.admin, at=now)
    assert [day.on for day in made.closed_days.all()] == [date(2026, 12, 31)]
    refused("stale", keep_calendar, made, facts, {}, version=1, by=cast.admin, at=now)


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"hours": [[]] * 7}, "monday"),
        ({"hours": [[["09:00", "09:30"]], [], [], [], [], [], []]}, "monday"),
        ({"subdivision": "XX"}, "subdivision"),
        ({"country": "Atlantis"}, "country"),
    ],
)
def test_a_calendar_that_is_hardly_ever_open_or_unknown_is_refused(
    fault: dict[str, Any], field: str, cast: Cast, now: datetime
) -> None:
    facts = {"name": "Munich", "hours": OFFICE, "country": "DE", "subdivision": "BY"} | fault
    assert set(refused("bad_value", keep_calendar, None, facts, {}, version=1, by=cast.admin, at=now)) == {field}
    assert not Calendar.objects.exists()


def test_a_team_has_a_zone_and_a_calendar(cast: Cast) -> None:
    north, office = Team.objects.get(name="North"), Calendar.objects.create(name="Office")
    keep_team(north, {"time_zone": "Asia/Kathmandu", "calendar": office}, version=1, by=cast.sales_manager)
    north.refresh_from_db()
    assert (north.time_zone, north.calendar, north.version) == ("Asia/Kathmandu", office, 2)
    refused("stale", keep_team, north, {"name": "N"}, version=1, by=cast.sales_manager)
    assert "name" in refused("bad_value", keep_team, north, {"name": "South"}, version=2, by=cast.sales_manager)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("9-17", [["09:00", "17:00"]]),
        ("09:00-12:30, 13.00 – 17", [["09:00", "12:30"], ["13:00", "17:00"]]),
        ("16:00-24:00", [["16:00", "00:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: list[list[str]]) -> None:
    assert read_hours(text) == spans
    assert read_hours(hours_text(spans)) == spans


@pytest.mark.parametrize("text", ["nine", "17-9", "9-12, 11-17", "24-9", "16-24, 1-2", "9-24:30", "9-9"])
def test_hours_that_cannot_be_are_refused(text: str) -> None:
    refused("bad_hours", read_hours, text)


def test_closed_days_are_read_line_by_line() -> None:
    assert read_closed_days("2026-12-24 Christmas Eve\n\n2026-12-31\n") == {
        date(2026, 12, 24): "Christmas Eve",
        date(2026, 12, 31): "",
    }
    refused("bad_day", read_closed_days, "Christmas")


def test_a_week_is_told_in_words() -> None:
    assert week_words(Calendar()) == "Mon to Fri 09:00-17:00"
    uneven = Calendar(hours=[[["09:00", "17:00"]]] * 3 + [[["08:00", "12:00"]], [], [["10:00", "00:00"]], []])
    assert week_words(uneven) == "Mon to Wed 09:00-17:00; Thu 08:00-12:00; Sat 10:00-24:00"


def test_a_manager_of_sales_says_who_takes_how_many(cast: Cast) -> None:
    change_work(cast.rep, takes_leads=False, capacity=7, by=cast.sales_manager)
    found = User.objects.get(pk=cast.rep.pk)
    assert (found.takes_leads, found.capacity) == (False, 7)
    for by in (cast.rep, cast.marketing_manager):
        refused("not_yours", change_work, cast.rep, takes_leads=True, capacity=None, by=by)
    refused("not_sales", change_work, cast.marketer, takes_leads=True, capacity=None, by=cast.admin)
    refused("no_team", change_work, cast.sales_manager, takes_leads=True, capacity=None, by=cast.admin)


def test_days_of_an_absence_are_whole_days_of_the_team(cast: Cast, now: datetime) -> None:
    Team.objects.update(time_zone="Europe/Berlin")
    cast.rep.team.refresh_from_db()
    first = (now + 20 * DAY).date()
    made = plan_absence(cast.rep, first=first, last=first + DAY, by=cast.rep, at=now)
    assert made.since.astimezone(UTC).hour in (22, 23)
    assert not User.objects.present(made.until - timedelta(seconds=1)).filter(pk=cast.rep.pk).exists()
    assert User.objects.present(made.until).filter(pk=cast.rep.pk).exists()


def test_absences_that_cannot_be_are_refused(cast: Cast, now: datetime) -> None:
    today = now.date()
    for first, last in ((None, today - DAY), (today + 3 * DAY, today + DAY), (None, date.max), (date.min, today)):
        assert "last" in refused("bad_value", plan_absence, cast.rep, first=first, last=last, by=cast.rep, at=now)
    refused("not_yours", plan_absence, cast.rep, first=None, last=today, by=cast.mate, at=now)
    refused("not_yours", plan_absence, cast.rep, first=None, last=today, by=cast.marketing_manager, at=now)
    assert not Absence.objects.exists()


def test_an_absence_ends_and_what_was_stays_told(cast: Cast, now: datetime) -> None:
    running = plan_absence(cast.rep, first=None, last=now.date() + 5 * DAY, by=cast.sales_manager, at=now)
    planned = plan_absence(cast.rep, first=now.date() + 9 * DAY, last=now.date() + 9 * DAY, by=cast.rep, at=now)
    refused("not_yours", end_absence, planned, by=cast.mate, at=now)
    end_absence(planned, by=cast.rep, at=now + DAY)
    end_absence(running, by=cast.rep, at=now + DAY)
    end_absence(running, by=cast.rep, at=now + 2 * DAY)
    assert [absence.until for absence in cast.rep.absences.all()] == [now + DAY]


def test_whoever_is_here_again_is_present_at_once(cast: Cast, now: datetime) -> None:
    User.objects.filter(pk=cast.rep.pk).update(away_until=now + 9 * DAY)
    plan_absence(cast.rep, first=None, last=now.date() + 5 * DAY, by=cast.rep, at=now)
    refused("not_yours", come_back, cast.rep, by=cast.mate, at=now + DAY)
    come_back(cast.rep, by=cast.rep, at=now + DAY)
    assert User.objects.present(now + DAY).filter(pk=cast.rep.pk).exists()
