"""Marketing pulls back a lead that nobody answered. Counted, and visible to both sides."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import DomainError
from leads import clock
from leads.access import locked_lead
from leads.models import Event, Handoff, Lead
from notices.telling import Notice, tell

LONGEST_WHY = 1000


def may_pull_back(user: User) -> bool:
    """Marketing and admins; sales hands back instead."""
    return user.is_active and (user.is_staff or not user.in_sales)


def may_pull_back_many(user: User) -> bool:
    """Managers of marketing and admins."""
    return may_pull_back(user) and (user.is_staff or user.is_manager)


@transaction.atomic
def pull_back(lead: Lead, *, by: User, why: str, at: datetime) -> Handoff:
    """Take `lead` back from sales, where nobody answered it yet; its rep is told.

    A clock that still runs is released. One that is late stays breached: pulling back forgives no
    silence. Raises DomainError `not_yours`, `why_missing`, `not_with_sales`, `answered`.
    """
    if not may_pull_back(by):
        raise DomainError("not_yours", _("Marketing pulls leads back. Sales hands them back."))
    _check_why(why)
    lead = locked_lead(lead)
    handoff = Handoff.objects.open().select_for_update(of=("self",)).filter(lead=lead).first()
    if handoff is None:
        raise DomainError("not_with_sales", _("This lead is not with sales any more. Open it to see what happened."))
    if handoff.responded_at is not None:
        raise DomainError("answered", _("Sales has answered this lead. It stays there until its verdict."))
    handoff.lead = lead
    _take_back([handoff], by=by, why=why, at=at)
    return handoff


@transaction.atomic
def pull_back_many(leads: QuerySet[Lead], *, by: User, why: str, at: datetime) -> int:
    """Take back those of `leads` that nobody in sales has answered, as `pull_back` does; how many.

    Each rep is told once. Raises DomainError `not_yours`, `why_missing`.
    """
    if not may_pull_back_many(by):
        raise DomainError("not_yours", _("Managers of marketing pull many leads back."))
    _check_why(why)
    # Leads before handoffs, like every verb: whoever answers meanwhile waits, or has won.
    locked = leads.order_by("pk").select_for_update(of=("self",), no_key=True).in_bulk()
    unanswered = Handoff.objects.waiting().filter(lead__in=list(locked)).order_by("pk")
    handoffs = list(unanswered.select_for_update(of=("self",), no_key=True))
    for handoff in handoffs:
        handoff.lead = locked[handoff.lead_id]
    _take_back(handoffs, by=by, why=why, at=at)
    return len(handoffs)


def _check_why(why: str) -> None:
    if not why.strip() or len(why) > LONGEST_WHY:
        sentence = _("Write why, in at most %(n)d characters: sales reads it.") % {"n": LONGEST_WHY}
        raise DomainError("why_missing", sentence, {"why": sentence})


def _take_back(handoffs: Sequence[Handoff], *, by: User, why: str, at: datetime) -> None:
    """Close locked handoffs with one line each; a breach stays one."""
    events = []
    for handoff in handoffs:
        late = clock.state(handoff, at) == clock.State.BREACHED
        handoff.released_at, handoff.closed_at = None if late else at, at
        handoff.released_why = Handoff.Released.PULLED_BACK
        data = {"grade": handoff.grade, "why": handoff.released_why, "note": why.strip(), "late": late}
        events.append(Event(lead_id=handoff.lead_id, handoff=handoff, kind="released", at=at, by=by, data=data))
    Handoff.objects.bulk_update(handoffs, ["released_at", "released_why", "closed_at"], batch_size=1000)
    Lead.objects.filter(pk__in=[h.lead_id for h in handoffs]).update(stage=Lead.Stage.NEW, owner=None)
    Event.objects.bulk_create(events, batch_size=1000)
    _tell(handoffs, by=by, why=why, at=at)


def _tell(handoffs: Sequence[Handoff], *, by: User, why: str, at: datetime) -> None:
    of_rep: dict[int, list[Handoff]] = {}
    for handoff in handoffs:
        if handoff.rep_id and handoff.rep_id != by.pk:
            of_rep.setdefault(handoff.rep_id, []).append(handoff)
    notices = []
    for rep, theirs in of_rep.items():
        first, count = theirs[0], len(theirs)
        title = ngettext("Marketing pulled %(lead)s back", "Marketing pulled %(n)d leads back", count)
        path = reverse("leads:lead", args=[first.lead_id]) if count == 1 else reverse("feedback:followups")
        words = {"lead": first.lead.display_name, "n": count}
        notices.append(Notice(rep, "pulled_back", f"pulled_back:{first.pk}", title % words, path, why.strip()))
    tell(notices, at=at)
