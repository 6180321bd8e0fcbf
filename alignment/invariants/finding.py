"""What an invariant is, and ways to find the rows that break one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, Exists, F, Model, OuterRef, Q, QuerySet, Value, When
from django.utils.functional import Promise

from leads.models import Handoff, Lead, Merge

# Far beyond what a beat needs to notice a worker that died.
STANDSTILL = timedelta(minutes=15)


@dataclass(frozen=True)
class Invariant:
    """What must hold, in a name and a sentence, and the rows for which it does not."""

    name: str
    sentence: str | Promise
    offenders: Callable[[], QuerySet]


def repeated(rows: QuerySet, *keys: str) -> QuerySet:
    """The keys that more than one of `rows` has."""
    return rows.order_by().values(*keys).annotate(times=Count("pk")).filter(times__gt=1)


def differ(left: str, right: str) -> Q:
    """Two moments are not the same; none is the same as none."""
    one_is_missing = Q(**{left: None}) ^ Q(**{right: None})
    return one_is_missing | Q(**{f"{left}__lt": F(right)}) | Q(**{f"{left}__gt": F(right)})


def told_otherwise_than_once(happened: Q, kind: str, taken_back: str = "") -> QuerySet:
    """Handoffs to which something `happened` without its one line in the timeline, or the reverse; each
    line `taken_back` makes up for one."""
    lines = Count("events", filter=Q(events__kind=kind)) - Count("events", filter=Q(events__kind=taken_back))
    expected = Case(When(happened, then=Value(1)), default=Value(0))
    return Handoff.objects.annotate(lines=lines, expected=expected).exclude(lines=F("expected"))


def none_of(model: type[Model], **facts: object) -> QuerySet[Lead]:
    """Leads that have no row of `model` with these facts."""
    return Lead.objects.filter(~Exists(model._default_manager.filter(lead=OuterRef("pk"), **facts)))


def without_latest(**facts: object) -> QuerySet[Lead]:
    """Leads whose latest handoff is not like this, or that have none. The handoffs of a lead that was
    merged come from two stories, each in an order of its own: one of them must be like this."""
    later = Handoff.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    decisive = ~Exists(later) | Exists(Merge.objects.filter(kept=OuterRef("lead")))
    return Lead.objects.filter(~Exists(Handoff.objects.filter(decisive, lead=OuterRef("pk"), **facts)))
