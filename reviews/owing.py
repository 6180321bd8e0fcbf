"""What both sides owe each other, as rows: which handoffs, leads and campaigns keep what was promised.

Verdicts in time, reasons that the buyer gave, attempts before sales gives up; contact data that works and campaigns
that sales knew of beforehand. `reviews/measures.py` counts them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.lookups import Exact, LessThan, LessThanOrEqual

from accounts import company
from feedback.models import Appeal, Outcome, Reason, Response, Verdict
from leads import clock
from leads.models import Handoff

GOOD_GRADES = ("A", "B")
# A campaign is announced in time where it was logged so many days before it starts.
NOTICE_DAYS = 14
# Before sales says "no contact".
ATTEMPTS = 3

_GIVEN_UP = Q(verdict__reason__group=Reason.Group.NO_CONTACT)


def good_handoff(now: datetime) -> Q:
    """Handoffs that were an A or a B at the moment of handing off."""
    return Q(grade__in=GOOD_GRADES)


def opened(now: datetime) -> Q:
    """Handoffs of A and B leads that became an opportunity; a win that nobody announced was one."""
    return _good_with("opportunity", "won")


def won(now: datetime) -> Q:
    """Handoffs of A and B leads that were won."""
    return _good_with("won")


def _good_with(*kinds: str) -> Q:
    found = Outcome.objects.filter(lead=OuterRef("lead"), kind__in=kinds)
    return Q(grade__in=GOOD_GRADES) & Q(Exists(found))


def _unjudged_past_due(now: datetime) -> Q:
    """Never judged, and past the target before it was closed. History that a file told raises no alarm, and what was
    released is nobody's debt."""
    until = Coalesce(F("closed_at"), Value(now, output_field=DateTimeField()))
    return Q(verdict_at=None, released_at=None, historic=False) & Q(LessThan(F("verdict_due_at"), until))


def verdict_late(now: datetime) -> Q:
    """Handoffs that were judged after the target of the service level, or should have been by now."""
    return Q(verdict_at__gt=F("verdict_due_at")) | _unjudged_past_due(now)


def verdict_decided(now: datetime) -> Q:
    """Handoffs with a target for the verdict that was met or missed."""
    return Q(verdict_at__isnull=False, verdict_due_at__isnull=False) | _unjudged_past_due(now)


def verdict_in_time(now: datetime) -> Q:
    """Decided handoffs of leads none of whose verdicts was late: a second handoff hides nothing."""
    siblings = Handoff.objects.filter(lead=OuterRef("lead"))
    return verdict_decided(now) & ~Q(Exists(siblings.filter(verdict_late(now))))


def count_verdicts_in_time(now: datetime) -> Any:
    """The leads of `verdict_in_time`, without asking for the siblings of each: those decided less those late."""
    return Count("lead", distinct=True, filter=verdict_decided(now)) - Count(
        "lead", distinct=True, filter=verdict_late(now)
    )


def with_reason(now: datetime) -> Q:
    return Q(verdict__reason__isnull=False)


def reason_of_the_buyer(now: datetime) -> Q:
    return Q(verdict__reason__isnull=False, verdict__evidence=Verdict.Evidence.BUYER_SAID)


def given_up_after_attempts(now: datetime) -> Q:
    """Handoffs that ended in "no contact" after enough attempts; the verdict itself is none."""
    tried = Response.objects.filter(handoff=OuterRef("pk")).exclude(kind=Response.Kind.VERDICT).order_by("pk")
    return _GIVEN_UP & Q(Exists(tried[ATTEMPTS - 1 : ATTEMPTS]))


def good_lead(now: datetime) -> Q:
    return Q(best_grade__in=GOOD_GRADES)


def reachable(now: datetime) -> Q:
    """A and B leads with an address or a phone, of whom sales never said that the data are wrong. Who was erased
    had one, and stays counted."""
    faulty = Handoff.objects.filter(lead=OuterRef("pk"), verdict__reason__group=Reason.Group.DATA_FAULT)
    return good_lead(now) & (Q(email__isnull=False) | ~Q(phone="") | Q(erased_at__isnull=False)) & ~Q(Exists(faulty))


def of_dated_campaign(now: datetime) -> Q:
    return Q(campaign__starts_on__isnull=False)


def announced(now: datetime) -> Q:
    """Leads of campaigns that were logged early enough before their first day, in the company's time zone."""
    logged = TruncDate("campaign__created_at", tzinfo=company.current().zone)
    latest = ExpressionWrapper(F("campaign__starts_on") - NOTICE_DAYS, output_field=DateField())
    return of_dated_campaign(now) & Q(LessThanOrEqual(logged, latest))


def excused(excuse: str) -> Callable[[datetime], Q]:
    """Handoffs answered late for whose first response this excuse was chosen; the empty one: none was."""
    first = Response.objects.filter(handoff=OuterRef("pk")).order_by("at", "pk").values("excuse")[:1]

    def where(now: datetime) -> Q:
        return clock.is_breached(now) & Q(responded_at__isnull=False) & Q(Exact(Subquery(first), Value(excuse)))

    return where


def pulled_back(now: datetime) -> Q:
    return Q(released_why=Handoff.Released.PULLED_BACK)


def appealed(now: datetime) -> Q:
    return Q(Exists(_appeals()))


def settled(now: datetime) -> Q:
    return Q(Exists(_appeals().exclude(result="")))


def overturned(now: datetime) -> Q:
    return Q(Exists(_appeals().filter(result=Appeal.Word.OVERTURNED)))


def _appeals() -> QuerySet[Appeal]:
    """Against the verdict of the handoff at hand."""
    return Appeal.objects.filter(verdict__handoff=OuterRef("pk"))
