"""The grade check of a quarter: what became of the leads by the grade at which they were handed off."""

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.utils.functional import Promise

from accounts.quarters import Quarter
from leads.models import Lead
from reviews.calibration import ACCEPTED_MORE, WINS_MORE, inverted
from reviews.cuts import by_grade
from reviews.figures import valued
from reviews.slices import Slice
from reviews.values import Value, Values

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
    inversions = [*_inverted(lines, "accepted", ACCEPTED_MORE), *_inverted(lines, "won_handed_off", WINS_MORE)]
    wins = [values["won_handed_off"] for _grade, values in lines]
    return Check(lines, inversions, not any(_lie_apart(one, other) for one, other in combinations(wins, 2)))


def _inverted(lines: list[tuple[str, Values]], key: str, words: str | Promise) -> list[str]:
    return inverted([(grade, values[key]) for grade, values in lines if not values[key].too_few], words)


def _lie_apart(one: Value, other: Value) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or other.low > one.high
