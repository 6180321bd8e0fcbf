"""What sales has said about a lead, put together for its page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Subquery

from accounts.models import User
from feedback.access import speaks_for
from feedback.appealing import may_appeal
from feedback.models import Appeal, Outcome, Response, Verdict
from leads import clock
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

    @property
    def appeals(self) -> list[Appeal]:
        """The appeals against it, the latest first."""
        return list(self.verdict.appeals.all()) if self.verdict else []


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
    answered = answered.prefetch_related(Prefetch("verdict__appeals", Appeal.objects.select_related("by")))
    return [_said(handoff, to=to, now=now) for handoff in answered[:MOST]]


def _said(handoff: Handoff, *, to: User, now: datetime) -> Said:
    verdict = getattr(handoff, "verdict", None)
    return Said(
        handoff=handoff,
        verdict=verdict,
        clock=clock_told(handoff, now),
        late=clock.state(handoff, now) == clock.State.BREACHED,
        excuse=handoff.excuse,  # type: ignore[attr-defined]
        may_correct=verdict is not None and speaks_for(to, verdict.by_id),
        may_excuse=speaks_for(to, handoff.answered_by),  # type: ignore[attr-defined]
        may_appeal=_is_open_to_appeal(verdict) and may_appeal(to),
    )


def _is_open_to_appeal(verdict: Verdict | None) -> bool:
    if verdict is None or verdict.verdict != Verdict.Value.REJECTED:
        return False
    return all(appeal.result == Appeal.Word.UPHELD for appeal in verdict.appeals.all())


def ends_of(lead: Lead, *, to: User) -> list[Ended]:
    """The outcomes of a lead that `to` sees, newest first."""
    outcomes = lead.outcomes.select_related("reason", "by").order_by("-at", "-pk")
    return [Ended(outcome, speaks_for(to, outcome.by_id)) for outcome in outcomes[:MOST]]
