"""People and their teams, the company, keys to the API, and the trail of changes."""

from accounts.models.change import Change
from accounts.models.company import Calendar, ClosedDay, Company, office_hours, validate_time_zone
from accounts.models.people import Absence, Team, User, UserManager
from accounts.models.repeat import KeptAnswer
from accounts.models.token import Scope, Token

__all__ = [
    "Absence",
    "Calendar",
    "Change",
    "ClosedDay",
    "Company",
    "KeptAnswer",
    "Scope",
    "Team",
    "Token",
    "User",
    "UserManager",
    "office_hours",
    "validate_time_zone",
]
