"""Marketing thanks for an answer or asks back, sales replies: a short talk under the answer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from feedback.models import Comment
from feedback.news import tell_of_comment
from feedback.responses import locked
from leads.access import check_may_answer
from leads.models import Event, Handoff
from leads.pulling_back import may_pull_back

LONGEST = 2_000
Kind = Comment.Kind
# What the timeline calls each.
EVENTS = {Kind.THANKS: "thanked", Kind.QUESTION: "asked_back", Kind.REPLY: "replied"}


def may_ask(user: User) -> bool:
    """Marketing and admins thank and ask back, as with pulling back."""
    return may_pull_back(user)


@transaction.atomic
def thank(handoff: Handoff, *, by: User, at: datetime) -> Comment:
    """Thank whoever answered, once per person; they are told.

    Raises DomainError: not_marketing, erased, not_answered, thanked.
    """
    handoff = _opened_by_marketing(handoff, by)
    if handoff.comments.filter(kind=Kind.THANKS, by=by).exists():
        raise DomainError("thanked", _("You have thanked for this answer already."))
    return _written(handoff, Kind.THANKS, "", by=by, at=at)


@transaction.atomic
def ask_back(handoff: Handoff, text: str, *, by: User, at: datetime) -> Comment:
    """Ask whoever answered something about the answer; they are told.

    Raises DomainError: not_marketing, erased, not_answered, text_missing, text_too_long.
    """
    return _said(_opened_by_marketing(handoff, by), Kind.QUESTION, text, by=by, at=at)


@transaction.atomic
def reply(handoff: Handoff, text: str, *, by: User, at: datetime) -> Comment:
    """Reply for sales to what was asked; whoever asked is told.

    Raises DomainError: not_sales, erased, not_asked, text_missing, text_too_long.
    """
    check_may_answer(by, handoff.lead)
    handoff = _opened(handoff)
    if not handoff.comments.filter(kind=Kind.QUESTION).exists():
        raise DomainError("not_asked", _("Nobody has asked anything about this answer."))
    return _said(handoff, Kind.REPLY, text, by=by, at=at)


def _opened_by_marketing(handoff: Handoff, by: User) -> Handoff:
    if not may_ask(by):
        raise DomainError("not_marketing", _("Marketing thanks and asks back. Sales replies."))
    handoff = _opened(handoff)
    if handoff.responded_at is None:
        raise DomainError("not_answered", _("Sales has not answered this lead yet."))
    return handoff


def _opened(handoff: Handoff) -> Handoff:
    handoff = locked(handoff)
    if handoff.lead.erased_at is not None:
        raise DomainError("erased", _("This person was erased on request. Nothing can be added."))
    return handoff


def _said(handoff: Handoff, kind: Kind, text: str, *, by: User, at: datetime) -> Comment:
    text = text.strip()
    if not text:
        raise _refusal("text_missing", _("Write a few words."))
    if len(text) > LONGEST:
        raise _refusal("text_too_long", _("Write at most %(n)s characters.") % {"n": f"{LONGEST:,}"})
    last = handoff.comments.last()
    # A form that was sent twice says nothing twice.
    if last is not None and (last.kind, last.text, last.by_id) == (kind, text, by.pk):
        return last
    return _written(handoff, kind, text, by=by, at=at)


def _written(handoff: Handoff, kind: Kind, text: str, *, by: User, at: datetime) -> Comment:
    made = Comment.objects.create(handoff=handoff, kind=kind, text=text, by=by, at=at)
    data = {"note": text} if text else {}
    Event.objects.create(lead_id=handoff.lead_id, handoff=handoff, kind=EVENTS[kind], at=at, by=by, data=data)
    tell_of_comment(made, at=at)
    return made


def _refusal(code: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {"text": sentence})
