"""The kinds of news that this room tells people."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from feedback.models import Appeal, Comment
from leads.models import Handoff
from notices.kinds import Kind, Way
from notices.telling import Notice, tell


def _in_sales(person: User) -> bool:
    return person.in_sales


KINDS = (
    Kind("adjustment", __("An adjustment becomes yours"), __("%(n)d adjustments became yours")),
    Kind(
        "adjustment_due", __("An adjustment of yours is due or overdue"), __("%(n)d adjustments are due or overdue"),
        way=Way.DAILY,
    ),
    Kind(
        "adjustment_done", __("A reason of yours led to a change"), __("%(n)d changes answer reasons of yours"),
        way=Way.DAILY, who=_in_sales,
    ),
    Kind("appeal", __("A rejection is appealed, answered or settled"), __("%(n)d times something about appeals")),
    Kind(
        "thanks", __("Marketing thanks for an answer of yours"), __("%(n)d thanks for answers of yours"),
        way=Way.DAILY, who=_in_sales,
    ),
    Kind("asked_back", __("Somebody asks back about an answer, or replies"), __("%(n)d questions and replies")),
)  # fmt: skip


def tell_of_appeal(appeal: Appeal, what: str, *, by: User, at: datetime) -> None:
    """Tell those whom it concerns that an appeal was `made`, `answered`, `judged` by one side, or `settled`."""
    titles = {
        "made": _("The rejection of %(lead)s is appealed"),
        "answered": _("Sales answered your appeal about %(lead)s"),
        "judged": _("The appeal about %(lead)s waits for your side"),
        "settled": _("The appeal about %(lead)s is settled: %(result)s"),
    }
    lead = appeal.lead
    title = titles[what] % {"lead": lead.display_name, "result": appeal.get_result_display().lower()}
    detail = {"made": appeal.evidence, "answered": appeal.answer}.get(what, "")
    key, path = f"appeal:{appeal.pk}:{appeal.version}", f"{lead.get_absolute_url()}#said"
    people = {person.pk for person in _concerned(appeal, what, by) if person.is_active} - {by.pk}
    tell((Notice(pk, "appeal", key, title, path, detail) for pk in sorted(people)), at=at)


def tell_of_comment(comment: Comment, *, at: datetime) -> None:
    """Tell whoever answered of thanks and questions, and whoever asked of replies."""
    titles = {
        Comment.Kind.THANKS: _("%(who)s thanks for your answer about %(lead)s"),
        Comment.Kind.QUESTION: _("%(who)s asks back about %(lead)s"),
        Comment.Kind.REPLY: _("%(who)s replied about %(lead)s"),
    }
    handoff = comment.handoff
    title = titles[Comment.Kind(comment.kind)] % {"who": comment.by, "lead": handoff.lead.display_name}
    kind = "thanks" if comment.kind == Comment.Kind.THANKS else "asked_back"
    asked = handoff.comments.filter(kind=Comment.Kind.QUESTION).values_list("by", flat=True)
    answered = _who_answered(handoff)
    people = User.objects.filter(pk__in=asked if comment.kind == Comment.Kind.REPLY else answered, is_active=True)
    path, key = f"{handoff.lead.get_absolute_url()}#said", f"comment:{comment.pk}"
    told = people.exclude(pk=comment.by_id).order_by("pk").values_list("pk", flat=True)
    tell((Notice(pk, kind, key, title, path, comment.text) for pk in told), at=at)


def _who_answered(handoff: Handoff) -> list[int]:
    """Who gave the verdict; else who answered first; the rep of today where they are gone."""
    verdict = getattr(handoff, "verdict", None)
    people = [pk for pk in (verdict and verdict.by_id, handoff.responded_by_id, handoff.rep_id) if pk]
    here = set(User.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    return [pk for pk in people if pk in here][:1]


def _concerned(appeal: Appeal, what: str, by: User) -> Iterator[User]:
    rejected_by = appeal.verdict.by
    if what in ("made", "settled") and rejected_by is not None:
        yield rejected_by
    if what in ("answered", "settled"):
        yield appeal.by
    if what in ("made", "judged"):
        managers = User.objects.filter(is_active=True, is_manager=True)
        yield from managers if what == "made" else managers.exclude(side=by.side)
