"""How far an aim is: where it should stand today, and how that is said.

Counts and amounts grow with the quarter: by the end of today their share of its days should be there. Rates, returns,
costs per case and spans of time should stand at their target on any day. Of costs, waits and what went wrong, less is
better. Below 20 cases nothing is judged, and a cohort that is younger than wins take is not yet short of wins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil, floor

from django.utils.translation import gettext as _

from accounts import company
from accounts.quarters import Quarter
from common.statistics import ENOUGH
from common.templatetags.ui import delta_words, money, number
from reviews.values import SPANS, Figure, Unit, Value

FEWER_IS_BETTER = {
    "cost", "cost_per_lead", "cost_per_accepted", "cost_per_opportunity", "cost_per_won", "speed_median_hours",
    "speed_p90_hours", "days_to_win", "pending", "rejected", "lost", "contradictions", "reason_wrong_target",
    "reason_no_compelling_need", "reason_timing", "reason_data_fault", "reason_no_contact",
}  # fmt: skip
# What a cohort reaches only as its leads grow older.
RIPENS = {
    "opportunities",
    "won",
    "conversion",
    "won_handed_off",
    "revenue",
    "roi",
    "cost_per_opportunity",
    "cost_per_won",
}
GROWS = {Unit.COUNT, Unit.MONEY}
# The bar ends a little behind its longest mark.
BEYOND = 1.07


class State(StrEnum):
    NOT_BEGUN = "not_begun"
    UNKNOWN = "unknown"
    TOO_EARLY = "too_early"
    MATURING = "maturing"
    MET = "met"
    ON_PACE = "on_pace"
    AHEAD = "ahead"
    BEHIND = "behind"
    SHORT = "short"


# The class of the words; what is not judged is faint.
TONES = {
    State.MET: "up", State.ON_PACE: "up", State.AHEAD: "up", State.BEHIND: "down", State.SHORT: "down",
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """Of a quarter: the day it is at, of how many, and whether its leads are younger than wins take."""

    day: int
    days: int
    is_over: bool
    matures: bool = False

    @property
    def share(self) -> float:
        return self.day / self.days


@dataclass(frozen=True)
class Standing:
    """How far an aim is: its state, that in words, and where it should be today; None where nothing grows."""

    state: State
    words: str
    pace: float | None = None

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "faint")


def progress(quarter: Quarter, *, now: datetime, passage: timedelta | None = None) -> Progress:
    """How far the quarter is at `now`. Half of its days so far are as old as its middle lead; `passage` is how long
    half of the wins take."""
    days = (quarter.first_day_after - quarter.first_day).days
    day = (now.astimezone(quarter.zone).date() - quarter.first_day).days + 1
    middle = quarter.start + (min(max(now, quarter.start), quarter.end) - quarter.start) / 2
    return Progress(
        day=min(max(day, 0), days),
        days=days,
        is_over=now >= quarter.end,
        matures=passage is not None and now - middle < passage,
    )


def grows(figure: Figure) -> bool:
    """Whether the figure adds up over the quarter."""
    return figure.unit in GROWS and figure.denominator is None


def standing(value: Value, target: Decimal, at: Progress) -> Standing:
    """How far `value` is on its way to `target`."""
    figure, goal = value.figure, float(target)
    pace = goal * at.share if grows(figure) else None
    unjudged = _unjudged(value, at)
    if unjudged is not None:
        return Standing(*unjudged, pace)
    now = float(value.value or 0)
    if figure.key in FEWER_IS_BETTER:
        state, words = _at_most(figure, now, goal, pace, at)
    else:
        state, words = _at_least(figure, now, goal, pace, at)
    if state in (State.SHORT, State.BEHIND) and figure.key in RIPENS and at.matures:
        return Standing(State.MATURING, _("maturing"), pace)
    return Standing(state, words, pace)


def _unjudged(value: Value, at: Progress) -> tuple[State, str] | None:
    if at.day == 0:
        return State.NOT_BEGUN, _("not begun")
    cases = value.figure.unit == Unit.RATE or value.figure.unit in SPANS
    if cases and (value.n or 0) < ENOUGH:
        return State.TOO_EARLY, _("too few to judge") if at.is_over else _("too early to say")
    return (State.UNKNOWN, _("not known yet")) if value.value is None else None


def _at_least(figure: Figure, now: float, goal: float, pace: float | None, at: Progress) -> tuple[State, str]:
    if now >= goal:
        return (State.MET, _("met")) if pace is not None or at.is_over else (State.ON_PACE, _("on pace"))
    if pace is None or at.is_over:
        return State.SHORT, _("%(gap)s short") % {"gap": gap(figure, goal - now)}
    ahead = now - pace
    if abs(ahead) < 1:
        return State.ON_PACE, _("on pace")
    if ahead > 0:
        return State.AHEAD, _("%(gap)s ahead of pace") % {"gap": gap(figure, ahead, up=False)}
    return State.BEHIND, _("%(gap)s behind pace") % {"gap": gap(figure, -ahead)}


def _at_most(figure: Figure, now: float, most: float, pace: float | None, at: Progress) -> tuple[State, str]:
    if now > most:
        return State.SHORT, _("%(gap)s above") % {"gap": gap(figure, now - most)}
    if at.is_over:
        return State.MET, _("met")
    if pace is not None and now - pace >= 1:
        return State.BEHIND, _("%(gap)s above pace") % {"gap": gap(figure, now - pace)}
    return State.ON_PACE, _("on pace")


def gap(figure: Figure, difference: float, *, up: bool = True) -> str:
    """A difference in the unit of the figure; whole units, so that what is missing is never said to be nothing."""
    whole = ceil(round(difference, 6)) if up else floor(round(difference, 6))
    match figure.unit:
        case Unit.RATE:
            return _points(difference * 100)
        case Unit.MONEY:
            return money(whole, company.current().currency)
        case Unit.TIMES:
            return f"{number(difference, 1)}×"
        case Unit.HOURS | Unit.DAYS:
            return delta_words(difference * SPANS[figure.unit][0])
    return number(whole)


def _points(difference: float) -> str:
    points = round(difference)
    if not points:
        return _("less than a point")
    return _("1 point") if points == 1 else _("%(n)s points") % {"n": number(points)}


def marks(value: Value, target: Decimal, pace: float | None) -> dict[str, float | None]:
    """Where value, goal and pace stand on a bar of 100."""
    now, goal = max(float(value.value or 0), 0.0), float(target)
    longest = 1.0 if value.figure.unit == Unit.RATE else max(now, goal, pace or 0.0) * BEYOND
    if longest <= 0:
        return {"value": 0.0, "goal": None, "pace": None}
    shown_pace = None if pace is None or pace >= goal else 100 * pace / longest
    return {"value": 100 * now / longest, "goal": 100 * goal / longest, "pace": shown_pace}
