"""When handoffs are due: the service level that holds at their moment, counted in the time of their team."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts import company
from accounts.calendars import working_time, zone_of
from accounts.models import Team
from common.working_time import WorkingTime
from leads.clock import due_moment, risk_moment
from leads.models import ServiceLevel

# No service level reaches further back than this.
LONGEST = timedelta(days=400)


@dataclass(frozen=True)
class Deadline:
    """At risk from, due, and the verdict due, as aware moments; None where no level holds."""

    risk_at: datetime | None = None
    due_at: datetime | None = None
    verdict_due_at: datetime | None = None


@dataclass
class Deadlines:
    """The levels and calendars, read once for a set of handoffs."""

    levels: list[ServiceLevel] = field(default_factory=lambda: list(ServiceLevel.objects.order_by("-valid_from")))
    teams: dict[int, Team] = field(
        default_factory=lambda: {team.pk: team for team in Team.objects.select_related("calendar")}
    )
    _times: dict[int | None, WorkingTime] = field(default_factory=dict)
    _known: dict[tuple[str, int | None, datetime], Deadline] = field(default_factory=dict)

    def of(self, grade: str, team_id: int | None, at: datetime) -> Deadline:
        """The deadline of a handoff of `grade` to a team, made at `at`."""
        key = grade, team_id, at
        if key not in self._known:
            due_at = self._due(grade, ServiceLevel.Kind.FIRST_RESPONSE, team_id, at)
            self._known[key] = Deadline(
                risk_at=risk_moment(at, due_at) if due_at else None,
                due_at=due_at,
                verdict_due_at=self._due(grade, ServiceLevel.Kind.VERDICT, team_id, at),
            )
        return self._known[key]

    def _due(self, grade: str, kind: str, team_id: int | None, at: datetime) -> datetime | None:
        level = next((x for x in self.levels if (x.grade, x.kind) == (grade, kind) and x.valid_from <= at), None)
        return self.due(level, team_id, at) if level else None

    def due(self, level: ServiceLevel, team_id: int | None, at: datetime) -> datetime:
        """The moment at which `level` is used up."""
        match level.unit:
            case ServiceLevel.Unit.WORKING_HOURS:
                return self._time(team_id).after_hours(at, level.amount)
            case ServiceLevel.Unit.WORKING_DAYS:
                return self._time(team_id).after_days(at, level.amount)
        return due_moment(at, level.amount, zone_of(self.teams.get(team_id or 0)))

    def _time(self, team_id: int | None) -> WorkingTime:
        if team_id not in self._times:
            self._times[team_id] = working_time(self.teams.get(team_id or 0))
        return self._times[team_id]

    def history_before(self, at: datetime) -> datetime:
        """Contacts before this moment, to the second, are history when they are loaded at `at`: the
        longest first response in force would have been due."""
        in_force = {
            level.grade: level
            for level in reversed(self.levels)
            if level.kind == ServiceLevel.Kind.FIRST_RESPONSE and level.valid_from <= at
        }
        different = {(level.unit, level.amount): level for level in in_force.values()}
        with company.held():
            return min((self._used_up_since(level, at) for level in different.values()), default=at - timedelta(days=7))

    def _used_up_since(self, level: ServiceLevel, at: datetime) -> datetime:
        """The first moment of which `level` is not used up at `at`, found by halving."""
        early, late = at - LONGEST, at
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) / 2
            early, late = (middle, late) if self.due(level, None, middle) < at else (early, middle)
        return late
