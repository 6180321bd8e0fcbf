"""Where a lead ended: opportunity, won, lost."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from common.errors import DomainError
from feedback import hooks
from feedback.models import Outcome, Reason
from feedback.verdicts import take_up
from leads.access import check_may_answer
from leads.models import Event, Handoff, Lead


@dataclass(frozen=True, kw_only=True)
class End:
    """Where a lead ended: the amount where there is one, the reason and to whom where it was lost, for an
    opportunity the day on which it is expected to close."""

    kind: str
    at: datetime
    amount: Decimal | None = None
    reason: Reason | None = None
    competitor: str = ""
    expected_on: date | None = None
    note: str = ""


@transaction.atomic
def record_outcome(
    lead: Lead, *, by: User, kind: str, at: datetime | None = None, amount: Decimal | None = None,
    reason: Reason | None = None, competitor: str = "", expected_on: date | None = None, note: str = "",
) -> Outcome:  # fmt: skip
    """Record where `lead` ended, or that an opportunity opened; an open handoff is accepted by that.

    Raises DomainError: not_sales, unknown_kind, in_future, amount_negative, reason_missing, reason_retired,
    note_missing, expected_past, told_already.
    """
    now = timezone.now()
    lead = Lead.objects.select_for_update(of=("self",), no_key=True).get(pk=lead.pk)
    check_may_answer(by, lead)
    said = End(
        kind=kind, at=at or now, amount=amount, reason=reason, competitor=competitor, expected_on=expected_on, note=note
    )
    check_end(said, now)
    told = vars(fitting_end(said))
    key = {name: told.pop(name) for name in ("kind", "at")}
    outcome, fresh = Outcome.objects.get_or_create(lead=lead, **key, defaults={**told, "by": by})
    if not fresh:
        raise DomainError("told_already", _("This outcome is recorded already."))
    lines = [outcome_event(outcome)]
    if handoff := Handoff.objects.open().select_for_update().filter(lead=lead).first():
        handoff.lead = lead
        lines.insert(0, take_up(handoff, by=by, told_at=outcome.at))
    lead.stage = stage_after(lead.stage, kind)
    lead.save(update_fields=["stage"])
    hooks.announce(Event.objects.bulk_create(lines))
    return outcome


def check_end(end: End, now: datetime, *, kept: Reason | None = None) -> None:
    """Raise what `record_outcome` raises about the end itself; the reason `kept` may stay though it is retired."""
    if end.kind not in Outcome.Kind.values:
        raise _refusal("unknown_kind", "kind", _("Choose opportunity, won or lost."))
    if end.at > now:
        raise _refusal("in_future", "at", _("Write a moment that is not in the future."))
    if end.amount is not None and end.amount < 0:
        raise _refusal("amount_negative", "amount", _("Write an amount of 0 or more."))
    if end.kind == Outcome.Kind.LOST:
        _check_reason(end, kept)
    on = end.at.astimezone(company.current().zone).date()
    if end.kind == Outcome.Kind.OPPORTUNITY and end.expected_on is not None and end.expected_on < on:
        raise _refusal("expected_past", "expected_on", _("Write a day that is not before the opportunity."))


def _check_reason(end: End, kept: Reason | None) -> None:
    if end.reason is None:
        raise _refusal("reason_missing", "reason", _("Choose the reason for which it was lost."))
    if not end.reason.is_active and end.reason != kept:
        raise _refusal("reason_retired", "reason", _("This reason is retired. Choose one from the list."))
    if end.reason.needs_note and not end.note:
        raise _refusal("note_missing", "note", _("Write a note: this reason alone tells nothing."))


def _refusal(code: str, field: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {field: sentence})


def fitting_end(end: End) -> End:
    """What is kept: only a loss has a reason and a competitor, only an opportunity a day to come."""
    lost = end.kind == Outcome.Kind.LOST
    return replace(
        end,
        reason=end.reason if lost else None,
        competitor=end.competitor.strip() if lost else "",
        expected_on=end.expected_on if end.kind == Outcome.Kind.OPPORTUNITY else None,
    )


def outcome_event(outcome: Outcome) -> Event:
    """The timeline row of an outcome, not saved yet."""
    return Event(
        lead_id=outcome.lead_id,
        kind=f"outcome_{outcome.kind}",
        at=outcome.at,
        by=outcome.by,
        data={
            "amount": str(outcome.amount) if outcome.amount is not None else "",
            "reason": outcome.reason.label if outcome.reason else "",
            "competitor": outcome.competitor,
            "expected_on": outcome.expected_on.isoformat() if outcome.expected_on else "",
            "note": outcome.note,
        },
    )


def stage_after(stage: str, kind: str) -> str:
    """Where an outcome leaves a lead: an opportunity told late takes back no win and no loss."""
    late = kind == Outcome.Kind.OPPORTUNITY and stage in (Lead.Stage.WON, Lead.Stage.LOST)
    return stage if late else kind
