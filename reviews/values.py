"""A figure and its number: what it is made of, how it is made of measures, and its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median
from typing import Any

from django.utils.functional import Promise

from common.statistics import ENOUGH, wilson

CENT = Decimal("0.01")
# How many leads an amount rests on.
MEASURED_BY = {"revenue": "won", "pipeline": "pipeline_leads", "revenue_in_period": "won_in_period"}


class Unit(StrEnum):
    COUNT = "count"
    RATE = "rate"
    MONEY = "money"
    TIMES = "times"
    HOURS = "hours"
    DAYS = "days"


WENT_NOWHERE = {"pending", "rejected", "nurtured", "lost", "contradictions", "pulled_back", "appealed", "overturned"}
# How many seconds a unit of time has, and the measure that says how many cases a span rests on.
SPANS = {Unit.HOURS: (3600, "responded"), Unit.DAYS: (86_400, "won")}


@dataclass(frozen=True)
class Figure:
    """A figure: `numerator` (and for rates and costs per case `denominator`) are measures; `opens`
    is the measure whose leads the number opens, None where it stands for no leads."""

    key: str
    label: str | Promise
    words: str | Promise
    numerator: str
    denominator: str | None = None
    unit: Unit = Unit.COUNT
    opens: str | None = None

    @property
    def less_is_better(self) -> bool:
        """Whether a goal is met from above: money and time that are spent, and leads that went nowhere."""
        spent = self.unit in SPANS or self.key.startswith("cost")
        return spent or self.key in WENT_NOWHERE or self.key.startswith(("reason_", "late_"))

    @property
    def needs(self) -> set[str]:
        """The measures that it is made of, with those that say how many cases it rests on."""
        cases = {MEASURED_BY.get(self.key), SPANS[self.unit][1] if self.unit in SPANS else None}
        cases |= {self.numerator, self.denominator, "won" if self.unit == Unit.TIMES else None}
        return {key for key in cases if key}

    def value(self, measures: Mapping[str, Any]) -> "Value":
        """The figure made of measured numbers."""
        top = measures.get(self.numerator)
        bottom = measures.get(self.denominator) if self.denominator else None
        return _MADE[self.unit](self, top, bottom, measures)


@dataclass(frozen=True)
class Value:
    """A figure's number. `n` is how many cases it rests on; `low` and `high` are the 95 % Wilson
    interval of a rate. Rates are fractions, money has two decimals, None means nothing to divide."""

    figure: Figure
    value: int | float | Decimal | None
    numerator: Any = None
    denominator: Any = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    # Of a quarter that was signed: it opens the leads that were counted then.
    frozen: bool = False
    # What it would be by now, where that is another number.
    later: "Value | None" = None

    @property
    def too_few(self) -> bool:
        return self.figure.unit == Unit.RATE and (self.n or 0) < ENOUGH

    @property
    def seconds(self) -> float | None:
        """A span in seconds."""
        return None if self.value is None else float(self.value) * SPANS[self.figure.unit][0]

    def as_json(self) -> dict[str, Any]:
        """The keys of the contract; money as a decimal text."""
        plain = {name: getattr(self, name) for name in ("value", "numerator", "denominator", "n", "low", "high")}
        return {name: str(v) if isinstance(v, Decimal) else v for name, v in plain.items()}


Values = dict[str, Value]


def _count(figure: Figure, top: Any, bottom: Any, measures: Mapping[str, Any]) -> Value:
    return Value(figure, top or 0, top or 0, None, top or 0)


def _rate(figure: Figure, top: Any, bottom: Any, measures: Mapping[str, Any]) -> Value:
    top, bottom = top or 0, bottom or 0
    if not bottom:
        return Value(figure, None, top, 0, 0)
    return Value(figure, top / bottom, top, bottom, bottom, *wilson(top, bottom))


def _money(figure: Figure, top: Any, bottom: Any, measures: Mapping[str, Any]) -> Value:
    if figure.denominator is None:
        cases = measures.get(MEASURED_BY[figure.key]) or 0 if figure.key in MEASURED_BY else None
        # Nothing won is 0; wins without an amount, or no cost entered, are unknown.
        amount = Decimal(0) if top is None and cases == 0 else top
        return Value(figure, None if amount is None else _cents(amount), amount, None, cases)
    if top is None or not bottom:
        return Value(figure, None, top, bottom or 0, bottom or 0)
    return Value(figure, _cents(top / bottom), top, bottom, bottom)


def _times(figure: Figure, top: Any, bottom: Any, measures: Mapping[str, Any]) -> Value:
    wins = measures.get("won") or 0
    won = Decimal(0) if top is None and not wins else top
    if won is None or not bottom:
        return Value(figure, None, won, bottom, wins)
    return Value(figure, round(float((won - bottom) / bottom), 4), won, bottom, wins)


def _span(figure: Figure, top: Any, bottom: Any, measures: Mapping[str, Any]) -> Value:
    cases = measures.get(SPANS[figure.unit][1]) or 0
    middle = median(top) if top and isinstance(top, list) else top or None
    return Value(figure, None if middle is None else round(middle, 2), None, None, cases)


def _cents(amount: Any) -> Decimal:
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


_MADE = {
    Unit.COUNT: _count, Unit.RATE: _rate, Unit.MONEY: _money, Unit.TIMES: _times, Unit.HOURS: _span, Unit.DAYS: _span,
}  # fmt: skip
