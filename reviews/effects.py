"""What came of the decisions of the quarter before: each figure that one aimed at, before and now.

"Before" is the figure of the campaign's leads of that quarter, "now" the same definition for the quarter at hand. A
rate or a count moved visibly where the 95 % interval of the difference (`reviews/comparing.py`) leaves out zero.
Amounts and hours have no interval: they are only held against what was hoped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.quarters import Quarter
from reviews.comparing import compared
from reviews.decisions import Told
from reviews.figures import FIGURES, valued
from reviews.measures import measure_by
from reviews.models import Decision, Review
from reviews.slices import Slice
from reviews.values import Figure, Value, Values


class Effect(StrEnum):
    NO_FIGURE = "no_figure"
    NONE_YET = "none_yet"
    TOO_FEW = "too_few"
    NO_CHANGE = "no_change"
    WORKED = "worked"
    PART_OF_THE_WAY = "part_of_the_way"
    WORSE = "worse"


EFFECTS: dict[Effect, tuple[str | Promise, str, str]] = {
    Effect.NO_FIGURE: ("", "", ""),
    Effect.NONE_YET: (_("nothing to count yet"), "open", ""),
    Effect.TOO_FEW: (_("too few to judge"), "open", ""),
    Effect.NO_CHANGE: (_("no visible change"), "", ""),
    Effect.WORKED: (_("worked"), "good", "check"),
    Effect.PART_OF_THE_WAY: (_("part of the way"), "", "trending-up"),
    Effect.WORSE: (_("went the other way"), "bad", ""),
}


@dataclass(frozen=True)
class CameOf:
    """A decision with its figure before and now, and the interval of the difference where there is one."""

    told: Told
    before: Values
    now: Values
    effect: Effect
    interval: tuple[float, float] | None

    @property
    def label(self) -> str:
        return str(EFFECTS[self.effect][0])

    @property
    def tone(self) -> str:
        return EFFECTS[self.effect][1]

    @property
    def icon(self) -> str:
        return EFFECTS[self.effect][2]

    @property
    def query(self) -> str:
        return f"campaign={self.told.campaign.code}"


def came_of(review: Review, earlier: Quarter, quarter: Quarter, *, now: datetime) -> list[CameOf]:
    """What came of the decisions of `review`, that of the quarter `earlier`, in `quarter`."""
    rows = Decision.objects.filter(review=review.pk).exclude(kind="").select_related("campaign", "owner", "by")
    decisions = list(rows)
    aims = {d.figure for d in decisions if d.figure in FIGURES}
    campaigns = frozenset(d.campaign_id for d in decisions if d.figure in aims)
    then, since = (_measured(part, campaigns, aims, now) for part in (earlier, quarter))
    return [_came_of(d, then.get(d.campaign_id, {}), since.get(d.campaign_id, {})) for d in decisions]


def effect(figure: Figure, before: Value, now: Value, hoped: float) -> tuple[Effect, tuple[float, float] | None]:
    """Whether a figure moved visibly towards what was hoped, and the interval of now less before."""
    if now.value is None or before.value is None:
        return Effect.NONE_YET, None
    if before.too_few or now.too_few:
        return Effect.TOO_FEW, None
    difference = compared(now, before)
    interval = None if difference.low is None or difference.high is None else (difference.low, difference.high)
    if interval and not difference.is_clear:
        return Effect.NO_CHANGE, interval
    sign = -1 if figure.less_is_better else 1
    moved, missing = (float(now.value) - float(before.value)) * sign, (hoped - float(now.value)) * sign
    if missing <= 0:
        return Effect.WORKED, interval
    return (Effect.PART_OF_THE_WAY if moved > 0 else Effect.WORSE if moved < 0 else Effect.NO_CHANGE), interval


def _came_of(decision: Decision, before: Values, now: Values) -> CameOf:
    told, figure = Told(decision.campaign, decision), FIGURES.get(decision.figure)
    if figure is None or decision.hoped is None:
        return CameOf(told, {}, {}, Effect.NO_FIGURE, None)
    then = before or valued({}, [figure.key])
    since = now or valued({}, [figure.key])
    found, interval = effect(figure, then[figure.key], since[figure.key], float(decision.hoped))
    return CameOf(told, then, since, found, interval)


def _measured(quarter: Quarter, campaigns: frozenset[int], aims: Collection[str], now: datetime) -> dict[int, Values]:
    """The figures `aims` of each campaign, asking no more than they need."""
    if not aims:
        return {}
    only = set().union(*(FIGURES[key].needs for key in aims))
    found = measure_by("campaign", part=Slice(quarter, campaigns=campaigns), now=now, only=only)
    return {campaign: valued(measured, aims) for campaign, measured in found.items()}
