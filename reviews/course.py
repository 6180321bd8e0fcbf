"""How a campaign's leads came to be won, week by week, and how it stands beside others.

The curve is that of Kaplan and Meier: leads of last week have had one week to be won, and count for that week only. The
plain share would call every young campaign a bad one. A lost lead stays in: it may still be won.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import exp, inf, log, sqrt
from typing import Any

from django.db import connection
from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.quarters import Quarter
from campaigns.models import Campaign
from common.statistics import ENOUGH, Z_95, wilson
from feedback.models import Outcome
from leads.sql import nested
from reviews.comparing import Comparison, compared
from reviews.figures import FIGURES
from reviews.results import totals
from reviews.slices import LEADS, Slice

COMPARED = ("answered_in_time", "accepted", "conversion")
TOLD_AT = (1, 2, 4, 8, 13, 26, 39, 52, 78, 104)
# Weeks from the capture to the first win, or to now. Wins are told one moment at a time, the others by week.
LIVES = """
WITH lives AS (
    SELECT greatest(extract(epoch FROM coalesce(ended.at, %(now)s) - begun.captured_at) / 604800, 0)::float8 AS weeks,
           ended.at IS NOT NULL AS won, extract(epoch FROM %(now)s - begun.captured_at)::float8 / 604800 AS age
    FROM ({leads}) AS begun LEFT JOIN ({wins}) AS ended ON ended.lead_id = begun.id
),
watched AS (SELECT weeks, won, age, count(*) OVER (ORDER BY weeks DESC) AS at_risk FROM lives)
SELECT CASE WHEN won THEN weeks ELSE floor(weeks) END AS at, won, count(*), max(at_risk), array_agg(floor(age)::int)
FROM watched GROUP BY 1, 2 ORDER BY 1, 2 DESC
"""


@dataclass(frozen=True)
class Week:
    """Until the end of a week: the share won with its 95 % interval, how many were won, and how many leads are as old
    as that and not won."""

    number: int
    share: float
    low: float
    high: float
    won: int
    at_risk: int


@dataclass(frozen=True)
class Curve:
    """The share won by week, as far as some leads are watched; `leads` is how many began."""

    leads: int
    weeks: list[Week]

    @property
    def too_few(self) -> bool:
        return self.leads < ENOUGH

    @property
    def last(self) -> Week | None:
        return self.weeks[-1] if self.weeks else None

    @property
    def told(self) -> list[Week]:
        """The weeks that a table names."""
        return [week for week in self.weeks if week.number in TOLD_AT or week is self.last]

    @property
    def points(self) -> str:
        """The steps in a box of 100 by 40, scaled to the last share; of ten percent at least."""
        return self.steps(len(self.weeks), self.top)

    def steps(self, weeks: int, top: float) -> str:
        """The steps in a box of 100 by 40 that is so many weeks wide and `top` high."""
        across = 100 / max(weeks, 1)
        steps = [(0.0, 40.0)]
        for before, week in pairwise([None, *self.weeks]):
            height = 40 - 38 * (week.share if week else 0) / top
            steps += [
                (across * (before.number if before else 0), height),
                (across * (week.number if week else 0), height),
            ]
        return " ".join(f"{x:.2f},{y:.2f}" for x, y in steps)

    @property
    def top(self) -> float:
        return max(self.last.share if self.last else 0, 0.1)


@dataclass(frozen=True)
class Beside:
    """A campaign's quarter beside other leads: who they are, the period, and the query of their lists."""

    label: str
    period: Quarter
    query: dict[str, str]
    rates: list[Comparison]


def curve(part: Slice, *, now: datetime) -> Curve:
    """The share won by weeks since the first capture of the leads of a slice, as far as 20 leads and more are that
    old; where there are fewer leads, all weeks."""
    begun = LEADS.rows(part).filter(captured_at__lte=now).order_by()
    won = Outcome.objects.filter(kind="won", at__lte=now, lead__in=begun.values("pk")).order_by()
    wins = won.values("lead_id").annotate(at=Min("at"))
    sql, params = nested(LIVES, leads=begun.values("id", "captured_at"), wins=wins.values("lead_id", "at"), now=now)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    ages = sorted((age for *_life, those in rows for age in those), reverse=True)
    oldest = ages[min(ENOUGH, len(ages)) - 1] if ages else 0
    return Curve(len(ages), list(_weeks(deque(rows), oldest)))


def _weeks(rows: deque[tuple[float, bool, int, int, list[int]]], last: int) -> Iterator[Week]:
    """The state at the end of each week up to the last."""
    left = sum(n for _at, _won, n, *_rest in rows)
    log_left, variance, won = 0.0, 0.0, 0
    for end in range(1, last + 1):
        while rows and rows[0][0] < end:
            _at, is_won, n, at_risk, _ages = rows.popleft()
            left -= n
            if is_won:
                won += n
                log_left += log(1 - n / at_risk) if at_risk > n else -inf
                variance += n / (at_risk * (at_risk - n)) if at_risk > n else 0
        interval = _interval(log_left, variance) if -inf < log_left < 0 else wilson(won, won + left)
        yield Week(end, 1 - exp(log_left), *interval, won, left)


def _interval(log_left: float, variance: float) -> tuple[float, float]:
    """Greenwood's variance on the scale of log(-log), which keeps the interval between 0 and 1; while nobody or
    everybody was won it says nothing, and Wilson's interval stands in."""
    spread = Z_95 * sqrt(variance) / -log_left
    return 1 - exp(log_left * exp(-spread)), 1 - exp(log_left * exp(spread))


def beside(campaign: Campaign, quarter: Quarter, *, now: datetime) -> list[Beside]:
    """A quarter of a campaign beside the others of its channel, and beside the same quarter a year before: its own
    leads where it had any, else those of its channel."""
    channel = frozenset(Campaign.objects.filter(channel=campaign.channel).values_list("pk", flat=True))
    before, name = quarter.shifted(-4), campaign.get_channel_display()
    here = totals(quarter, now=now, campaigns=channel)
    past = totals(before, now=now, campaigns=channel)
    own = here.of([campaign.pk])
    others = {"channel": campaign.channel, "but": campaign.code}
    found = [
        _beside(_("Other campaigns of the channel %(channel)s"), quarter, others, own, here.of(channel - {campaign.pk}))
    ]
    if past.of([campaign.pk]).get("leads"):
        found.append(
            _beside(_("This campaign a year before"), before, {"campaign": campaign.code}, own, past.of([campaign.pk]))
        )
    else:
        label = _("The channel %(channel)s a year before")
        found.append(_beside(label, before, {"channel": campaign.channel}, own, past.of()))
    return [Beside(one.label % {"channel": name}, one.period, one.query, one.rates) for one in found]


def _beside(label: str, period: Quarter, query: dict[str, str], here: dict[str, Any], there: dict[str, Any]) -> Beside:
    return Beside(
        label, period, query, [compared(*(FIGURES[key].value(part) for part in (here, there))) for key in COMPARED]
    )
