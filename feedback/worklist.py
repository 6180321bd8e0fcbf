"""The work list of sales: who waits, grouped by urgency."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import company
from accounts.models import User
from leads import clock
from leads.models import Handoff, Touch
from leads.showing import ClockFace, clock_face, latest_touches, with_latest_touch

# As many as somebody works on in a sitting; each costs about a millisecond to show.
LONGEST = 50
LOOKS_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Row:
    handoff: Handoff
    clock: ClockFace
    touch: Touch | None


@dataclass
class Group:
    """The rows of one urgency; `size` counts all of them, `rows` are those that are shown."""

    key: str
    label: str | Promise
    size: int = 0
    rows: list[Row] = field(default_factory=list)


LABELS = {
    "overdue": _("Overdue"), "today": _("Due today"), "week": _("This week"), "later": _("Later"),
    "verdict": _("Answered, verdict open"),
}  # fmt: skip


def work_of(user: User, whose: str) -> QuerySet[Handoff]:
    """Open handoffs: `mine`, those of a rep by id, the `queue` that nobody took yet, or everything of the `team`."""
    return Handoff.objects.visible_to(user).open().filter(_belongs(user, whose))


def _belongs(user: User, whose: str) -> Q:
    if whose == "mine" or whose.isdecimal():
        return Q(rep=user.pk if whose == "mine" else int(whose))
    return Q(rep=None) if whose == "queue" else Q()


def numbers(user: User, whose: str, now: datetime) -> dict[str, int]:
    """How many of the work of `whose` there are of each urgency; and how many wait: mine, in the queue, in the team."""
    tabs = {"mine": Q(rep=user), "queue": Q(rep=None), "team": Q()}
    asked = tabs | {key: rule & _belongs(user, whose) for key, rule in urgencies(now).items()}
    handoffs = Handoff.objects.visible_to(user).open()
    # Rows are counted, not ids, which the index that tells all else goes without.
    return handoffs.aggregate(**{key: Count(Value(1), filter=rule) for key, rule in asked.items()})


def pressing(user: User, now: datetime) -> int:
    """How many of the person's own are overdue or due today; of the team's for a manager."""
    rules = urgencies(now)
    return work_of(user, "mine" if user.takes_leads else "team").filter(rules["overdue"] | rules["today"]).count()


def urgencies(now: datetime) -> dict[str, Q]:
    """What makes a handoff overdue, due today, this week or later, or answered with its verdict
    open; each open handoff is exactly one of these."""
    midnight = _midnight(now)
    # Midnight opens tomorrow: the week ends with the Sunday night on or after it.
    monday = midnight + timedelta(days=-midnight.weekday() % 7)
    waiting = Q(responded_at=None)
    return {
        "overdue": waiting & Q(due_at__lt=now),
        "today": waiting & Q(due_at__gte=now, due_at__lt=midnight),
        "week": waiting & Q(due_at__gte=midnight, due_at__lt=monday),
        "later": waiting & (Q(due_at=None) | Q(due_at__gte=monday)),
        "verdict": ~waiting,
    }


def urgency_of(handoff: Handoff, now: datetime) -> str:
    """Of which urgency one handoff is."""
    mine = Handoff.objects.filter(pk=handoff.pk)
    return next(key for key, rule in urgencies(now).items() if mine.filter(rule).exists())


def _midnight(now: datetime) -> datetime:
    """The end of today in the company's time zone."""
    today = now.astimezone(company.current().zone)
    return datetime.combine(today.date() + timedelta(days=1), time.min, today.tzinfo)


def grouped(handoffs: QuerySet[Handoff], sizes: dict[str, int], now: datetime) -> list[Group]:
    """The handoffs by urgency, the most pressing first, each group with its size and those that are shown."""
    groups = {key: Group(key, label, sizes[key]) for key, label in LABELS.items()}
    rules = [When(rule, then=Value(key)) for key, rule in urgencies(now).items()]
    sorted_out = with_latest_touch(handoffs).annotate(urgency=Case(*rules, output_field=CharField())).for_list()  # type: ignore[attr-defined]
    sorted_out = sorted_out.defer("explanation", "lead__facts")
    # Who waits is read in the order of an index, and no further than is shown; then what is told of each.
    first = F("due_at").asc(nulls_last=True), "pk"
    shown = list(handoffs.filter(responded_at=None).order_by(*first).values_list("pk", flat=True)[:LONGEST])
    answered = handoffs.exclude(responded_at=None).order_by("responded_at", *first)
    shown += answered.values_list("pk", flat=True)[: LONGEST - len(shown)]
    read = sorted_out.order_by().in_bulk(shown)
    for row in _rows([read[pk] for pk in shown if pk in read], now):
        groups[row.handoff.urgency].rows.append(row)  # type: ignore[attr-defined]
    return list(groups.values())


def row_of(handoff: Handoff, now: datetime) -> Row:
    """One handoff as a row, read again."""
    return _rows(list(with_latest_touch(Handoff.objects.filter(pk=handoff.pk)).for_list()), now)[0]  # type: ignore[attr-defined]


def _rows(found: list[Handoff], now: datetime) -> list[Row]:
    touches = latest_touches(found)
    return [Row(handoff, clock_face(handoff, now), touches.get(handoff.lead_id)) for handoff in found]


def answered_in_time(user: User, now: datetime) -> tuple[int, int]:
    """Met and decided clocks of a rep over the last 90 days."""
    handoffs = Handoff.objects.filter(rep=user, at__gte=now - LOOKS_BACK)
    found = handoffs.aggregate(
        met=Count(Value(1), filter=clock.is_met()), decided=Count(Value(1), filter=clock.is_decided(now))
    )
    return found["met"], found["decided"]
