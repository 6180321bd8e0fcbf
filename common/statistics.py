"""The little statistics that honest rates need."""

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


def newcombe(successes: int, cases: int, other_successes: int, other_cases: int) -> tuple[float, float, float]:
    """The difference of two independent rates, and its 95 % interval from the Wilson intervals of both.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions (1998), method 10.
    Raises ValueError where `wilson` does.
    """
    (low, high), (other_low, other_high) = wilson(successes, cases), wilson(other_successes, other_cases)
    rate, other = successes / cases, other_successes / other_cases
    down = sqrt((rate - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - rate) ** 2 + (other - other_low) ** 2)
    return rate - other, rate - other - down, rate - other + up
