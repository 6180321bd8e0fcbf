"""The team as its managers see it: what each rep has open, how long leads wait, and who is away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from accounts.models import Absence, User
from accounts.quarters import Quarter
from common.statistics import ENOUGH
from feedback.worklist import urgencies
from leads import waits
from leads.models import Handoff
from leads.models.handoff import HandoffQuerySet
from leads.reassigning import reps
from leads.waits import Spread

MOST = 200


@dataclass(frozen=True)
class Member:
    """A rep: open handoffs, those overdue, the own waits of the quarter, and until when they are away."""

    person: User
    open: int
    overdue: int
    wait: Spread | None
    away_until: datetime | None

    @property
    def is_full(self) -> bool:
        return self.person.capacity is not None and self.open >= self.person.capacity

    @property
    def too_few(self) -> bool:
        return self.wait is None or self.wait.n < ENOUGH


def may_see_team(user: User) -> bool:
    """Managers of both sides, and admins."""
    return user.is_active and (user.is_manager or user.is_staff)


def answered_in(quarter: Quarter) -> HandoffQuerySet:
    """The handoffs of the quarter that were answered; tests, spam and duplicates are left out."""
    made = Handoff.objects.filter(at__gte=quarter.start, at__lt=quarter.end, lead__kept_out="")
    return made.filter(responded_at__isnull=False)


def team(quarter: Quarter, *, now: datetime) -> dict[str, Any]:
    """The context of the team's view: who is most overdue first, and the kinds of waiting apart."""
    answered = answered_in(quarter)
    members = _members(waits.of_reps(answered, now=now), now)
    return {"members": members[:MOST], "kinds": waits.of_kinds(answered, now=now), "quarter": quarter}


def _members(found: dict[int, Spread], now: datetime) -> list[Member]:
    late = Q(urgencies(now)["overdue"])
    rows = Handoff.objects.open().filter(rep__isnull=False).order_by().values_list("rep")
    loads = {rep: (n, overdue) for rep, n, overdue in rows.annotate(n=Count("pk"), late=Count("pk", filter=late))}
    away = _away(now)
    people = reps().select_related("team").filter(Q(takes_leads=True) | Q(pk__in=list(loads)))
    members = [
        Member(one, *loads.get(one.pk, (0, 0)), found.get(one.pk), _later(one, away.get(one.pk), now)) for one in people
    ]
    return sorted(members, key=lambda member: (-member.overdue, -member.open, str(member.person)))


def _away(now: datetime) -> dict[int, datetime]:
    """Until when each person is away by a planned absence."""
    running = Absence.objects.filter(since__lte=now, until__gt=now)
    return dict(running.order_by().values_list("person").annotate(last=Max("until")))


def _later(person: User, planned: datetime | None, now: datetime) -> datetime | None:
    """Planned or said at once: whichever lasts longer."""
    said = person.away_until if person.away_until and person.away_until > now else None
    return max(filter(None, (said, planned)), default=None)
