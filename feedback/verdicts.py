"""Sales' judgement on a handoff: accepted, not now, rejected."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from common.errors import DomainError
from feedback import hooks
from feedback.models import Reason, Response, Verdict
from feedback.responses import check_excuse, check_moment, check_open, found, locked, record_response
from leads.access import check_may_answer
from leads.models import Event, Handoff, Lead

STAGE_AFTER = {
    Verdict.Value.ACCEPTED: Lead.Stage.ACCEPTED,
    Verdict.Value.NURTURE: Lead.Stage.NURTURE,
    Verdict.Value.REJECTED: Lead.Stage.REJECTED,
}


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What sales says: the verdict and, where it is not accepted, why; where it is, what comes next."""

    verdict: str
    reason: Reason | None = None
    evidence: str = ""
    note: str = ""
    wake_up_on: date | None = None
    grade_opinion: str = ""
    next_step: str = ""


@transaction.atomic
def give_verdict(
    handoff: Handoff, judgement: Judgement, *, by: User, at: datetime | None = None, excuse: str = ""
) -> Verdict:
    """Give a verdict, which also is a response and closes the handoff.

    Raises DomainError: not_sales, closed, in_future, before_handoff, unknown_verdict, unknown_excuse,
    reason_missing, reason_retired, reason_not_fitting, note_missing, wake_up_missing, wake_up_past.
    """
    now = timezone.now()
    handoff = locked(handoff)
    check_may_answer(by, handoff.lead)
    check_open(handoff)
    at = check_moment(handoff, at, now)
    check(judgement, at)
    check_excuse(excuse)
    before, kind = found(handoff), Response.Kind.VERDICT
    response = record_response(handoff, by=by, kind=kind, at=at, excuse=excuse, before=before)
    verdict = record_verdict(handoff, judgement, by=by, at=at)
    line = verdict_event(verdict, next_step=judgement.next_step, excuse=response.excuse)
    line.save()
    hooks.announce([line])
    return verdict


def check(judgement: Judgement, at: datetime, *, kept: Reason | None = None) -> None:
    """Raise what `give_verdict` raises about the judgement itself, were it given at `at`; the reason
    `kept` may stay though it is retired."""
    _check_words(judgement)
    if judgement.verdict != Verdict.Value.ACCEPTED:
        _check_reason(judgement, kept)
    if judgement.verdict == Verdict.Value.NURTURE:
        _check_wake_up(judgement, at.astimezone(company.current().zone).date())


def _check_words(judgement: Judgement) -> None:
    if judgement.verdict not in Verdict.Value.values:
        _refuse("unknown_verdict", "verdict", _("Choose accepted, nurture or rejected."))
    if judgement.evidence and judgement.evidence not in Verdict.Evidence.values:
        _refuse("unknown_evidence", "evidence", _("Choose buyer_said, rep_concluded or no_contact."))
    if judgement.grade_opinion and judgement.grade_opinion not in Verdict.GradeOpinion.values:
        _refuse("unknown_opinion", "grade_opinion", _("Choose too_high, right or too_low."))


def _check_reason(judgement: Judgement, kept: Reason | None) -> None:
    if judgement.reason is None:
        _refuse("reason_missing", "reason", _("Choose the reason: marketing acts on it."))
    elif not judgement.reason.is_active and judgement.reason != kept:
        _refuse("reason_retired", "reason", _("This reason is retired. Choose one from the list."))
    elif judgement.reason.group == Reason.Group.LOST:
        _refuse("reason_not_fitting", "reason", _("This reason is for lost opportunities. Choose another."))
    elif judgement.reason.needs_note and not judgement.note:
        _refuse("note_missing", "note", _("Write a note: “other” alone tells marketing nothing."))


def _check_wake_up(judgement: Judgement, given_on: date) -> None:
    if judgement.wake_up_on is None:
        _refuse("wake_up_missing", "wake_up_on", _("Write the day on which the lead wakes up."))
    elif judgement.wake_up_on <= given_on:
        _refuse("wake_up_past", "wake_up_on", _("Write a day after the verdict."))


def _refuse(code: str, field: str, sentence: str) -> None:
    raise DomainError(code, sentence, {field: sentence})


def record_verdict(handoff: Handoff, judgement: Judgement, *, by: User | None, at: datetime) -> Verdict:
    """Keep a checked verdict of a locked handoff, close the handoff and move the lead."""
    verdict = close(handoff, judgement, by=by, at=at)
    verdict.save()
    handoff.save(update_fields=CLOSED)
    handoff.lead.save(update_fields=MOVED)
    return verdict


# What a verdict changes of its handoff, and of the lead.
CLOSED = ["verdict_at", "closed_at"]
MOVED = ["stage", "wake_up_on"]


def close(handoff: Handoff, judgement: Judgement, *, by: User | None, at: datetime) -> Verdict:
    """What a checked verdict does to a loaded handoff and its lead, and its row; saved by the caller."""
    judgement, lead = fitting(judgement), handoff.lead
    handoff.verdict_at = handoff.closed_at = at
    # Where the outcome is told already, the lead has gone further than the verdict.
    if lead.stage not in (Lead.Stage.OPPORTUNITY, Lead.Stage.WON, Lead.Stage.LOST):
        lead.stage, lead.wake_up_on = STAGE_AFTER[Verdict.Value(judgement.verdict)], judgement.wake_up_on
    return Verdict(
        handoff=handoff, verdict=judgement.verdict, reason=judgement.reason, evidence=judgement.evidence,
        note=judgement.note, wake_up_on=judgement.wake_up_on, grade_opinion=judgement.grade_opinion, at=at, by=by,
    )  # fmt: skip


def fitting(judgement: Judgement) -> Judgement:
    """What is kept: an accepted lead has no reason, only nurture wakes up, and nobody who was never
    reached can have said why."""
    reason = None if judgement.verdict == Verdict.Value.ACCEPTED else judgement.reason
    silent = reason is not None and reason.group == Reason.Group.NO_CONTACT
    return replace(
        judgement,
        reason=reason,
        evidence=Verdict.Evidence.NO_CONTACT.value if silent else judgement.evidence,
        wake_up_on=judgement.wake_up_on if judgement.verdict == Verdict.Value.NURTURE else None,
    )


def verdict_event(verdict: Verdict, *, next_step: str = "", excuse: str = "") -> Event:
    """The timeline row of a verdict, not saved yet; only an accepted lead has a next step."""
    return Event(
        lead_id=verdict.handoff.lead_id,
        handoff=verdict.handoff,
        kind="verdict_given",
        at=verdict.at,
        by=verdict.by,
        data={
            "verdict": verdict.verdict,
            "reason": verdict.reason.label if verdict.reason else "",
            "note": verdict.note,
            "wake_up_on": verdict.wake_up_on.isoformat() if verdict.wake_up_on else "",
            "next_step": next_step if verdict.verdict == Verdict.Value.ACCEPTED else "",
            "excuse": excuse,
        },
    )


def take_up(handoff: Handoff, *, by: User | None, told_at: datetime) -> Event:
    """Close a locked, open handoff as accepted, because an outcome says that sales took the lead up.

    Where nobody had answered it, the outcome is the answer. Returns the timeline row, not saved yet.
    """
    at = max(told_at, handoff.at)
    if handoff.responded_at is None:
        record_response(handoff, by=by, kind=Response.Kind.OTHER, at=at)
    return verdict_event(record_verdict(handoff, Judgement(verdict=Verdict.Value.ACCEPTED), by=by, at=at))
