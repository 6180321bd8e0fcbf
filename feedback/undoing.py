"""A slip of the hand is taken back: for a few minutes, by whoever made it, as if it had not been made.

Within the window a mis-click is no response, so the clock runs on as before. After it the answer
stands for good and can only be corrected.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from feedback import hooks
from feedback.models import Outcome, Response, Verdict
from feedback.responses import locked
from feedback.verdicts import STAGE_AFTER
from leads.access import check_may_answer
from leads.models import Event, Handoff, Lead

WINDOW = timedelta(minutes=10)


@transaction.atomic
def undo_answer(handoff: Handoff, *, by: User, at: datetime) -> Handoff:
    """Take back the latest answer of `handoff`, which `by` gave less than WINDOW before `at`.

    The handoff, its lead and the clock are as they were before it; both lines stay in the timeline.
    Raises DomainError: not_sales, nothing_to_undo, not_yours, too_late, moved_on.
    """
    handoff = locked(handoff)
    check_may_answer(by, handoff.lead)
    response = _latest(handoff)
    verdict = Verdict.objects.select_related("reason").filter(handoff=handoff).first()
    _check_is_theirs(response, by, at)
    opened = _check_nothing_followed(handoff, response, verdict)
    _tell(handoff, response, verdict, by=by, at=at)
    opened.delete()
    if verdict is not None:
        verdict.delete()
    response.delete()
    _restore(handoff, response.before)
    return handoff


@dataclass
class Undone:
    """Whose answers were taken back, and of the others why not."""

    handoffs: list[Handoff] = field(default_factory=list)
    refused: list[tuple[Handoff, str]] = field(default_factory=list)


def undo_answers(handoffs: Iterable[Handoff], *, by: User, at: datetime) -> Undone:
    """`undo_answer` for each; what can't be taken back holds up nothing else."""
    undone = Undone()
    for handoff in sorted(handoffs, key=lambda handoff: handoff.lead_id):
        try:
            undone.handoffs.append(undo_answer(handoff, by=by, at=at))
        except DomainError as error:
            undone.refused.append((handoff, error.message))
    return undone


def may_undo(handoff: Handoff, *, by: User, at: datetime) -> bool:
    """Whether `by` is offered the way back; the verb looks closer."""
    response = handoff.responses.order_by("recorded_at", "pk").last()
    return response is not None and response.by_id == by.pk and bool(response.before) and _is_fresh(response, at)


def _latest(handoff: Handoff) -> Response:
    response = handoff.responses.order_by("recorded_at", "pk").last()
    if response is None:
        raise DomainError("nothing_to_undo", _("There is no answer to take back."))
    return response


def _is_fresh(response: Response, at: datetime) -> bool:
    return at - response.recorded_at < WINDOW


def _check_is_theirs(response: Response, by: User, at: datetime) -> None:
    if response.by_id != by.pk:
        raise DomainError("not_yours", _("%(who)s answered last. Only they can take it back.") % {"who": response.by})
    if not _is_fresh(response, at):
        raise DomainError("too_late", _("An answer can be taken back for ten minutes. Correct it on the lead's page."))


def _check_nothing_followed(handoff: Handoff, response: Response, verdict: Verdict | None) -> QuerySet[Outcome]:
    """The opportunity that came with the answer. Raises DomainError `moved_on` where anything else was built on it."""
    opened = Outcome.objects.filter(lead=handoff.lead_id, recorded_at__gte=response.recorded_at)
    came_along = int(verdict is not None and _next_step(handoff) == "opportunity")
    stage = STAGE_AFTER[Verdict.Value(verdict.verdict)] if verdict else response.before.get("stage")
    followed = (
        not response.before
        or (verdict is None) == (response.kind == Response.Kind.VERDICT)
        or handoff.lead.stage != (Lead.Stage.OPPORTUNITY if came_along else stage)
        or handoff.lead.erased_at is not None
        or (verdict is not None and (verdict.version > 1 or verdict.appeals.exists()))
        or opened.filter(version__gt=1).exists()
        or handoff.comments.exists()
        or opened.count() != came_along
        or ("team" in response.before and handoff.rep_id != response.by_id)
        or Handoff.objects.open().filter(lead=handoff.lead_id).exclude(pk=handoff.pk).exists()
    )
    if followed:
        raise DomainError("moved_on", _("The lead has moved on since. Open it to see what happened."))
    return opened


def _next_step(handoff: Handoff) -> str:
    told = handoff.events.filter(kind="verdict_given").order_by("pk").last()
    return str(told.data.get("next_step", "")) if told else ""


def _tell(handoff: Handoff, response: Response, verdict: Verdict | None, *, by: User, at: datetime) -> None:
    line = Event.objects.create(
        lead_id=handoff.lead_id,
        handoff=handoff,
        kind="verdict_taken_back" if verdict else "response_taken_back",
        at=at,
        by=by,
        data={
            "verdict": verdict.verdict if verdict else "",
            "reason": verdict.reason.label if verdict and verdict.reason else "",
            "kind": response.kind,
        },
    )
    hooks.announce([line])


def _restore(handoff: Handoff, before: dict[str, Any]) -> None:
    """Put the handoff and its lead back to what the answer found."""
    lead, first = handoff.lead, handoff.responses.order_by("at", "pk").first()
    if handoff.released_at is None:
        handoff.responded_at, handoff.responded_by = (first.at, first.by) if first else (None, None)
    handoff.verdict_at = handoff.closed_at = None
    lead.stage, lead.wake_up_on = before["stage"], parse_date(before["wake_up_on"])
    if "team" in before:
        handoff.rep, handoff.team_id, handoff.taken_at = None, before["team"], None
        lead.owner_id = before["owner"]
    lead.save(update_fields=["stage", "wake_up_on", "owner"])
    handoff.save(update_fields=["responded_at", "responded_by", "verdict_at", "closed_at", "rep", "team", "taken_at"])
