"""What this room keeps of a person: what sales wrote down. The words are erased, the facts are counted."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from feedback.models import Appeal, Comment, Outcome, Response, Verdict
from leads.models import Lead
from leads.person_parts import rows_of
from leads.privacy import Part, Rows


def _tell_responses(lead: Lead) -> Rows:
    responses = Response.objects.filter(handoff__lead=lead)
    return rows_of(responses.order_by("at", "pk"), "kind", "at", "excuse", "by__name", "note")


def _erase_responses(lead: Lead, at: datetime) -> None:
    Response.objects.filter(handoff__lead=lead).update(note="")


def _tell_verdicts(lead: Lead) -> Rows:
    fields = ("verdict", "reason__label", "evidence", "grade_opinion", "wake_up_on", "at", "by__name", "note")
    return rows_of(Verdict.objects.filter(handoff__lead=lead).order_by("at", "pk"), *fields)


def _erase_verdicts(lead: Lead, at: datetime) -> None:
    Verdict.objects.filter(handoff__lead=lead).update(note="")


def _tell_outcomes(lead: Lead) -> Rows:
    fields = ("kind", "at", "amount", "expected_on", "reason__label", "competitor", "by__name", "note")
    return rows_of(Outcome.objects.filter(lead=lead), *fields)


def _erase_outcomes(lead: Lead, at: datetime) -> None:
    Outcome.objects.filter(lead=lead).update(note="", competitor="")


def _tell_appeals(lead: Lead) -> Rows:
    fields = ("at", "by__name", "evidence", "answer", "marketing_note", "sales_note", "result", "settled_at")
    return rows_of(Appeal.objects.filter(verdict__handoff__lead=lead).order_by("pk"), *fields)


def _erase_appeals(lead: Lead, at: datetime) -> None:
    texts = dict.fromkeys(("evidence", "answer", "marketing_note", "sales_note"), "")
    Appeal.objects.filter(verdict__handoff__lead=lead).update(**texts)


def _tell_comments(lead: Lead) -> Rows:
    return rows_of(Comment.objects.filter(handoff__lead=lead).order_by("pk"), "at", "by__name", "kind", "text")


def _erase_comments(lead: Lead, at: datetime) -> None:
    Comment.objects.filter(handoff__lead=lead).update(text="")


PARTS = [
    Part("responses", _("Responses"), [Response], _tell_responses, _erase_responses),
    Part("verdicts", _("Verdicts"), [Verdict], _tell_verdicts, _erase_verdicts),
    Part("appeals", _("Appeals"), [Appeal], _tell_appeals, _erase_appeals),
    Part("comments", _("Questions and replies"), [Comment], _tell_comments, _erase_comments),
    Part("outcomes", _("Outcomes"), [Outcome], _tell_outcomes, _erase_outcomes),
]
