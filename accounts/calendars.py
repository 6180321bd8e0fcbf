"""When a team works: its time zone, the hours of its calendar, public holidays and own closed days."""

from collections.abc import Callable, Iterable
from datetime import date, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from accounts import company
from accounts.models import Calendar, Team, office_hours
from common.working_time import WorkingTime


def zone_of(team: Team | None) -> ZoneInfo:
    """The time zone of a team, or the company's."""
    return ZoneInfo(team.time_zone) if team and team.time_zone else company.current().zone


def working_time(team: Team | None) -> WorkingTime:
    """When `team` works. A team without a calendar works nine to five, Monday to Friday, and keeps the
    public holidays of the company's country. Reads the calendar and its closed days."""
    calendar = team.calendar if team else None
    hours = calendar.hours if calendar else office_hours()
    country = calendar.country if calendar else company.current().country
    closed = frozenset(calendar.closed_days.values_list("on", flat=True)) if calendar else frozenset[date]()
    return WorkingTime(zone_of(team), _week(hours), _closed(closed, country, calendar.subdivision if calendar else ""))


def working_times(teams: Iterable[Team]) -> dict[int, WorkingTime]:
    """`working_time` of each team by its id."""
    return {team.pk: working_time(team) for team in teams}


def _week(hours: list[list[list[str]]]) -> list[list[tuple[time, time]]]:
    return [[(time.fromisoformat(a), time.fromisoformat(b)) for a, b in day] for day in hours]


def _closed(days: frozenset[date], country: str, subdivision: str) -> Callable[[date], bool]:
    if not country:
        return days.__contains__
    return lambda day: day in days or day in public_holidays(country, subdivision, day.year)


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """The public holidays of a country (and region) in a year; none for a country that is not known."""
    # Loading it takes a second, and most processes never ask.
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        return frozenset()
    region = subdivision if subdivision in known[country] else None
    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def countries_with_holidays() -> list[str]:
    """ISO codes of the countries whose public holidays are known, in order."""
    import holidays

    return sorted(holidays.list_supported_countries())


def regions_of(country: str) -> list[str]:
    """Codes of the regions of a country that have holidays of their own."""
    import holidays

    return sorted(holidays.list_supported_countries().get(country, []))


def calendars() -> list[Calendar]:
    """All calendars with what stands in them, in the order of their names."""
    return list(Calendar.objects.prefetch_related("closed_days", "teams"))
