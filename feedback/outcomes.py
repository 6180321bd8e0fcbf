"""Where a lead ended: opportunity, won, lost."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from feedback.models import Outcome, Reason
from feedback.verdicts import take_up
from leads.access import check_may_answer
from leads.models import Event, Handoff, Lead


@transaction.atomic
def record_outcome(
    lead: Lead, *, by: User, kind: str, at: datetime | None = None, amount: Decimal | None = None,
    reason: Reason | None = None, note: str = "",
) -> Outcome:  # fmt: skip
    """Record where `lead` ended, or that an opportunity opened; an open handoff is accepted by that.

    Raises DomainError: not_sales, unknown_kind, reason_missing, amount_negative, in_future, told_already.
    """
    now = timezone.now()
    lead = Lead.objects.select_for_update(of=("self",), no_key=True).get(pk=lead.pk)
    check_may_answer(by, lead)
    if kind not in Outcome.Kind.values:
        raise DomainError("unknown_kind", _("Choose opportunity, won or lost."), {"kind": _("Choose one.")})
    if kind == Outcome.Kind.LOST and reason is None:
        raise DomainError("reason_missing", _("Choose the reason for which it was lost."), {"reason": _("Choose one.")})
    if amount is not None and amount < 0:
        raise DomainError("amount_negative", _("Write an amount of 0 or more."), {"amount": _("It is negative.")})
    if at is not None and at > now:
        raise DomainError(
            "in_future", _("Write a moment that is not in the future."), {"at": _("It lies in the future.")}
        )
    outcome, fresh = Outcome.objects.get_or_create(
        lead=lead, kind=kind, at=at or now, defaults={"amount": amount, "reason": reason, "note": note, "by": by}
    )
    if not fresh:
        raise DomainError("told_already", _("This outcome is recorded already."))
    if handoff := Handoff.objects.open().select_for_update().filter(lead=lead).first():
        handoff.lead = lead
        take_up(handoff, by=by, told_at=outcome.at).save()
    lead.stage = stage_after(lead.stage, kind)
    lead.save(update_fields=["stage"])
    Event.objects.create(
        lead=lead,
        kind=f"outcome_{kind}",
        at=outcome.at,
        by=by,
        data={
            "amount": str(amount) if amount is not None else "",
            "reason": reason.label if reason else "",
            "note": note,
        },
    )
    return outcome


def stage_after(stage: str, kind: str) -> str:
    """Where an outcome leaves a lead: an opportunity told late takes back no win and no loss."""
    late = kind == Outcome.Kind.OPPORTUNITY and stage in (Lead.Stage.WON, Lead.Stage.LOST)
    return stage if late else kind
