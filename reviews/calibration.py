"""Grades and criteria held against what sales said: who of the leads handed off was accepted, and won.

Each lead counts once, by its latest handoff with a verdict in the last twelve months, judged by the
rules as it stood when it was handed off. Accepted and won are those of `reviews/measures.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from common.statistics import ENOUGH, wilson
from leads.grading import sums
from leads.models import Criterion, Handoff, Lead, LeadDefinition
from leads.points import LETTER, starts, with_points
from leads.sql import nested
from reviews.measures import MEASURES

LOOKS_BACK = timedelta(days=365)
# The latest so many are enough to know a rate to a point.
MOST = 20_000
GRADES = Lead.Grade.values
ACCEPTED_MORE = __("Grade %(low)s is accepted more often than grade %(high)s.")
WINS_MORE = __("Grade %(low)s wins more often than grade %(high)s.")

JUDGED = f"""
WITH said AS MATERIALIZED ({{{{said}}}}),
points AS MATERIALIZED ({{{{points}}}}),
summed AS (SELECT *, {{fit}} + {{engagement}} AS total FROM points),
judged AS (
    SELECT said.*, summed.*, {LETTER % {"expressions": "total, %(starts)s::integer[]"}} AS new_grade
    FROM summed JOIN said ON said.handoff_id = summed.handoff
)
"""
COUNTED = (
    JUDGED
    + """
SELECT grade, new_grade, count(*), sum(accepted), sum(won) {criteria} FROM judged GROUP BY grade, new_grade
"""
)
LEADS = (
    JUDGED
    + """
SELECT lead_id FROM judged WHERE {which} ORDER BY lead_id
"""
)
KEPT_BACK = "grade IN ('A', 'B') AND new_grade IN ('C', 'D')"
# Of the leads to which criterion {n} gave or took points: all, accepted, won.
BY_CRITERION = """,
       count(*) FILTER (WHERE {n} <> 0),
       coalesce(sum(accepted) FILTER (WHERE {n} <> 0), 0), coalesce(sum(won) FILTER (WHERE {n} <> 0), 0)"""


@dataclass(frozen=True)
class Rate:
    """A rate with its cases and its 95 % Wilson interval, as templates show it; None where there are no cases."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def low(self) -> float:
        return wilson(self.numerator, self.denominator)[0]

    @property
    def high(self) -> float:
        return wilson(self.numerator, self.denominator)[1]

    @property
    def too_few(self) -> bool:
        return self.denominator < ENOUGH


@dataclass(frozen=True)
class Group:
    """Leads that sales judged: how many, how many of them were accepted, and won."""

    cases: int = 0
    accepted: int = 0
    won: int = 0

    def __add__(self, other: "Group") -> "Group":
        return Group(self.cases + other.cases, self.accepted + other.accepted, self.won + other.won)

    def __sub__(self, other: "Group") -> "Group":
        return Group(self.cases - other.cases, self.accepted - other.accepted, self.won - other.won)

    @property
    def acceptance(self) -> Rate:
        return Rate(self.accepted, self.cases)

    @property
    def win_rate(self) -> Rate:
        return Rate(self.won, self.cases)


@dataclass(frozen=True)
class OfCriterion:
    """A criterion, the leads to which it counted, and the others."""

    criterion: Criterion
    counted: Group
    others: Group

    @property
    def too_few(self) -> bool:
        return min(self.counted.cases, self.others.cases) < ENOUGH

    @property
    def lift(self) -> int | None:
        """By how many percentage points acceptance is higher where the criterion counts."""
        rates = self.counted.acceptance.value, self.others.acceptance.value
        return None if None in rates else round(100 * (rates[0] - rates[1]))  # type: ignore[operator]

    @property
    def against(self) -> bool:
        """Whether sales says the opposite of the points, beyond doubt."""
        if self.too_few:
            return False
        counted, others = self.counted.acceptance, self.others.acceptance
        if self.criterion.points > 0:
            return counted.high < others.low
        return counted.low > others.high


@dataclass(frozen=True)
class Part:
    """What a number of the calibration counts: leads by the grade they had (`then`), by the grade that the rules
    give (`rules`), those the rules would have kept back, or those to which a criterion counted or did not; all of
    them, or of them those that were accepted or won."""

    by: str
    grade: str = ""
    criterion: Criterion | None = None
    counted: bool = True
    of: str = ""

    @property
    def condition(self) -> str:
        """The leads among those judged, in SQL."""
        points = f"coalesce({_points(self.criterion)}, 0)" if self.criterion else "0"
        which = {
            "then": "grade = %(grade)s",
            "rules": "new_grade = %(grade)s",
            "kept_back": KEPT_BACK,
            "criterion": f"{points} <> 0" if self.counted else f"{points} = 0",
        }[self.by]
        return {"": which, "accepted": f"{which} AND accepted = 1", "won": f"{which} AND won = 1"}[self.of]

    @property
    def words(self) -> str:
        """Which leads these are, for people."""
        label = self.criterion.label if self.criterion else ""
        which = {
            "then": _("Handed off as grade %(grade)s"),
            "rules": _("Grade %(grade)s by these rules"),
            "kept_back": _("Handed off, and kept with marketing by these rules"),
            "criterion": _("With “%(label)s”") if self.counted else _("Without “%(label)s”"),
        }[self.by] % {"grade": self.grade, "label": label}
        return {"": which, "accepted": _("%(which)s: accepted"), "won": _("%(which)s: won")}[self.of] % {"which": which}


@dataclass(frozen=True)
class Calibration:
    """Rates by the grade at handoff, by the grade that the rules would have given, and by criterion."""

    then: list[tuple[str, Group]]
    by_rules: list[tuple[str, Group]]
    criteria: list[OfCriterion]
    kept_back: Group
    capped: bool

    @property
    def cases(self) -> int:
        return sum(group.cases for _grade, group in self.then)

    @property
    def inversions(self) -> list[str]:
        return inversions(self.by_rules)

    @property
    def inversions_then(self) -> list[str]:
        return inversions(self.then)


def calibration(definition: LeadDefinition, *, now: datetime) -> Calibration:
    """The rules of `definition` held against what sales said in the last twelve months."""
    rules = definition.rules
    rows = _asked(COUNTED, definition, now, criteria="".join(BY_CRITERION.format(n=_points(c)) for c in rules))
    return _told(rules, [(old, new, [Group(*map(int, row[n : n + 3])) for n in range(0, len(row), 3)])
                         for old, new, *row in rows])  # fmt: skip


def leads_behind(definition: LeadDefinition, part: Part, *, now: datetime) -> QuerySet[Lead]:
    """The leads that one number of the calibration counts."""
    rows = _asked(LEADS, definition, now, which=part.condition, grade=part.grade)
    return Lead.objects.filter(pk__any=[pk for (pk,) in rows])


def _asked(statement: str, definition: LeadDefinition, now: datetime, **parts: str) -> list[tuple[Any, ...]]:
    said = _said(now)
    of_leads = Lead.objects.filter(handoffs__in=said.values("pk")).annotate(handoff=F("handoffs"))
    points = with_points(of_leads, definition, F("handoffs__at"))
    sql, params = nested(
        statement.format(**sums(definition), **parts),
        said=said.values("grade", "accepted", "won", "lead_id", handoff_id=F("pk")),
        points=points.values("handoff", *map(_points, definition.rules)),
        starts=starts(definition),
        grade=parts.get("grade", ""),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _points(criterion: Criterion) -> str:
    return f"points_{criterion.position}"


def _said(now: datetime) -> QuerySet[Any]:
    """The latest judged handoff of each lead, with whether it was `accepted`, and the lead `won`."""
    later = Handoff.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"), verdict__isnull=False)
    won = MEASURES["won"]
    ended = won.base.model._default_manager.filter(won.where(now), lead=OuterRef("lead"))
    latest = (
        Handoff.objects.filter(~Exists(later), verdict__isnull=False, lead__kept_out="", at__gte=now - LOOKS_BACK)
        .order_by("-pk")
        .values("pk")[:MOST]
    )
    return Handoff.objects.filter(pk__in=latest).annotate(
        accepted=_one(When(MEASURES["accepted"].where(now), then=Value(1))),
        won=_one(When(Exists(ended), then=Value(1))),
    )


def _one(when: When) -> Case:
    return Case(when, default=Value(0), output_field=IntegerField())


def _told(rules: list[Criterion], rows: list[tuple[str, str, list[Group]]]) -> Calibration:
    whole = _sum(groups[0] for _old, _new, groups in rows)
    counted = [_sum(groups[n] for _old, _new, groups in rows) for n in range(1, len(rules) + 1)]
    return Calibration(
        then=[(g, _sum(groups[0] for old, _new, groups in rows if old == g)) for g in GRADES],
        by_rules=[(g, _sum(groups[0] for _old, new, groups in rows if new == g)) for g in GRADES],
        criteria=[OfCriterion(c, group, whole - group) for c, group in zip(rules, counted, strict=True)],
        kept_back=_sum(groups[0] for old, new, groups in rows if old in "AB" and new in "CD"),
        capped=whole.cases >= MOST,
    )


def _sum(groups: Iterable[Group]) -> Group:
    return sum(groups, Group())


def inversions(rates: list[tuple[str, Group]]) -> list[str]:
    """A sentence for each grade that does worse than a lower one, beyond doubt."""
    known = [(grade, group) for grade, group in rates if group.cases >= ENOUGH]
    return [
        *inverted([(grade, group.acceptance) for grade, group in known], ACCEPTED_MORE),
        *inverted([(grade, group.win_rate) for grade, group in known], WINS_MORE),
    ]


def inverted(rated: list[tuple[str, Any]], words: str | Promise) -> list[str]:
    """The sentence for each pair of which the lower grade's interval lies wholly above the higher one's. `rated` are
    grades, the best first, with rates that have cases enough."""
    return [
        str(words) % {"low": low, "high": high}
        for n, (high, better) in enumerate(rated)
        for low, worse in rated[n + 1 :]
        if worse.low > better.high
    ]
