"""Verbs for what holds for everybody: the company, its teams and their calendars."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.access import check_may_set
from accounts.calendars import countries_with_holidays, regions_of, working_time
from accounts.models import Calendar, ClosedDay, Company, Team, User
from common.countries import region_of
from common.errors import DomainError
from common.versions import locked

# A service level counts so many hours at most, and they must come to pass within three years.
HOURS_THAT_MUST_FIT = 200
MOST_CLOSED_DAYS = 200


@transaction.atomic
def change_company(facts: Mapping[str, Any], *, version: int, by: User) -> Company:
    """Write name, time zone, currency, country and first month of the fiscal year.

    Raises DomainError `not_yours`, `stale` or `bad_value`.
    """
    check_may_set(by)
    Company.objects.get_or_create(pk=1, defaults=settings.COMPANY)
    company = locked(Company.objects.all(), 1, version)
    currency = str(facts.get("currency", company.currency)).strip().upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise _refusal("currency", _("Write a code of three letters such as EUR."))
    country = _country(facts.get("country", company.country))
    return trail.kept(company, {**facts, "currency": currency, "country": country}, by=by)


@transaction.atomic
def keep_team(team: Team | None, facts: Mapping[str, Any], *, version: int, by: User) -> Team:
    """Write name, time zone and calendar of a team, or make one of the side that `facts` name.

    What was handed off before keeps its due moment. Raises DomainError `not_yours`, `stale` or `bad_value`.
    """
    check_may_set(by)
    found = locked(Team.objects.all(), team.pk, version) if team else Team()
    return trail.kept(found, facts, by=by)


@transaction.atomic
def keep_calendar(
    calendar: Calendar | None, facts: Mapping[str, Any], closed: Mapping[date, str], *, version: int, by: User,
    at: datetime,
) -> Calendar:  # fmt: skip
    """Write name, hours, country and region of a calendar, and on which days it is closed besides.

    What was handed off before keeps its due moment. Raises DomainError `not_yours`, `stale` or `bad_value`.
    """
    check_may_set(by)
    found = locked(Calendar.objects.all(), calendar.pk, version) if calendar else Calendar()
    country = _country(facts.get("country", ""), holidays=True)
    region = str(facts.get("subdivision", "")).strip().upper()
    if region and region not in regions_of(country):
        known = ", ".join(regions_of(country)) or _("none")
        raise _refusal("subdivision", _("Regions with holidays of their own: %(known)s.") % {"known": known})
    if len(closed) > MOST_CLOSED_DAYS:
        raise _refusal("closed", _("Write at most %(n)d days.") % {"n": MOST_CLOSED_DAYS})
    before = {day.on.isoformat(): day.name for day in found.closed_days.all()} if calendar else {}
    after = {day.isoformat(): name[:80] for day, name in sorted(closed.items())}
    told = {**facts, "country": country, "subdivision": region}
    trail.kept(found, told, by=by, beside={"closed_days": [before, after]})
    found.closed_days.all().delete()
    ClosedDay.objects.bulk_create(ClosedDay(calendar=found, on=day, name=name) for day, name in after.items())
    _check_opens(found, at)
    return found


def _check_opens(calendar: Calendar, at: datetime) -> None:
    """A calendar that is hardly ever open would leave handoffs without a due moment."""
    try:
        for since in (at, at + timedelta(days=366)):
            working_time(Team(calendar=calendar)).after_hours(since, HOURS_THAT_MUST_FIT)
    except ValueError as error:
        words = _("This is open too seldom: %(n)d working hours must fit into three years.")
        raise _refusal("monday", words % {"n": HOURS_THAT_MUST_FIT}) from error


def _country(text: str, *, holidays: bool = False) -> str:
    """The code of a country as people write it; empty stays empty."""
    if not text.strip():
        return ""
    code = region_of(text)
    if not code:
        raise _refusal("country", _("Write a country such as Germany, or its code DE."))
    if holidays and code not in countries_with_holidays():
        raise _refusal("country", _("No public holidays are known for this country. Leave it empty."))
    return code


def _refusal(field: str, sentence: str) -> DomainError:
    return DomainError("bad_value", sentence, {field: sentence})
