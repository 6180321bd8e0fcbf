"""A frozen quarter read again: the same page, figures and lists as a live one, from the snapshot alone."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
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
from reviews.frozen_accounts import frozen_accounts, frozen_initiatives
from reviews.frozen_aims import frozen_aims
from reviews.frozen_answers import ANSWERS, frozen_answers
from reviews.frozen_charts import CHARTS, frozen_charts
from reviews.frozen_later import beside_numbers, listed
from reviews.frozen_plans import frozen_adjustments, frozen_agreed, frozen_plan
from reviews.frozen_values import value_of, values_of, words_of
from reviews.grade_check import Check
from reviews.models import Claim, Decision, FrozenLead, Overrule, Restatement, Review, Snapshot
from reviews.report import NO_CAMPAIGN, Line, grades_of, reasons_of
from reviews.target_accounts import MOST
from reviews.values import Figure

Plain = dict[str, Any]
Parts = Mapping[str, list[Any]]
SHOWN = (
    "calendar", "words", "whole", "sources", "months", "decisions", "adjustments", "adjusted", "aims", "came_of",
    "grade_check", "plan", "plan_together", "agreed_plan", "minutes", "initiatives", "accounts_together",
    "teams",
)  # fmt: skip
# Parts that older snapshots go without.
ADDED = {"adjusted", "agreed_plan", "initiatives", "accounts", "teams", "funnel", "deals", "plan_together"}


@dataclass(frozen=True)
class Narrow:
    """The part of a frozen quarter that a number stands for: a campaign's code ("" for none), source, month; of
    handoffs also the grade or the team."""

    campaign: str | None = None
    source: str | None = None
    month: date | None = None
    graded: str | None = None
    team: int | None = None

    @property
    def of_handoffs(self) -> str:
        """What stands after a measure that is kept for each grade, or for each team."""
        return f":{self.graded}" if self.graded else f":team-{self.team}" if self.team else ""

    @property
    def rows(self) -> Q:
        asked = {"campaign": self.campaign, "source": self.source, "month": self.month}
        return Q(**{name: value for name, value in asked.items() if value is not None})


def snapshot_of(review: Review) -> Snapshot | None:
    """The frozen picture of a review; None while its figures are live."""
    return Snapshot.objects.filter(review=review).first() if review.pk else None


def snapshot_named(key: str) -> Snapshot | None:
    """The frozen picture of the quarter `key`; None while its figures are live."""
    return Snapshot.objects.filter(review__quarter=key).first()


def frozen_quarter(calendar: Plain) -> Quarter:
    """The quarter with the borders that it had, whatever the company's calendar says now."""
    named = quarter_named(calendar["quarter"])
    return Quarter(named.year, named.number, calendar["fiscal_year_start"], ZoneInfo(calendar["time_zone"]))


def parts_of(snapshot: Snapshot, keys: Collection[str], *, most: Mapping[str, int | None] | None = None) -> Parts:
    """Some parts, each as the list of its pieces; of those in `most` the first so many."""
    asked = Q(part__in=keys)
    for part, n in (most or {}).items():
        asked &= Q() if n is None else ~Q(part=part) | Q(position__lt=n)
    found: dict[str, list[Any]] = {key: [] for key in keys}
    for part, text in snapshot.pieces.filter(asked).order_by("part", "position").values_list("part", "text"):
        found[part].append(json.loads(text))
    return found


def frozen_report(snapshot: Snapshot, user: User, *, most_campaigns: int | None) -> dict[str, Any]:
    """The context of the review page for `user`, as `report` makes it of a live quarter."""
    most = {"campaigns": most_campaigns, "accounts": MOST if user.sees_everything else None}
    parts = parts_of(snapshot, (*SHOWN, "campaigns", "accounts"), most=most)
    quarter, words = frozen_quarter(parts["calendar"][0]), words_of(parts["words"])
    restated = list(Restatement.objects.filter(review=snapshot.review_id))
    later = beside_numbers(restated)
    whole = values_of(parts["whole"][0]["figures"], words, later.get(""))
    decisions = {said["campaign"]: said for said in parts["decisions"]}
    campaigns = [_campaign_line(said, decisions, words, later) for said in parts["campaigns"]]
    every = snapshot.pieces.filter(part="campaigns").count()
    aims = frozen_aims(parts["aims"][0], lambda key, told: value_of(words[key], told))
    return aims | frozen_plan(parts["plan"], next(iter(parts["plan_together"]), None)) | {
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
        "agreed_plan": frozen_agreed(parts["agreed_plan"], quarter),
        "adjustments": frozen_adjustments(parts["adjustments"]),
        "adjusted": frozen_adjustments(parts["adjusted"]),
        "today": datetime.fromisoformat(parts["calendar"][0]["as_of"]).astimezone(quarter.zone).date(),
        "initiatives": frozen_initiatives(parts["initiatives"]),
        "accounts": frozen_accounts(parts["accounts"], parts["accounts_together"], user),
        "left_out": left_out(parts["calendar"][0]),
        "claims": by_kind(Claim(**said | {"by": _person(said["by"])}) for said in parts["minutes"]),
        "restated": listed(restated, words, parts["teams"]),
        "kept_out": parts["whole"][0]["kept_out"],
    }  # fmt: skip


def frozen_follow_up(snapshot: Snapshot) -> dict[str, Any] | None:
    """The context of follow-up, both ways; None where it was not kept."""
    parts = parts_of(snapshot, ("calendar", "words", "whole", *ANSWERS))
    if "teams" in left_out(parts["calendar"][0]):
        return None
    words, quarter = words_of(parts["words"]), frozen_quarter(parts["calendar"][0])
    whole = values_of(parts["whole"][0]["figures"], words)
    return frozen_answers(parts, quarter, whole, lambda figures: values_of(figures, words))


def frozen_drawings(snapshot: Snapshot) -> dict[str, Any] | None:
    """The context of the charts; None where they were not kept."""
    parts = parts_of(snapshot, ("calendar", "words", *CHARTS))
    if "funnel" in left_out(parts["calendar"][0]):
        return None
    words = words_of(parts["words"])
    quarter = frozen_quarter(parts["calendar"][0])
    return frozen_charts(parts, quarter, words, lambda key, told: value_of(words[key], told))


def left_out(calendar: Plain) -> set[str]:
    """The parts that a snapshot goes without, because they were not kept yet when it was made."""
    return ADDED - set(calendar.get("parts", ()))


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
    return Line(campaign, values, {"campaign": campaign.code}, told, said.get("status", ""))


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
    return rows.filter(counts__contains=[f"{measure}{narrow.of_handoffs}"]) if measure else rows.none()
