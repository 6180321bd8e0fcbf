"""A rejection is appealed by marketing, answered by sales, and settled by a manager of each side."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import may_set
from accounts.models import User
from common import versions
from common.errors import DomainError
from feedback.correcting import stands_as
from feedback.models import Appeal, Verdict
from feedback.news import tell_of_appeal
from feedback.responses import locked
from leads.access import check_may_answer
from leads.handoffs import MAY_BE_HANDED_OFF, hand_off_woken
from leads.models import Event, Handoff, Lead
from leads.pulling_back import may_pull_back

LONGEST = 10_000
Word = Appeal.Word


def may_appeal(user: User) -> bool:
    """Marketing and admins, as with pulling back."""
    return may_pull_back(user)


def may_settle(user: User) -> bool:
    """Managers of both sides, and admins for the side on which they stand."""
    return may_set(user)


@transaction.atomic
def appeal(verdict: Verdict, evidence: str, *, by: User, at: datetime) -> Appeal:
    """Ask for a rejection to be looked at again; its giver and the managers are told.

    Raises DomainError: not_marketing, erased, evidence_missing, not_rejected, appealed, overturned.
    """
    if not may_appeal(by):
        raise DomainError("not_marketing", _("Marketing appeals. Sales corrects what it said."))
    handoff = locked(verdict.handoff)
    _check_there(handoff.lead)
    text = _text(evidence, "evidence", _("Write why sales should look again, with what speaks for the lead."))
    found = Verdict.objects.get(pk=verdict.pk)
    if found.verdict != Verdict.Value.REJECTED:
        raise DomainError("not_rejected", _("Only a rejection is appealed. This verdict is another one by now."))
    if found.appeals.open().exists():
        raise DomainError("appealed", _("This rejection is appealed already."))
    if found.appeals.filter(result=Word.OVERTURNED).exists():
        raise DomainError("overturned", _("This rejection was overturned already."))
    made = Appeal.objects.create(verdict=verdict, evidence=text, by=by, at=at)
    _line(made, handoff, "appealed", {"note": text}, by=by, at=at)
    tell_of_appeal(made, "made", by=by, at=at)
    return made


@transaction.atomic
def answer_appeal(found: Appeal, answer: str, *, version: int, by: User, at: datetime) -> Appeal:
    """Say what sales thinks of an appeal, or say it anew while it is open.

    Raises DomainError: not_sales, erased, answer_missing, gone, stale, settled.
    """
    check_may_answer(by, found.lead)
    handoff, found = _opened(found, version)
    found.answer = _text(answer, "answer", _("Write what sales says about it."))
    found.answered_by, found.version = by, found.version + 1
    found.save(update_fields=["answer", "answered_by", "version"])
    _line(found, handoff, "appeal_answered", {"note": found.answer}, by=by, at=at)
    tell_of_appeal(found, "answered", by=by, at=at)
    return found


@transaction.atomic
def settle_appeal(found: Appeal, word: str, note: str, *, version: int, by: User, at: datetime) -> Appeal:
    """Say for the side of `by` whether the rejection is upheld or overturned; once both sides say the same it is
    settled. An overturned one goes back to sales, to somebody else, where the lead still stands as rejected.

    Raises DomainError: not_yours, erased, unknown_word, gone, stale, settled.
    """
    if not may_settle(by):
        raise DomainError("not_yours", _("Managers of both sides settle appeals."))
    handoff, found = _opened(found, version)
    if word not in Word.values:
        raise DomainError("unknown_word", _("Choose upheld or overturned."), {"word": _("Choose one.")})
    side = User.Side.SALES if by.in_sales else User.Side.MARKETING
    note = note.strip()[:LONGEST]
    for name, value in ((f"{side}_word", word), (f"{side}_by", by), (f"{side}_note", note)):
        setattr(found, name, value)
    agreed = found.marketing_word == found.sales_word
    data = {"to": word, "note": note}
    if agreed:
        found.result, found.settled_at = word, at
        data["why"] = _reopened(handoff, at=at) if word == Word.OVERTURNED else ""
    found.version += 1
    found.save()
    _line(found, handoff, "appeal_settled" if agreed else "appeal_judged", data, by=by, at=at)
    tell_of_appeal(found, "settled" if agreed else "judged", by=by, at=at)
    return found


def _reopened(handoff: Handoff, *, at: datetime) -> str:
    """Where the lead of an overturned rejection goes: `sales`, `marketing`, or nowhere ("") where it has moved on."""
    lead = handoff.lead
    if not stands_as(handoff, Verdict.Value.REJECTED):
        return ""
    rejected_by = handoff.verdict.by_id or handoff.rep_id
    Lead.objects.filter(pk=lead.pk).update(stage=Lead.Stage.NEW, owner=None)
    if not Lead.objects.filter(MAY_BE_HANDED_OFF, pk=lead.pk).exists():
        return "marketing"
    hand_off_woken({lead.pk: lead.grade}, avoid={lead.pk: rejected_by} if rejected_by else {}, at=at)
    return "sales"


def _opened(found: Appeal, version: int) -> tuple[Handoff, Appeal]:
    """The handoff and the appeal, locked after their lead; refused where it is settled or of another version."""
    handoff = locked(Handoff.objects.get(verdict__appeals=found))
    _check_there(handoff.lead)
    settled = Appeal.objects.filter(pk=found.pk).exclude(settled_at=None).first()
    if settled is not None:
        words = _("Both sides have settled this already: %(result)s.")
        raise DomainError("settled", words % {"result": settled.get_result_display().lower()})
    return handoff, versions.locked(Appeal.objects.all(), found.pk, version)


def _check_there(lead: Lead) -> None:
    if lead.erased_at is not None:
        raise DomainError("erased", _("This person was erased on request. Nothing can be added."))


def _text(text: str, field: str, missing: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise DomainError(f"{field}_missing", missing, {field: missing})
    return text


def _line(found: Appeal, handoff: Handoff, kind: str, data: dict[str, str], *, by: User, at: datetime) -> None:
    Event.objects.create(lead_id=handoff.lead_id, handoff=handoff, kind=kind, at=at, by=by, data=data)
