"""Follow-up both ways: how fast each team answers and what holds it up, and what marketing takes back or appeals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Team
from accounts.quarters import Quarter
from feedback.models import Response
from leads import waits
from reviews.figures import FIGURES, valued
from reviews.measures import measure, measure_by
from reviews.slices import Slice
from reviews.team import answered_in
from reviews.values import Values

OF_TEAMS = ("handed_off", "answered_in_time", "speed_median_hours", "speed_p90_hours")
# What a team's numbers open.
COUNTED = ("handed_off", "in_time", "decided", "responded")
EXCUSES = [f"late_{key}" for key in (*Response.Excuse.values, "not_said")]
OF_ALL = (*OF_TEAMS, *EXCUSES, "pulled_back", "appealed", "overturned")


@dataclass(frozen=True)
class Line:
    """A team and its figures; None: the handoffs that no team has."""

    team: Team | None
    values: Values

    @property
    def query(self) -> str:
        return f"team={self.team.pk}" if self.team else ""


def both_ways(quarter: Quarter, *, now: datetime) -> dict[str, Any]:
    """Teams, the kinds of waiting apart, and the excuses; the leads are those first captured in the quarter."""
    part = Slice(quarter)
    found = measure_by("team", part=part, now=now, only=_needs(OF_TEAMS))
    teams = Team.objects.in_bulk([key for key in found if key])
    lines = [Line(teams.get(key), valued(told, OF_TEAMS)) for key, told in found.items()]
    values = valued(measure(part, now=now, only=_needs(OF_ALL)), OF_ALL)
    return {
        "quarter": quarter,
        "values": values,
        "lines": sorted(lines, key=lambda line: (line.team is None, str(line.team))),
        "excuses": [key for key in EXCUSES if values[key].value],
        "kinds": waits.of_kinds(answered_in(quarter), now=now),
    }


def _needs(keys: tuple[str, ...]) -> set[str]:
    return set().union(*(FIGURES[key].needs for key in keys))
