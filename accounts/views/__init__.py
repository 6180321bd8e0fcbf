"""The pages of Settings that this room owns, a module per page."""

from accounts.views.company import company, index
from accounts.views.people import absences, people, person, removals
from accounts.views.teams import calendar, new_calendar, new_team, team, teams

__all__ = [
    "absences",
    "calendar",
    "company",
    "index",
    "new_calendar",
    "new_team",
    "people",
    "person",
    "removals",
    "team",
    "teams",
]
