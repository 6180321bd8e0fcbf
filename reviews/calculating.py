"""The goal calculator: from a revenue back to the wins, opportunities and A and B leads that it takes.

By our own cohorts of the four quarters before: what a won lead brought, which share of the opportunities was won, and
which share of the A and B leads handed off became one. Each share has its 95 % Wilson interval. They are carried
through on the scale of logarithms, by the method of variance estimates recovery (Zou and Donner 2008): of the product
of the shares the distances of the limits from the rate are squared, added, and their root is taken. What a won lead
brings is taken as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil, exp, log, sqrt
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from accounts.quarters import Quarter, quarter_named, quarter_of
from common.errors import DomainError
from leads import clock
from leads.models import Handoff
from reviews.figures import FIGURES, valued
from reviews.measures import measure
from reviews.models import Goal
from reviews.opening import held
from reviews.owing import GOOD_GRADES
from reviews.periods import Period, between
from reviews.slices import Slice
from reviews.values import Value, Values

QUARTERS = 4
DAYS_OF_A_WEEK = 7
MOST = Decimal(10) ** 12
# How often opportunities are won, and A and B leads become one; what a won lead brings.
RATES = ("winning_ab", "opening_ab")
ASKED = (*RATES, "revenue", "won")


@dataclass(frozen=True)
class Step:
    """How many of what it takes, with the interval; `rate` is by which share, None where by an amount."""

    figure: str
    label: str
    needed: int
    low: int | None = None
    high: int | None = None
    rate: Value | None = None


@dataclass(frozen=True)
class Capacity:
    """A and B leads per rep and week: what it takes, and the most that reps answered in time in a quarter."""

    reps: int
    weeks: float
    needed: float
    best: float | None
    best_quarter: str = ""

    @property
    def is_enough(self) -> bool | None:
        return None if self.best is None else self.needed <= self.best

    @property
    def missing(self) -> int:
        """How many more reps it takes at the best pace."""
        if not self.best:
            return 0
        return max(ceil(self.needed * max(self.reps, 1) / self.best) - self.reps, 0)


@dataclass(frozen=True)
class Calculation:
    """What a revenue takes; `values` are the figures of `period`, `a_win` is what a won lead brought."""

    revenue: Decimal
    period: Period
    values: Values
    a_win: Decimal
    steps: list[Step]
    capacity: Capacity


def calculate(quarter: Quarter, revenue: Decimal, *, now: datetime) -> Calculation:
    """What it takes to bring `revenue` with the leads of a quarter.

    Raises DomainError `bad_value`, and `nothing_known` where the four quarters before say nothing.
    """
    if not 0 < revenue < MOST:
        words = _("Write an amount above 0, such as 900000.")
        raise DomainError("bad_value", words, {"revenue": words})
    period = between(quarter.shifted(-QUARTERS), quarter.shifted(-1))
    needs = set().union(*(FIGURES[key].needs for key in ASKED))
    values = valued(measure(Slice(period), now=now, only=needs), ASKED)
    won, amount = values["won"].value, values["revenue"].value
    if not won or not amount or not all(values[key].value for key in RATES):
        words = _("The four quarters before have no wins with an amount: there are no rates of your own yet.")
        raise DomainError("nothing_known", words)
    a_win = (Decimal(amount) / Decimal(won)).quantize(Decimal("0.01"))
    steps = _steps(float(revenue / a_win), values)
    return Calculation(revenue, period, values, a_win, steps, _capacity(quarter, steps[-1].needed, now))


@transaction.atomic
def take_over(key: str, revenue: Decimal, *, by: User, at: datetime) -> list[Goal]:
    """Set what a revenue takes as goals; a goal for the same figure that stands already stays as it is.

    Raises DomainError as `held` and `calculate`, and `stands_already` where there is nothing to set.
    """
    review = held(key, by=by, at=at)
    found = calculate(quarter_named(key), revenue, now=at)
    targets: dict[tuple[str, str], Decimal] = {("both", "revenue"): revenue}
    for step in found.steps:
        side = Goal.Side.MARKETING if step.figure == "handed_off_ab" else Goal.Side.BOTH
        targets[side.value, step.figure] = Decimal(step.needed)
    there = set(Goal.objects.filter(review=review, campaign=None).values_list("side", "figure"))
    made = [
        trail.kept(Goal(review=review), {
            "side": side, "figure": figure, "target": target, "owner": by, "by": by, "at": at,
        }, by=by)
        for (side, figure), target in targets.items() if (side, figure) not in there
    ]  # fmt: skip
    if not made:
        raise DomainError("stands_already", _("All of these goals stand already. Change them where they stand."))
    return made


def _steps(wins: float, values: Values) -> list[Step]:
    steps = [Step("won", _("Wins"), _up(wins))]
    named = [("opportunities", _("Opportunities")), ("handed_off_ab", _("A and B leads handed off"))]
    for n, (figure, label) in enumerate(named, start=1):
        rate, low, high = product([values[key] for key in RATES[:n]])
        most = _up(wins / low) if low else None
        steps.append(Step(figure, label, _up(wins / rate), _up(wins / high), most, values[RATES[n - 1]]))
    return steps


def _up(number: float) -> int:
    """The next whole number; what only rounding made larger stays."""
    return ceil(round(number, 6))


def product(rates: list[Value]) -> tuple[float, float, float]:
    """The product of some rates, and its 95 % interval; the low end is 0 where that of any rate is."""
    made = exp(sum(log(float(rate.value or 0)) for rate in rates))
    down = [log(float(rate.value or 0) / rate.low) if rate.low else None for rate in rates]
    up = [log((rate.high or 1) / float(rate.value or 0)) for rate in rates]
    known = [part for part in down if part is not None]
    low = made * exp(-sqrt(sum(part**2 for part in known))) if len(known) == len(down) else 0.0
    return made, low, min(made * exp(sqrt(sum(part**2 for part in up))), 1.0)


def _capacity(quarter: Quarter, leads: int, now: datetime) -> Capacity:
    """Against the quarter of the four before in which a rep answered the most A and B leads in time."""
    reps = User.objects.filter(is_active=True, side=User.Side.SALES, takes_leads=True).count()
    weeks = _weeks(quarter)
    managed = _managed([quarter.shifted(-n) for n in range(1, QUARTERS + 1)], now)
    best = max(managed, key=lambda key: managed[key], default="")
    return Capacity(reps, weeks, leads / max(reps, 1) / weeks, managed.get(best), best)


def _managed(quarters: list[Quarter], now: datetime) -> Mapping[str, float]:
    """A and B leads that a rep answered in time, by week, in each of the quarters that are over."""
    told: dict[str, Any] = {}
    over = {f"{quarter.key}": quarter for quarter in quarters if quarter < quarter_of(now)}
    for key, quarter in over.items():
        of_it = Q(at__gte=quarter.start, at__lt=quarter.end)
        told |= {f"n{key}": Count("pk", filter=of_it), f"reps{key}": Count("responded_by", distinct=True, filter=of_it)}
    if not over:
        return {}
    answered = Handoff.objects.filter(
        clock.is_met(), grade__in=GOOD_GRADES, lead__kept_out="",
        at__gte=min(over.values()).start, at__lt=max(over.values()).end,
    )  # fmt: skip
    names = {name: name.replace("-", "_") for name in told}
    found = answered.aggregate(**{names[name]: made for name, made in told.items()})
    pairs = {key: (found[names[f"n{key}"]], found[names[f"reps{key}"]]) for key in over}
    return {key: n / reps / _weeks(over[key]) for key, (n, reps) in pairs.items() if reps}


def _weeks(quarter: Quarter) -> float:
    return (quarter.first_day_after - quarter.first_day).days / DAYS_OF_A_WEEK
