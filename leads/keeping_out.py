"""Tests, spam and duplicates are kept out of figures, and taken back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads.access import check_may_edit, locked_lead
from leads.handoffs import hand_off_ready
from leads.models import Event, Handoff, Lead
from leads.releasing import release_fallen


@transaction.atomic
def keep_out(lead: Lead, why: str, *, by: User, at: datetime) -> Lead:
    """Keep `lead` out of figures as test, spam or duplicate; "" counts it again.

    A handoff that nobody answered is released by that, and a lead that counts again is handed off
    where its grade asks for it. The same again changes nothing.
    Raises DomainError: not_yours, erased, unknown_mark.
    """
    lead = locked_lead(lead)
    check_may_edit(by, lead)
    if why and why not in Lead.KeptOut.values:
        raise DomainError("unknown_mark", _("Choose test, spam or duplicate."), {"why": _("Choose one.")})
    if lead.kept_out == why:
        return lead
    Event.objects.create(lead=lead, kind="kept_out", at=at, by=by, data={"from": lead.kept_out, "to": why})
    lead.kept_out = why
    lead.save(update_fields=["kept_out"])
    release_fallen(Handoff.objects.filter(lead=lead), at=at)
    hand_off_ready(Lead.objects.filter(pk=lead.pk), at=at, by=by)
    lead.refresh_from_db()
    return lead
