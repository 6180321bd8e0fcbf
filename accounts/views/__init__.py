"""The pages of Settings that this room owns, a module per page."""

from accounts.views.company import company, index
from accounts.views.joining import departures, invitations, new_person, person_facts
from accounts.views.people import absences, people, person, removals
from accounts.views.teams import calendar, new_calendar, new_team, team, teams
from accounts.views.tokens import token_revocations, tokens
from accounts.views.trail import trail

__all__ = [
    "absences",
    "calendar",
    "company",
    "departures",
    "index",
    "invitations",
    "new_calendar",
    "new_person",
    "new_team",
    "people",
    "person",
    "person_facts",
    "removals",
    "team",
    "teams",
    "token_revocations",
    "tokens",
    "trail",
]
