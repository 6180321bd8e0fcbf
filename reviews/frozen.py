"""A frozen quarter read again: the same page, figures and lists as a live one, from the snapshot alone."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.quarters import Quarter, quarter_named
from campaigns.models import Campaign
from leads.models import Lead, Merge
from leads.models.lead import LeadQuerySet
from reviews.claiming import by_kind
from reviews.decisions import Told
from reviews.diagnosis import Diagnosis, Finding
from reviews.effects import CameOf, Effect
from reviews.figures import Figure, Unit, Value, Values
from reviews.frozen_aims import frozen_aims
from reviews.grade_check import Check
from reviews.models import Claim, Decision, FrozenLead, Overrule, Restatement, Review, Snapshot
from reviews.report import NO_CAMPAIGN, Line, grades_of, reasons_of

Plain = dict[str, Any]
Parts = Mapping[str, list[Any]]
SHOWN = (
    "calendar", "words", "whole", "sources", "months", "decisions", "adjustments", "aims", "came_of",
    "grade_check", "plan", "minutes",
)  # fmt: skip
# Amounts are kept as texts.
MONEY = (Unit.MONEY, Unit.TIMES)


@dataclass(frozen=True)
class Narrow:
    """The part of a frozen quarter that a number stands for: a campaign's code ("" for none), source, month, grade."""

    campaign: str | None = None
    source: str | None = None
    month: date | None = None
    graded: str | None = None

    @property
    def rows(self) -> Q:
        asked = {"campaign": self.campaign, "source": self.source, "month": self.month}
        return Q(**{name: value for name, value in asked.items() if value is not None})


def snapshot_of(review: Review) -> Snapshot | None:
    """The frozen picture of a review; None while its figures are live."""
    return Snapshot.objects.filter(review=review).first() if review.pk else None


def frozen_quarter(calendar: Plain) -> Quarter:
    """The quarter with the borders that it had, whatever the company's calendar says now."""
    named = quarter_named(calendar["quarter"])
    return Quarter(named.year, named.number, calendar["fiscal_year_start"], ZoneInfo(calendar["time_zone"]))


def parts_of(snapshot: Snapshot, keys: Collection[str], *, most_campaigns: int | None = None) -> Parts:
    """Some parts, each as the list of its pieces; of the campaigns the first so many."""
    asked = Q(part__in=keys)
    if most_campaigns is not None:
        asked &= ~Q(part="campaigns") | Q(position__lt=most_campaigns)
    found: dict[str, list[Any]] = {key: [] for key in keys}
    for part, text in snapshot.pieces.filter(asked).order_by("part", "position").values_list("part", "text"):
        found[part].append(json.loads(text))
    return found


def frozen_report(snapshot: Snapshot, *, most_campaigns: int | None) -> dict[str, Any]:
    """The context of the review page, as `report` makes it of a live quarter."""
    parts = parts_of(snapshot, (*SHOWN, "campaigns"), most_campaigns=most_campaigns)
    quarter, words = frozen_quarter(parts["calendar"][0]), words_of(parts["words"])
    restated = list(Restatement.objects.filter(review=snapshot.review_id))
    later: dict[str, dict[str, Plain]] = {}
    for one in restated:
        later.setdefault(one.campaign, {})[one.figure] = one.now
    whole = values_of(parts["whole"][0]["figures"], words, later.get(""))
    decisions = {said["campaign"]: said for said in parts["decisions"]}
    campaigns = [_campaign_line(said, decisions, words, later) for said in parts["campaigns"]]
    every = snapshot.pieces.filter(part="campaigns").count()
    aims = frozen_aims(parts["aims"][0], lambda key, told: _value(words[key], told))
    return aims | {
        "quarter": quarter,
        "previous": quarter.shifted(-1),
        "next": quarter.shifted(1),
        "is_running": False,
        "currency": parts["calendar"][0]["currency"],
        "values": whole,
        "campaigns": campaigns,
        "campaigns_hidden": every - len(campaigns),
        "sources": [_line(said, said["source"], {"source": said["source"]}, words) for said in parts["sources"]],
        "months": [_month_line(said, words) for said in parts["months"]],
        "grades": grades_of(whole),
        "reasons": reasons_of(whole),
        "reasons_before": reasons_of(values_of(parts["whole"][0]["reasons_before"], words)),
        "earlier": quarter.shifted(-1),
        "came_of": [_came_of(said, words) for said in parts["came_of"]],
        "check": _check(parts["grade_check"][0], words),
        "plan_lines": [said | {"budget": Decimal(said["budget"])} for said in parts["plan"]],
        "frozen_adjustments": [said | {"due_on": date.fromisoformat(said["due_on"])} for said in parts["adjustments"]],
        "claims": by_kind(Claim(**said | {"by": _person(said["by"])}) for said in parts["minutes"]),
        "restated": [_restated(one, words) for one in restated],
        "kept_out": parts["whole"][0]["kept_out"],
    }


def words_of(pieces: Iterable[Plain]) -> dict[str, Figure]:
    """The figures as they were defined when the quarter was frozen."""
    return {said["key"]: Figure(**{**said, "unit": Unit(said["unit"])}) for said in pieces}


def values_of(figures: Plain, words: Mapping[str, Figure], later: Mapping[str, Plain] | None = None) -> Values:
    """The frozen numbers as values of these figures, with the `later` ones beside those that differ by now."""
    found = {key: _value(words[key], told) for key, told in figures.items()}
    for key, told in (later or {}).items():
        found[key] = replace(found[key], later=replace(_value(words[key], told), frozen=False))
    return found


def _value(figure: Figure, told: Plain) -> Value:
    if figure.unit in MONEY:
        told = {key: Decimal(one) if isinstance(one, str) else one for key, one in told.items()}
    return Value(figure, **told, frozen=True)


def _restated(one: Restatement, words: Mapping[str, Figure]) -> Plain:
    """A line of the list of restatements."""
    figure = words[one.figure]
    query = urlencode({"campaign": one.campaign}) if one.campaign else ""
    return {
        "figure": figure, "campaign": one.campaign, "query": query,
        "frozen": _value(figure, one.frozen), "now": replace(_value(figure, one.now), frozen=False), "since": one.since,
    }  # fmt: skip


def _line(said: Plain, about: Any, narrow: dict[str, str], words: Mapping[str, Figure]) -> Line:
    return Line(about, values_of(said["figures"], words), narrow)


def _month_line(said: Plain, words: Mapping[str, Figure]) -> Line:
    month = date.fromisoformat(said["month"])
    return _line(said, month, {"month": f"{month:%Y-%m}"}, words)


def _campaign_line(
    said: Plain, decisions: Mapping[str, Plain], words: Mapping[str, Figure], later: Mapping[str, Mapping[str, Plain]]
) -> Line:
    values = values_of(said["figures"], words, later.get(said["code"]) if said["code"] else None)
    if not said["code"]:
        return Line(None, values, {"campaign": NO_CAMPAIGN})
    campaign = Campaign(
        code=said["code"], name=said["name"], channel=said["channel"], owner=_person(said["owner"]),
        sales_partner=_person(said["sales_partner"]),
    )  # fmt: skip
    told = Told(campaign, _decision(decisions.get(said["code"])), *_seen(said["diagnosis"]))
    return Line(campaign, values, {"campaign": campaign.code}, told)


def _decision(said: Plain | None) -> Decision | None:
    if said is None:
        return None
    hoped = None if said["hoped"] is None else Decimal(said["hoped"])
    return Decision(
        kind=said["kind"], rationale=said["rationale"], owner=_person(said["owner"], said["owner_side"]),
        figure=said["figure"], hoped=hoped, by=_person(said["by"]), at=datetime.fromisoformat(said["at"]),
    )  # fmt: skip


def _seen(said: Plain | None) -> tuple[Overrule | None, Diagnosis | None]:
    """What people said, and what the rules proposed."""
    if said is None:
        return None, None
    because = tuple((key, against) for key, against in said["because"])
    found = Diagnosis(Finding(said["finding"]), because, said["matures"], said["age_days"], said["passage_days"])
    other = said["overruled"]
    if other is None:
        return None, found
    return Overrule(diagnosis=other["diagnosis"], note=other["note"], by=_person(other["by"])), found


def _came_of(said: Plain, words: Mapping[str, Figure]) -> CameOf:
    decision = _decision(said["decision"])
    campaign = Campaign(code=said["decision"]["campaign"], name=said["decision"]["name"])
    before, now = (values_of(said[name], words) for name in ("before", "now"))
    interval = said["interval"]
    return CameOf(Told(campaign, decision), before, now, Effect(said["effect"]), tuple(interval) if interval else None)


def _check(said: Plain, words: Mapping[str, Figure]) -> Check:
    lines = [(line["grade"], values_of(line["figures"], words)) for line in said["lines"]]
    return Check(lines, said["inverted"], said["too_few_wins"])


def _person(name: str, side: str = "") -> User | None:
    """Somebody as they were called then."""
    return User(name=name, side=side) if name else None


# --- the leads behind a number ----------------------------------------------------------------------


def frozen_leads(snapshot: Snapshot, figure: Figure, narrow: Narrow, *, denominator: bool = False) -> LeadQuerySet:
    """The leads that a frozen number counts, as they are today: whoever was erased is there without a name, and
    instead of a lead that was merged stands the one that was kept."""
    rows = _rows(snapshot, figure, narrow, denominator).values("lead")
    merged = Merge.objects.filter(undone_at=None, dropped__in=rows).values("kept")
    return Lead.objects.filter(pk__in=rows.union(merged))


def frozen_count(snapshot: Snapshot, figure: Figure, narrow: Narrow, *, denominator: bool = False) -> int:
    """How many leads a frozen number counts."""
    rows = _rows(snapshot, figure, narrow, denominator).order_by()
    return int(rows.aggregate(n=Count("lead", distinct=True))["n"])


def _rows(snapshot: Snapshot, figure: Figure, narrow: Narrow, denominator: bool) -> QuerySet[FrozenLead]:
    measure = figure.denominator if denominator else figure.opens
    rows = FrozenLead.objects.filter(narrow.rows, snapshot=snapshot)
    key = f"{measure}:{narrow.graded}" if narrow.graded else measure
    return rows.filter(counts__contains=[key]) if measure else rows.none()
