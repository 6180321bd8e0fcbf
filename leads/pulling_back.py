"""Marketing pulls back a lead that nobody answered. Counted, and visible to both sides."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

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


@transaction.atomic
def pull_back(lead: Lead, *, by: User, why: str, at: datetime) -> Handoff:
    """Take `lead` back from sales, where nobody answered it yet; its rep is told.

    A clock that still runs is released. One that is late stays breached: pulling back forgives no
    silence. Raises DomainError `not_yours`, `why_missing`, `not_with_sales`, `answered`.
    """
    if not may_pull_back(by):
        raise DomainError("not_yours", _("Marketing pulls leads back. Sales hands them back."))
    if not why.strip() or len(why) > LONGEST_WHY:
        sentence = _("Write why, in at most %(n)d characters: sales reads it.") % {"n": LONGEST_WHY}
        raise DomainError("why_missing", sentence, {"why": sentence})
    lead = locked_lead(lead)
    handoff = Handoff.objects.open().select_for_update(of=("self",)).filter(lead=lead).first()
    if handoff is None:
        raise DomainError("not_with_sales", _("This lead is not with sales any more. Open it to see what happened."))
    if handoff.responded_at is not None:
        raise DomainError("answered", _("Sales has answered this lead. It stays there until its verdict."))
    late = clock.state(handoff, at) == clock.State.BREACHED
    handoff.released_at, handoff.closed_at = None if late else at, at
    handoff.released_why = Handoff.Released.PULLED_BACK
    handoff.save(update_fields=["released_at", "released_why", "closed_at"])
    Lead.objects.filter(pk=lead.pk).update(stage=Lead.Stage.NEW, owner=None)
    data = {"grade": handoff.grade, "why": handoff.released_why, "note": why.strip(), "late": late}
    Event.objects.create(lead=lead, handoff=handoff, kind="released", at=at, by=by, data=data)
    if handoff.rep_id and handoff.rep_id != by.pk:
        title = _("Marketing pulled %(lead)s back") % {"lead": lead.display_name}
        path = reverse("leads:lead", args=[lead.pk])
        tell([Notice(handoff.rep_id, "pulled_back", f"pulled_back:{handoff.pk}", title, path, why.strip())], at=at)
    return handoff
