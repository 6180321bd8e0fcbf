"""What people would rather look at than read: numbers of a quarter with their places in a drawing.

Drawings are SVG made by templates; here are the numbers, once, for the drawing and for its table alike.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.quarters import Quarter
from leads.models import Lead
from reviews.course import Curve, curve
from reviews.figures import FIGURES
from reviews.measures import measure_by
from reviews.results import by_quarters
from reviews.slices import LEADS, Slice
from reviews.values import Figure, Value

GRADES = (*Lead.Grade.values, "")
STAGES = ("leads", "handed_off", "accepted", "opportunities", "won")
TRENDS = (*STAGES[:2], "answered_in_time", *STAGES[2:], "conversion", "revenue", "cost")
QUARTERS = 8
COHORTS = 4
MOST_SOURCES = 5
# Where leads went: twelve nodes with the sources are as many as one can follow.
ENDS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "won": (__("Won"), ("won",)),
    "on": (__("Accepted or opportunity"), ("accepted", "opportunity")),
    "waiting": (__("With sales"), ("handed_off",)),
    "nurture": (__("Nurture"), ("nurture",)),
    "out": (__("Rejected or lost"), ("rejected", "lost")),
    "new": (__("With marketing"), ("new",)),
}
# The box of the flow, and the room between two nodes.
HEIGHT, GAP, LEFT, RIGHT = 240.0, 13.0, 150.0, 450.0


@dataclass(frozen=True)
class Bar:
    """A stage of the funnel: leads of each grade, and where each part lies on a bar of 100 for all leads."""

    label: str
    key: str
    parts: list[tuple[str, int, float, float]]

    @property
    def total(self) -> int:
        return sum(n for _grade, n, _x, _width in self.parts)


def funnel(part: Slice, *, now: datetime) -> list[Bar]:
    """How many leads of each best grade got how far."""
    found = measure_by("best_grade", part=part, now=now, only=STAGES)
    counts = {key: [int(found.get(grade, {}).get(key) or 0) for grade in GRADES] for key in STAGES}
    return bars([(key, str(FIGURES[key].label), counts[key]) for key in STAGES])


def bars(stages: list[tuple[str, str, list[int]]]) -> list[Bar]:
    """The funnel drawn: of each stage the key, the label, and the leads of each of `GRADES`."""
    whole = sum(stages[0][2]) or 1
    found = []
    for key, label, counts in stages:
        placed = zip(GRADES, counts, accumulate(counts, initial=0), strict=False)
        parts = [(grade, n, 100 * start / whole, 100 * n / whole) for grade, n, start in placed]
        found.append(Bar(label, key, parts))
    return found


@dataclass(frozen=True)
class Trend:
    """A figure over quarters, oldest first; None where there is nothing to divide."""

    figure: Figure
    told: list[tuple[Quarter, Value]]

    @property
    def points(self) -> list[tuple[float, float]]:
        """Places in a box of 100 by 40, from zero to the highest; quarters without a number have none."""
        known = [None if value.value is None else float(value.value) for _quarter, value in self.told]
        top = max((abs(number) for number in known if number is not None), default=0) or 1
        step = 100 / max(len(known) - 1, 1)
        return [(i * step, 38 - 36 * number / top) for i, number in enumerate(known) if number is not None]

    @property
    def line(self) -> str:
        return " ".join(f"{x:.2f},{y:.2f}" for x, y in self.points)

    @property
    def last(self) -> Value:
        return self.told[-1][1]


def trends(quarter: Quarter, *, now: datetime) -> tuple[list[Quarter], list[Trend]]:
    """Figures of the eight quarters up to this one."""
    quarters = [quarter.shifted(n - QUARTERS + 1) for n in range(QUARTERS)]
    found = by_quarters(quarters, now=now)
    return quarters, [Trend(FIGURES[key], [(q, FIGURES[key].value(found[q])) for q in quarters]) for key in TRENDS]


@dataclass(frozen=True)
class Cohort:
    quarter: Quarter
    curve: Curve
    points: str


@dataclass(frozen=True)
class Cohorts:
    """The share won by weeks since the first touch, of several quarters on one scale, the latest first."""

    cohorts: list[Cohort]
    weeks: int
    top: float

    @property
    def rows(self) -> list[tuple[int, list[float | None]]]:
        """Each week that a table names, with the share of each quarter; None beyond what is watched."""
        told = sorted({week.number for one in self.cohorts for week in one.curve.told})
        shares = [{week.number: week.share for week in one.curve.weeks} for one in self.cohorts]
        return [(number, [known.get(number) for known in shares]) for number in told]


def cohorts(quarter: Quarter, *, now: datetime) -> Cohorts | None:
    """The curves of this quarter and of three before it, as far as leads are watched; None where none is won."""
    quarters = [quarter.shifted(-n) for n in range(COHORTS)]
    return on_one_scale([(one, curve(Slice(one), now=now)) for one in quarters])


def on_one_scale(curves: list[tuple[Quarter, Curve]]) -> Cohorts | None:
    """The curves of several quarters drawn together; None where none is won."""
    known = [(one, found) for one, found in curves if found.last]
    weeks = max((len(found.weeks) for _one, found in known), default=0)
    top = max((found.last.share for _one, found in known if found.last), default=0)
    if not top:
        return None
    return Cohorts([Cohort(one, found, found.steps(weeks, top)) for one, found in known], weeks, top)


@dataclass(frozen=True)
class Node:
    """A source or an end: its leads, and where it lies."""

    key: str
    label: str
    count: int
    y: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Flow:
    """Leads by source (rows) and by where they are now (columns), and the ribbons between them."""

    sources: list[Node]
    ends: list[Node]
    counts: list[list[int]]
    ribbons: list[tuple[str, str]]

    @property
    def rows(self) -> list[tuple[Node, list[int]]]:
        return list(zip(self.sources, self.counts, strict=True))


def flow(part: Slice) -> Flow | None:
    """Where the leads of each source went; None where there are no leads. Small sources stand together."""
    rows = LEADS.rows(part).order_by().values_list("source", "stage").annotate(n=Count("pk"))
    ends = {stage: key for key, (_label, stages) in ENDS.items() for stage in stages}
    found: dict[str, dict[str, int]] = {}
    for source, stage, n in rows:
        of = found.setdefault(source, {})
        of[ends[stage]] = of.get(ends[stage], 0) + n
    if not found:
        return None
    ranked = sorted(found, key=lambda source: (-sum(found[source].values()), source))
    named, others = (ranked, []) if len(ranked) <= MOST_SOURCES + 1 else (ranked[:MOST_SOURCES], ranked[MOST_SOURCES:])
    lines = [(source or str(_("not told")), found[source]) for source in named]
    if others:
        label = _("%(n)d other sources") % {"n": len(others)}
        lines.append((label, {key: sum(found[source].get(key, 0) for source in others) for key in ENDS}))
    return drawn(lines)


def drawn(lines: list[tuple[str, dict[str, int]]]) -> Flow:
    """The flow drawn: sources by their labels, with their leads by end."""
    counts = [[of.get(key, 0) for key in ENDS] for _label, of in lines]
    left = _nodes([(str(i), label, sum(row)) for i, ((label, _of), row) in enumerate(zip(lines, counts, strict=True))])
    totals = [sum(column) for column in zip(*counts, strict=True)]
    right = _nodes([(key, str(label), n) for (key, (label, _s)), n in zip(ENDS.items(), totals, strict=True)])
    return Flow(left, right, counts, _ribbons(left, right, counts))


def _nodes(told: list[tuple[str, str, int]]) -> list[Node]:
    """Nodes below each other; all leads are as high as the box without its gaps."""
    scale = (HEIGHT - GAP * (max(len(told), len(ENDS)) - 1)) / (sum(n for *_about, n in told) or 1)
    starts = accumulate((n * scale + GAP for *_about, n in told), initial=0.0)
    return [Node(key, label, n, y, n * scale) for (key, label, n), y in zip(told, starts, strict=False)]


def _ribbons(left: list[Node], right: list[Node], counts: list[list[int]]) -> list[tuple[str, str]]:
    """The end that each ribbon leads to, and its outline."""
    into = [node.y for node in right]
    found = []
    for node, row in zip(left, counts, strict=True):
        out = node.y
        for i, n in enumerate(row):
            if not n:
                continue
            here, there = (one.height * n / one.count for one in (node, right[i]))
            found.append((right[i].key, _outline(out, here, into[i], there)))
            out, into[i] = out + here, into[i] + there
    return found


def _outline(y: float, height: float, to: float, to_height: float) -> str:
    middle = (LEFT + RIGHT) / 2
    return (
        f"M{LEFT} {y:.2f}C{middle} {y:.2f} {middle} {to:.2f} {RIGHT} {to:.2f}V{to + to_height:.2f}"
        f"C{middle} {to + to_height:.2f} {middle} {y + height:.2f} {LEFT} {y + height:.2f}Z"
    )


def charts(quarter: Quarter, *, now: datetime) -> dict[str, Any]:
    """The charts of a quarter."""
    part = Slice(quarter)
    quarters, lines = trends(quarter, now=now)
    return {
        "funnel": funnel(part, now=now), "grades": GRADES, "quarters": quarters, "trends": lines,
        "cohorts": cohorts(quarter, now=now), "flow": flow(part),
    }  # fmt: skip
