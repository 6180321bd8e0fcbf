"""The one rule of the clock: when a handoff is due and in which state it is.

`docs/service-level.md` says the rule in words. The Python functions judge one handoff, the
expressions judge a set of them; `tests/leads/test_clock.py` holds the two together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, Q, Value, When

from common.working_time import later
from leads.models import Handoff

RISK_SHARE = 0.75
ESCALATES_AFTER = timedelta(days=2)


class State(StrEnum):
    PENDING = "pending"
    AT_RISK = "at_risk"
    MET = "met"
    BREACHED = "breached"
    RELEASED = "released"


# --- when it is due ---------------------------------------------------------------------------


def due_moment(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same local time `days` calendar days after `at`, as an aware moment in `zone`; where that
    hour is missing or comes twice, sales has the longer time."""
    local = at.astimezone(zone)
    return later(local.date() + timedelta(days=days), local.time(), zone)


def risk_moment(at: datetime, due_at: datetime) -> datetime:
    """The moment from which a clock is at risk: three quarters of the way to `due_at`."""
    return at + (due_at - at) * RISK_SHARE


# --- in which state it is, for one handoff -------------------------------------------------------


def state(handoff: Handoff, now: datetime) -> State:
    """The state of one clock at the moment `now`. Exactly at the due moment is in time; a handoff
    without a due moment has no clock to judge and counts as released."""
    if handoff.released_at is not None or handoff.due_at is None:
        return State.RELEASED
    if handoff.responded_at is not None:
        return State.MET if handoff.responded_at <= handoff.due_at else State.BREACHED
    if now > handoff.due_at:
        return State.BREACHED
    if handoff.risk_at is not None and now >= handoff.risk_at:
        return State.AT_RISK
    return State.PENDING


@dataclass(frozen=True)
class Reading:
    """What a clock shows: its state, the due moment, the elapsed share (0 to 100), and the span
    that is left (positive) or late (negative); None where nothing runs."""

    state: State
    due: datetime | None
    share: int
    left: timedelta | None


def reading(handoff: Handoff, now: datetime) -> Reading:
    """The clock of one handoff as people see it at `now`."""
    stopped_at = handoff.responded_at or handoff.released_at
    if handoff.due_at is None:
        return Reading(state(handoff, now), None, 0, None)
    moment = stopped_at or now
    whole = handoff.due_at - handoff.at
    share = min(100, max(0, round(100 * ((moment - handoff.at) / whole))))
    return Reading(state(handoff, now), handoff.due_at, share, handoff.due_at - moment)


# --- the same rule for sets ----------------------------------------------------------------------


def is_released() -> Q:
    return Q(released_at__isnull=False) | Q(due_at=None)


def is_met() -> Q:
    return Q(released_at=None, responded_at__lte=F("due_at"))


def is_breached(now: datetime) -> Q:
    return Q(released_at=None) & (Q(responded_at__gt=F("due_at")) | Q(responded_at=None, due_at__lt=now))


def is_waiting(now: datetime) -> Q:
    """Not answered and not yet late: pending or at risk."""
    return Q(released_at=None, responded_at=None, due_at__gte=now)


def is_at_risk(now: datetime) -> Q:
    return is_waiting(now) & Q(risk_at__lte=now)


def is_decided(now: datetime) -> Q:
    """Clocks that count in "answered in time": met or breached."""
    return is_met() | is_breached(now)


def state_expression(now: datetime) -> Case:
    """`state` as an expression over handoffs, to annotate, filter and group by."""
    return Case(
        When(is_released(), then=Value(State.RELEASED.value)),
        When(is_met(), then=Value(State.MET.value)),
        When(is_breached(now), then=Value(State.BREACHED.value)),
        When(is_at_risk(now), then=Value(State.AT_RISK.value)),
        default=Value(State.PENDING.value),
        output_field=CharField(),
    )
