"""What the page of a quarter shows: the same figures for the whole, by campaign, source and month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse

from accounts.quarters import Quarter, quarter_of
from campaigns.models import Campaign
from feedback.adjustments import Told, today, told, with_counts
from feedback.models import Adjustment, Reason
from leads.models import Lead
from reviews import agreements, aims, decisions
from reviews.cuts import Measured, cuts
from reviews.cuts import whole as whole_of
from reviews.diagnosis import age_of, yardstick
from reviews.effects import came_of
from reviews.figures import FIGURES, by_campaign, valued
from reviews.grade_check import grade_check
from reviews.models import Decision, Review
from reviews.opening import review_of
from reviews.periods import Period
from reviews.slices import Slice
from reviews.values import Value, Values

REASON_KINDS = {
    Reason.Group.WRONG_TARGET: "target",
    Reason.Group.NO_COMPELLING_NEED: "need",
    Reason.Group.TIMING: "timing",
    Reason.Group.DATA_FAULT: "fault",
    Reason.Group.NO_CONTACT: "contact",
}
# In an address: the leads that have no campaign. No code is a lone dash.
NO_CAMPAIGN = "-"
MOST_QUARTERS = 40
DAY = timedelta(days=1)
MOST_OF_CAMPAIGN = 8
MOST_ADJUSTMENTS = 12
# What the page shows; goals and the agreement measure what they ask.
SHOWN = (
    "leads", "leads_a", "leads_b", "leads_c", "leads_d", "handed_off", "answered_in_time", "pending", "accepted",
    "judged", "accepted_of_judged", "rejected", "nurtured", "opportunities", "won", "conversion", "revenue", "pipeline",
    "cost", "roi", "speed_median_hours", "speed_p90_hours", "contradictions", "won_in_period", "revenue_in_period",
    *(f"reason_{group.value}" for group in REASON_KINDS),
)  # fmt: skip
# The groups that call for a change of marketing's; data faults and silence are kept apart.
SHARED_GROUPS = (Reason.Group.WRONG_TARGET, Reason.Group.NO_COMPELLING_NEED, Reason.Group.TIMING)


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about, its figures, and the query that narrows the lists."""

    about: Any
    values: Values
    narrow: dict[str, str]
    told: decisions.Told | None = None
    # Of a campaign that runs or is planned, the status in words.
    status: str = ""

    @property
    def query(self) -> str:
        return urlencode(self.narrow)


def report(quarter: Quarter, review: Review, *, now: datetime, most_campaigns: int | None) -> dict[str, Any]:
    """The context of the review page. `most_campaigns` bounds that table; None shows all."""
    part = Slice(quarter)
    found = cuts(part, now=now, only={"captured_epoch"}.union(*(FIGURES[key].needs for key in SHOWN)))
    whole = valued(found["whole"].get(None, {}), SHOWN)
    context = campaigns_of(quarter, review, found["campaign"], whole, now=now, most=most_campaigns)
    kept_out = Lead.objects.exclude(kept_out="")
    known = {"known": context.pop("known"), "takes": context.pop("takes")}
    return (
        context
        | agreements.aimed(review, quarter, now=now, **known)
        | {
            "previous": quarter.shifted(-1),
            "next": quarter.shifted(1) if quarter.end <= now else None,
            "is_running": quarter.start <= now < quarter.end,
            "sources": _sources(found["source"]),
            "months": _months(quarter, found["month"]),
            "grades": grades_of(whole),
            "reasons": reasons_of(whole),
            "reasons_before": _reasons_before(quarter.shifted(-1), now),
            "adjustments": _adjustments(quarter, now),
            "earlier": quarter.shifted(-1),
            "came_of": came_of(review_of(quarter.shifted(-1), now=now), quarter.shifted(-1), quarter, now=now),
            "adjusted": _adjustments(quarter.shifted(-1), now),
            "check": grade_check(quarter, now=now),
            "today": today(now),
            "kept_out": kept_out.filter(captured_at__gte=quarter.start, captured_at__lt=quarter.end).count(),
        }
    )


def campaigns_of(
    quarter: Quarter,
    review: Review,
    measured: Mapping[Any, Measured],
    whole: Values,
    *,
    now: datetime,
    most: int | None,
) -> dict[str, Any]:
    """The figures of a quarter as a whole and by campaign, with what is said and decided of each."""
    last = min(today(now), quarter.first_day_after - DAY)
    measured = with_running(measured, quarter, review, now=now)
    found = by_campaign(measured, most, SHOWN)
    by = yardstick(quarter, whole, now=now, agreed=aims.agreed(quarter))
    aged = [(c, values, age_of(measured[c.pk], now)) for c, values in found if c]
    told = decisions.told(review, aged, by)
    lines = [
        Line(
            c, values, {"campaign": c.code if c else NO_CAMPAIGN},
            told.get(c.pk) if c else None, status_words(c.status_on(last)) if c else "",
        )
        for c, values in found
    ]  # fmt: skip
    known: aims.Known = {c.pk: values for c, values in found if c} | {None: whole}
    return {
        "quarter": quarter, "values": whole, "campaigns": lines, "campaigns_hidden": len(measured) - len(lines),
        "known": known, "takes": by.passage,
    }  # fmt: skip


def with_running(
    measured: Mapping[Any, Measured], quarter: Quarter, review: Review, *, now: datetime
) -> dict[Any, Measured]:
    """What was measured of campaigns, with those that run or are planned in the quarter by their dates, and those
    that are decided on: also without leads and costs."""
    days = Campaign.objects.within(quarter.first_day, quarter.first_day_after - DAY, today(now)).order_by()
    decided = Decision.objects.filter(review=review.pk).exclude(kind="").order_by()
    known = days.values_list("pk", flat=True).union(decided.values_list("campaign", flat=True))
    found: dict[Any, Measured] = {pk: {} for pk in known}
    return found | dict(measured)


def status_words(status: str) -> str:
    """Of a campaign that runs or is still to come; nothing of one that is over."""
    shown = (Campaign.Status.PLANNED, Campaign.Status.RUNNING)
    return next((str(one.label) for one in shown if one.value == status), "")


def grades_of(values: Values) -> list[tuple[str, Value, float]]:
    """Letter, figure and share of all leads."""
    total = values["leads"].value or 1
    found = [(letter, values[f"leads_{letter.lower()}"]) for letter in Lead.Grade.values]
    return [(letter, value, float(value.value or 0) / float(total)) for letter, value in found]


def _sources(measured: Mapping[Any, Measured]) -> list[Line]:
    lines = [Line(source, valued(told, SHOWN), {"source": source}) for source, told in measured.items()]
    return sorted(lines, key=lambda line: (-(line.values["leads"].value or 0), line.about))


def _months(quarter: Quarter, measured: Mapping[Any, Measured]) -> list[Line]:
    known = [month for month in quarter.months if month in measured]
    return [Line(month, valued(measured[month], SHOWN), {"month": f"{month:%Y-%m}"}) for month in known]


def reasons_of(values: Values) -> dict[str, Any]:
    """The groups of reasons with their leads, those that marketing can answer apart from the others."""
    parts = [
        {"count": int(values[f"reason_{group.value}"].value or 0), "kind": kind, "label": str(group.label),
         "key": f"reason_{group.value}", "about": f"group:{group.value}", "shared": group in SHARED_GROUPS}
        for group, kind in REASON_KINDS.items()
    ]  # fmt: skip
    shared = [part for part in parts if part["shared"]]
    return {
        "shared": shared,
        "apart": [part for part in parts if not part["shared"]],
        "total": sum(part["count"] for part in shared),
    }


def _reasons_before(earlier: Quarter, now: datetime) -> dict[str, Any]:
    """The same mix of the quarter before."""
    keys = [f"reason_{group.value}" for group in REASON_KINDS]
    return reasons_of(valued(whole_of(Slice(earlier), now=now, only=keys), keys))


def _adjustments(quarter: Quarter, now: datetime) -> list[Told]:
    """The latest that were opened in the quarter, with what came of them."""
    rows = Adjustment.objects.filter(opened_at__gte=quarter.start, opened_at__lt=quarter.end).for_list()
    return told(with_counts(rows.order_by("-opened_at", "-pk")[:MOST_ADJUSTMENTS], now), now)


def known_quarters(now: datetime, campaign: Campaign | None = None) -> list[Quarter]:
    """Every quarter from the first lead to today, the latest first: ten years at most, of a campaign two."""
    most = MOST_OF_CAMPAIGN if campaign else MOST_QUARTERS
    leads = Lead.objects.filter(campaign=campaign) if campaign else Lead.objects.all()
    first = leads.aggregate(first=Min("captured_at"))["first"]
    if campaign and campaign.starts_on:
        start = quarter_of(now).moment(campaign.starts_on)
        first = min(first, start) if first else start
    latest, oldest = quarter_of(now), quarter_of(min(first or now, now))
    quarters = [latest]
    while quarters[-1] > oldest and len(quarters) < most:
        quarters.append(quarters[-1].shifted(-1))
    return quarters


@lru_cache(maxsize=5_000)
def _leads_url(period: str, key: str) -> str:
    """Lists have hundreds of numbers, of a handful of figures."""
    return reverse("reviews:figure", args=[period, key])


def figure_url(period: Quarter | Period, key: str, query: str = "", *, denominator: bool = False) -> str:
    """The address of the leads behind a figure."""
    url = _leads_url(period.key, key)
    asked = "&".join(filter(None, [query, "part=denominator" if denominator else ""]))
    return f"{url}?{asked}" if asked else url
