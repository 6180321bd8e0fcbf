"""The work list of sales: who waits, grouped by urgency."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import company
from accounts.models import User
from leads import clock
from leads.models import Handoff, Touch
from leads.showing import ClockFace, clock_face, latest_touches, with_latest_touch

LONGEST = 300
LOOKS_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Row:
    handoff: Handoff
    clock: ClockFace
    touch: Touch | None


@dataclass
class Group:
    key: str
    label: str | Promise
    rows: list[Row] = field(default_factory=list)


def work_of(user: User, whose: str) -> QuerySet[Handoff]:
    """Open handoffs: `mine`, the `queue` that nobody took yet, or everything of the `team`."""
    handoffs = Handoff.objects.visible_to(user).open()
    if whose == "mine":
        return handoffs.filter(rep=user)
    return handoffs.filter(rep=None) if whose == "queue" else handoffs


def counts(user: User) -> dict[str, int]:
    """How many wait: mine, in the queue, in the team."""
    handoffs = Handoff.objects.visible_to(user).open()
    return handoffs.aggregate(
        mine=Count("pk", filter=Q(rep=user)), queue=Count("pk", filter=Q(rep=None)), team=Count("pk")
    )


def pressing(user: User, now: datetime) -> int:
    """How many of the person's own are overdue or due today; of the team's for a manager."""
    handoffs = work_of(user, "mine" if user.takes_leads else "team")
    return handoffs.filter(responded_at=None, due_at__lt=_midnight(now)).count()


def _midnight(now: datetime) -> datetime:
    """The end of today in the company's time zone."""
    today = now.astimezone(company.current().zone)
    return datetime.combine(today.date() + timedelta(days=1), time.min, today.tzinfo)


def grouped(handoffs: QuerySet[Handoff], now: datetime) -> list[Group]:
    """The handoffs by urgency: overdue, due today, this week, later, and those answered whose
    verdict is still open."""
    rows = _rows(handoffs, now)
    midnight = _midnight(now)
    # Midnight opens tomorrow: the week ends with the Sunday night on or after it.
    monday = midnight + timedelta(days=-midnight.weekday() % 7)
    groups = [
        Group("overdue", _("Overdue")), Group("today", _("Due today")), Group("week", _("This week")),
        Group("later", _("Later")), Group("verdict", _("Answered, verdict open")),
    ]  # fmt: skip
    by_key = {group.key: group for group in groups}
    for row in rows:
        by_key[_urgency(row.handoff, now, midnight, monday)].rows.append(row)
    return [group for group in groups if group.rows]


def _urgency(handoff: Handoff, now: datetime, midnight: datetime, monday: datetime) -> str:
    if handoff.responded_at is not None:
        return "verdict"
    if handoff.due_at is None or handoff.due_at >= monday:
        return "later"
    if handoff.due_at < now:
        return "overdue"
    return "today" if handoff.due_at < midnight else "week"


def _rows(handoffs: QuerySet[Handoff], now: datetime) -> Sequence[Row]:
    found = list(with_latest_touch(handoffs).for_list().order_by(F("due_at").asc(nulls_last=True), "pk")[:LONGEST])  # type: ignore[attr-defined]
    touches = latest_touches(found)
    return [Row(handoff, clock_face(handoff, now), touches.get(handoff.lead_id)) for handoff in found]


def answered_in_time(user: User, now: datetime) -> tuple[int, int]:
    """Met and decided clocks of a rep over the last 90 days."""
    handoffs = Handoff.objects.filter(rep=user, at__gte=now - LOOKS_BACK)
    found = handoffs.aggregate(
        met=Count("pk", filter=clock.is_met()), decided=Count("pk", filter=clock.is_decided(now))
    )
    return found["met"], found["decided"]
