"""The little statistics that honest rates need."""

from collections.abc import Iterable
from math import sqrt

# Below this many cases a rate is marked "too few to judge".
ENOUGH = 20
Z_95 = 1.959963984540054


def wilson(successes: int, cases: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a rate, as two fractions; 95 % by default.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    Raises ValueError where there are no cases or more successes than cases.
    """
    if cases <= 0 or not 0 <= successes <= cases:
        raise ValueError("successes must lie between 0 and a positive number of cases")
    rate = successes / cases
    centre = rate + z * z / (2 * cases)
    spread = z * sqrt(rate * (1 - rate) / cases + z * z / (4 * cases * cases))
    scale = 1 + z * z / cases
    # At the ends the formula is exact; rounding must not carry it beyond them.
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == cases else (centre + spread) / scale
    return low, high


Span = tuple[float, float, float]


def newcombe(successes: int, cases: int, other_successes: int, other_cases: int) -> Span:
    """The difference of two independent rates, and its 95 % interval from the Wilson intervals of both.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions (1998), method 10.
    Raises ValueError where `wilson` does.
    """
    here, there = wilson(successes, cases), wilson(other_successes, other_cases)
    return difference((successes / cases, *here), (other_successes / other_cases, *there))


def poisson(count: int, z: float = Z_95) -> Span:
    """A count of independent events with the score interval of what it would be on average; 95 % by default."""
    centre, spread = count + z * z / 2, z * sqrt(count + z * z / 4)
    return count, max(centre - spread, 0.0), centre + spread


def poisson_ahead(count: int, times: float, z: float = Z_95) -> Span:
    """How many events to expect of `times` the effort that brought `count`, and the interval in which that many will
    lie; 95 % by default. It holds both doubts: how often they come, and the luck of the next time.

    Source: K. Krishnamoorthy, J. Peng, Improved closed-form prediction intervals for binomial and Poisson
    distributions (2011), joint sampling approach.
    """
    centre = count * times + z * z * times / 2
    spread = z * sqrt(count * times * (1 + times) + z * z * times * times / 4)
    return count * times, max(centre - spread, 0.0), centre + spread


def summed(parts: Iterable[Span]) -> Span:
    """Independent estimates (value, low, high) together, with the interval of their sum.

    Source: G. Y. Zou, A. Donner, Construction of confidence limits about effect measures (2008): MOVER.
    """
    known = list(parts)
    value = sum(part[0] for part in known)
    down = sqrt(sum((here - low) ** 2 for here, low, _high in known))
    up = sqrt(sum((high - here) ** 2 for here, _low, high in known))
    return value, value - down, value + up


def difference(one: Span, other: Span) -> Span:
    """One estimate minus another, independent one, with the interval of the difference, by the same method."""
    here, low, high = other
    return summed([one, (-here, -high, -low)])
