"""What sales has said about a lead, put together for its page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Subquery

from accounts.models import User
from feedback.access import speaks_for
from feedback.appealing import may_appeal
from feedback.commenting import may_ask
from feedback.models import Appeal, Comment, Outcome, Response, Verdict
from leads import clock
from leads.access import may_answer
from leads.models import Handoff, Lead
from leads.showing import ClockFace, clock_told

MOST = 10


@dataclass(frozen=True)
class Said:
    """One handoff that sales has answered: the verdict, and where the answer came late what held it up."""

    handoff: Handoff
    verdict: Verdict | None
    clock: ClockFace
    late: bool
    excuse: str
    may_correct: bool
    may_excuse: bool
    may_appeal: bool
    # Of the talk under it: whether the reader may thank, ask back, reply.
    may_thank: bool = False
    may_ask: bool = False
    may_reply: bool = False

    @property
    def appeals(self) -> list[Appeal]:
        """The appeals against it, the latest first."""
        return list(self.verdict.appeals.all()) if self.verdict else []

    @property
    def comments(self) -> list[Comment]:
        """The talk under it, from its beginning."""
        return list(self.handoff.comments.all())


@dataclass(frozen=True)
class Ended:
    outcome: Outcome
    may_correct: bool


def said_about(lead: Lead, *, to: User, now: datetime) -> list[Said]:
    """The latest answered handoffs of a lead that `to` sees, newest first."""
    first = Response.objects.filter(handoff=OuterRef("pk")).order_by("at", "pk")[:1]
    answered = lead.handoffs.filter(responded_at__isnull=False).annotate(
        excuse=Subquery(first.values("excuse")), answered_by=Subquery(first.values("by"))
    )
    answered = answered.select_related("verdict", "verdict__reason", "verdict__by").order_by("-pk")
    answered = answered.prefetch_related(
        Prefetch("verdict__appeals", Appeal.objects.select_related("by")),
        Prefetch("comments", Comment.objects.select_related("by")),
    )
    there = lead.erased_at is None
    asks, replies = there and may_ask(to), there and may_answer(to, lead)
    return [_said(handoff, to=to, now=now, asks=asks, replies=replies) for handoff in answered[:MOST]]


def _said(handoff: Handoff, *, to: User, now: datetime, asks: bool, replies: bool) -> Said:
    verdict = getattr(handoff, "verdict", None)
    talk = [(comment.kind, comment.by_id) for comment in handoff.comments.all()]
    return Said(
        handoff=handoff,
        verdict=verdict,
        clock=clock_told(handoff, now),
        late=clock.state(handoff, now) == clock.State.BREACHED,
        excuse=handoff.excuse,  # type: ignore[attr-defined]
        may_correct=verdict is not None and speaks_for(to, verdict.by_id),
        may_excuse=speaks_for(to, handoff.answered_by),  # type: ignore[attr-defined]
        may_appeal=_is_open_to_appeal(verdict) and may_appeal(to),
        may_thank=asks and (Comment.Kind.THANKS, to.pk) not in talk,
        may_ask=asks,
        may_reply=replies and any(kind == Comment.Kind.QUESTION for kind, _by in talk),
    )


def _is_open_to_appeal(verdict: Verdict | None) -> bool:
    if verdict is None or verdict.verdict != Verdict.Value.REJECTED:
        return False
    return all(appeal.result == Appeal.Word.UPHELD for appeal in verdict.appeals.all())


def ends_of(lead: Lead, *, to: User) -> list[Ended]:
    """The outcomes of a lead that `to` sees, newest first."""
    outcomes = lead.outcomes.select_related("reason", "by").order_by("-at", "-pk")
    return [Ended(outcome, speaks_for(to, outcome.by_id)) for outcome in outcomes[:MOST]]
