"""How a deal is shared, in plain Python with exact fractions: what the statement of `reviews/attribution.py` is
held against."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

MODELS = ("first_touch", "last_touch", "linear", "u_shaped", "w_shaped", "time_decay")


@dataclass(frozen=True, order=True)
class Contact:
    """A touch; the campaign is its name, "" where it has none."""

    at: datetime
    number: int
    campaign: str


def shared(
    cents: int, touches: list[Contact], model: str, *, end: datetime, opened: datetime | None, handed: datetime | None
) -> Counter[str | None]:
    """The cents of each campaign; None is the deal that no touch came before."""
    counted = sorted(touch for touch in touches if touch.at <= end)
    if not counted:
        return Counter({None: cents})
    weights = weighed(model, counted, opened or end, handed)
    exact = [Fraction(cents) * weight / sum(weights) for weight in weights]
    found = [int(part) for part in exact]
    by_loss = sorted(range(len(found)), key=lambda n: (found[n] - exact[n], n))
    for n in by_loss[: cents - sum(found)]:
        found[n] += 1
    earned: Counter[str | None] = Counter()
    for touch, part, weight in zip(counted, found, weights, strict=True):
        if weight:
            earned[touch.campaign] += part
    return earned


def weighed(model: str, counted: list[Contact], opened: datetime, handed: datetime | None) -> list[Fraction]:
    """How heavy each touch is, in order."""
    opener = max((n for n, touch in enumerate(counted) if touch.at <= opened), default=0)
    ready = max((n for n, touch in enumerate(counted) if handed and touch.at <= handed), default=None)
    if model == "linear":
        return [Fraction(1)] * len(counted)
    if model == "time_decay":
        latest = counted[-1].at
        fine = 10**9
        return [Fraction(int(fine * 2.0 ** -((latest - t.at).total_seconds() / 2_592_000)), fine) for t in counted]
    places, rest = {
        "first_touch": ([(0, 100)], 0),
        "last_touch": ([(opener, 100)], 0),
        "u_shaped": ([(0, 40), (opener, 40)], 20),
        "w_shaped": ([(0, 30), (ready, 30), (opener, 30)], 10),
    }[model]
    weights = [Fraction(0)] * len(counted)
    for n, percent in places:
        if n is not None:
            weights[n] += percent
    others = [n for n in range(len(counted)) if n not in {place for place, _percent in places}]
    for n in others:
        weights[n] = Fraction(rest, len(others))
    return weights
