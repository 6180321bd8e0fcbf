"""A figure here beside the same figure there."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from common.statistics import difference, newcombe, poisson
from common.templatetags.ui import number
from reviews.values import Unit, Value


@dataclass(frozen=True)
class Comparison:
    """A figure here and there, and the difference: None where either has nothing to compare. Counts and rates have
    its 95 % interval, rates as fractions; how money and spans scatter is not known."""

    here: Value
    there: Value
    difference: float | Decimal | None = None
    low: float | None = None
    high: float | None = None

    @property
    def too_few(self) -> bool:
        return self.here.too_few or self.there.too_few

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def points(self) -> str:
        """The size of the difference in points."""
        return number(100 * abs(float(self.difference or 0)))

    @property
    def interval(self) -> str:
        words = _("between %(low)s and %(high)s points")
        return words % {"low": number(100 * (self.low or 0)), "high": number(100 * (self.high or 0))}


def compared(here: Value, there: Value) -> Comparison:
    """The difference of two rates by Newcombe, of two counts by their score intervals, of all else without one."""
    unit = here.figure.unit
    if unit == Unit.RATE:
        if not here.denominator or not there.denominator:
            return Comparison(here, there)
        rates = newcombe(here.numerator, here.denominator, there.numerator, there.denominator)
        return Comparison(here, there, *rates)
    if here.value is None or there.value is None:
        return Comparison(here, there)
    if unit == Unit.COUNT:
        return Comparison(here, there, *difference(poisson(int(here.value)), poisson(int(there.value))))
    one, other = (v if isinstance(v, float) else Decimal(v) for v in (here.value, there.value))
    return Comparison(here, there, one - other)  # type: ignore[operator]
