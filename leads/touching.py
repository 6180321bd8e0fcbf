"""A touch written down by hand."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Campaign
from common.errors import DomainError
from leads.access import check_may_add_touch, locked_lead
from leads.intake import LeadRow, take_in
from leads.models import Lead, Touch


@transaction.atomic
def add_touch(
    lead: Lead, *, kind: str, by: User, at: datetime | None = None, campaign: Campaign | None = None, note: str = ""
) -> Touch:
    """Write down that `lead` met a campaign at the moment `at` (now where none is given).

    It is taken in like the row of a file: it grades, opens a closed lead again and hands off.
    Raises DomainError: not_marketing, not_yours, erased, unknown_kind, in_future, told_already.
    """
    now = timezone.now()
    lead = locked_lead(lead)
    check_may_add_touch(by, lead)
    if kind not in Touch.Kind.values:
        raise DomainError("unknown_kind", _("Choose what the contact was."), {"kind": _("Choose one.")})
    if at is not None and at > now:
        raise DomainError(
            "in_future", _("Write a moment that is not in the future."), {"at": _("It is still to come.")}
        )
    row = LeadRow(
        number=1, email=lead.email, external_id=lead.external_id, captured_at=at or now, kind=kind, note=note,
        campaign=campaign.code if campaign else "",
    )  # fmt: skip
    (taken,) = take_in([row], at=now, by=by)
    if taken.result == "unchanged":
        raise DomainError("told_already", _("This touch is recorded already."))
    return lead.touches.get(kind=kind, at=at or now, campaign=campaign)
