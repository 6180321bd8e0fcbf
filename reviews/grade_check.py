"""The grade check of a quarter: what became of the leads by the grade at which they were handed off."""

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.utils.translation import gettext as _

from accounts.quarters import Quarter
from leads.models import Lead
from reviews.cuts import by_grade
from reviews.figures import Value, Values, valued
from reviews.measures import Slice

MEASURED = ("handed_off", "accepted", "won_handed_off")
SHOWN = ("handed_off", "accepted", "won_handed_off")


@dataclass(frozen=True)
class Check:
    """The figures of each grade, the better one first, and what is inverted, in words."""

    lines: list[tuple[str, Values]]
    inverted: list[str]
    too_few_wins: bool

    @property
    def has_cases(self) -> bool:
        return any(values["handed_off"].value for _grade, values in self.lines)


def grade_check(quarter: Quarter, *, now: datetime) -> Check:
    """The check of the leads first captured in the quarter; a lead handed off at two grades counts for both."""
    found = by_grade(Slice(quarter), now=now, only=MEASURED)
    lines = [(grade, valued(found.get(grade, {}), SHOWN)) for grade in Lead.Grade.values if grade in found]
    pairs = list(combinations(lines, 2))
    inverted = [
        *(words(better, worse, "accepted") for better, worse in pairs if is_inverted(better[1], worse[1], "accepted")),
        *(words(b, w, "won_handed_off") for b, w in pairs if is_inverted(b[1], w[1], "won_handed_off")),
    ]
    apart = any(_lie_apart(b[1]["won_handed_off"], w[1]["won_handed_off"]) for b, w in pairs)
    return Check(lines, inverted, not apart)


def is_inverted(better: Values, worse: Values, key: str) -> bool:
    """Whether the lower grade does better: its interval lies wholly above, and neither has too few cases."""
    high, low = better[key].high, worse[key].low
    if better[key].too_few or worse[key].too_few or high is None or low is None:
        return False
    return low > high


def words(better: tuple[str, Values], worse: tuple[str, Values], key: str) -> str:
    """The inversion said in words."""
    grades = {"better": better[0], "worse": worse[0]}
    if key == "accepted":
        return _("Sales accepts more %(worse)s leads than %(better)s leads, and the intervals do not touch.") % grades
    return _("More %(worse)s leads are won than %(better)s leads, and the intervals do not touch.") % grades


def _lie_apart(one: Value, other: Value) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or other.low > one.high
