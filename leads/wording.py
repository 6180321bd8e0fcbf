"""Grades and criteria in words, for pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.ui import moment_words
from leads.facts import fact_words
from leads.models import Criterion, LeadDefinition, Touch


@dataclass(frozen=True)
class Points:
    """One line of "why this grade": what counted, on what ground, and the share of its longest bar."""

    label: str
    ground: str
    points: int
    share: float


@dataclass(frozen=True)
class Half:
    """Fit or engagement: its points and the lines that make them; `unknown` neither adds nor takes."""

    label: str | Promise
    points: int
    lines: list[Points]
    unknown: list[str]


def halves(explanation: dict[str, Any]) -> list[Half]:
    """An explanation of `explaining.explain` as the two halves that a page shows."""
    contributions = explanation["contributions"]
    longest = max((abs(c["points"]) for c in contributions), default=1)
    return [
        Half(
            half.label,
            explanation[half.value],
            [
                Points(c["criterion"], _ground(c), c["points"], max(c["points"], 0) / longest)
                for c in contributions
                if c["kind"] == half
            ],
            explanation["unknown"] if half == Criterion.Half.FIT else [],
        )
        for half in Criterion.Half
    ]


def _ground(contribution: dict[str, Any]) -> str:
    value = contribution["value"]
    if isinstance(value, datetime):
        return _dated(value, contribution)
    if contribution["kind"] == Criterion.Half.ENGAGEMENT:
        return ngettext("%(n)d touch", "%(n)d touches", value) % {"n": value}
    if isinstance(value, int):
        return ngettext("%(n)d employee", "%(n)d employees", value) % {"n": value}
    return str(value)[:1].upper() + str(value)[1:]


def _dated(at: datetime, contribution: dict[str, Any]) -> str:
    if contribution["points"] == contribution["full_points"]:
        return moment_words(at)
    return _("%(day)s, %(points)d at first") % {"day": moment_words(at), "points": contribution["full_points"]}


def threshold_words(explanation: dict[str, Any]) -> str:
    """Where the grade starts, and what the next better one asks."""
    starts, grade = explanation["thresholds"], explanation["by_points"]
    better = {"B": "A", "C": "B", "D": "C"}.get(grade)
    told = [g for g in (grade, better) if g in starts]
    return " ".join(_("%(grade)s starts at %(points)d.") % {"grade": g, "points": starts[g]} for g in told)


@dataclass(frozen=True)
class Rule:
    """One criterion of a definition in words; `was` are its points in the version compared with."""

    label: str
    words: str
    points: int
    share: float
    changed: bool = False
    was: int | None = None


def rules(definition: LeadDefinition, before: LeadDefinition | None = None) -> list[tuple[str, list[Rule]]]:
    """The criteria of a definition by half, each in words, and what changed against `before`."""
    criteria = definition.rules
    longest = max((abs(c.points) for c in criteria), default=1) or 1
    old = {c.label: c for c in before.rules} if before else {c.label: c for c in criteria}
    return [
        (half.value, [_rule(c, longest, old.get(c.label)) for c in criteria if c.half == half])
        for half in Criterion.Half
    ]


def _rule(criterion: Criterion, longest: int, old: Criterion | None) -> Rule:
    words, share = criterion_words(criterion), max(criterion.points, 0) / longest
    changed = old is None or old.points != criterion.points or criterion_words(old) != words
    was = old.points if old and old.points != criterion.points else None
    return Rule(criterion.label, words, criterion.points, share, changed, was)


def criterion_words(criterion: Criterion) -> str:
    """What a criterion asks, e.g. "job title contains: director*"."""
    value, fact = criterion.value, fact_words(criterion.fact) if criterion.half == Criterion.Half.FIT else ""
    match criterion.test:
        case Criterion.Test.ONE_OF:
            return _("%(fact)s is one of: %(values)s") % {"fact": fact, "values": ", ".join(map(str, value))}
        case Criterion.Test.CONTAINS:
            return _("%(fact)s contains: %(values)s") % {"fact": fact, "values": ", ".join(map(str, value))}
        case Criterion.Test.BETWEEN:
            return _between(fact, *value)
        case Criterion.Test.KNOWN:
            return _("%(fact)s is known") % {"fact": fact}
        case Criterion.Test.TOUCH_COUNT:
            return ngettext("at least %(n)d touch", "at least %(n)d touches", value) % {"n": value}
    kinds = [str(Touch.Kind(kind).label) if kind in Touch.Kind.values else str(kind) for kind in value]
    return _("touch: %(kinds)s") % {"kinds": ", ".join(kinds)}


def _between(fact: str, low: int | None, high: int | None) -> str:
    if high is None:
        return _("%(fact)s: %(low)d or more") % {"fact": fact, "low": low or 0}
    if low is None:
        return _("%(fact)s: %(high)d or fewer") % {"fact": fact, "high": high}
    return _("%(fact)s: %(low)d to %(high)d") % {"fact": fact, "low": low, "high": high}


def scale(definition: LeadDefinition) -> dict[str, Any]:
    """Where the thresholds stand on a line 600 wide that ends beyond A."""
    end = max(100, definition.from_a + 20)
    starts = [("D", 0), ("C", definition.from_c), ("B", definition.from_b), ("A", definition.from_a), ("", end)]
    at = [600 * max(points, 0) / end for _grade, points in starts]
    return {
        "end": end,
        "parts": [
            {"grade": grade, "from": points, "x": at[n], "width": at[n + 1] - at[n], "middle": (at[n] + at[n + 1]) / 2}
            for n, (grade, points) in enumerate(starts[:-1])
        ],
    }
