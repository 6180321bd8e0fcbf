"""The joint review of a quarter, and the leads that each of its numbers opens."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from accounts.quarters import Quarter, quarter_named, quarter_of
from accounts.requests import Request
from campaigns.models import Campaign
from common.errors import DomainError
from common.paging import capped_count, page_by_moment
from leads.columns import COLUMNS, USUAL, rows
from leads.models import Lead, LeadDefinition
from reviews import calibration as calibrating
from reviews import figures, initiatives
from reviews.access import may_review
from reviews.claiming import by_kind, claims_of
from reviews.exporting import TABLES
from reviews.frozen import snapshot_of
from reviews.kept_pages import kept_page
from reviews.models import Review, Snapshot
from reviews.opening import review_of
from reviews.periods import Period, period_named
from reviews.plans import agreed as agreed_plan
from reviews.plans import section
from reviews.report import NO_CAMPAIGN, known_quarters, report
from reviews.signatures import signing_context
from reviews.slices import Slice
from reviews.target_accounts import target_accounts

ROWS_SHOWN = 30
# What was begun before the page was read and written after it is shown all the same; twice does no harm.
LATE = timedelta(seconds=15)


def review_list(request: Request) -> HttpResponse:
    """Every quarter since the first lead, the running one first."""
    quarters = known_quarters(timezone.now())
    reviews = {review.quarter: review for review in Review.objects.visible_to(request.user)}
    return render(request, "reviews/list.html", {"quarters": [(q, reviews.get(q.key)) for q in quarters]})


def review(request: Request, key: str) -> HttpResponse:
    """The figures of a quarter on one page; `?all=campaigns` shows every campaign."""
    quarter = _quarter(key)
    every = request.GET.get("all") == "campaigns"
    now = timezone.now()
    kept, most = review_of(quarter, now=now), None if every else ROWS_SHOWN
    snapshot = snapshot_of(kept)
    if snapshot:
        context: dict[str, Any] = {
            "quarter": quarter, "previous": quarter.shifted(-1), "next": quarter.shifted(1), "is_running": False,
            "kept": kept_page(request, snapshot, kept, most_campaigns=most),
        }  # fmt: skip
    else:
        context = report(quarter, kept, now=now, most_campaigns=most)
        context |= section(kept, quarter, now=now) | {"agreed_plan": agreed_plan(quarter, now=now)}
        context |= {"accounts": target_accounts(quarter, request.user), "claims": by_kind(claims_of(kept.pk))}
        context |= {"initiatives": initiatives.told(kept)}
    signing = signing_context(request.user, quarter, kept, snapshot, now)
    return render(
        request, "reviews/review.html", context | holding(request, kept, snapshot) | signing | {"export_tables": TABLES}
    )


def holding(request: Request, review: Review, snapshot: Snapshot | None = None) -> dict[str, Any]:
    """Who writes into a review, and where its page asks for what others wrote; nobody and nowhere once it is frozen."""
    since = (timezone.now() - LATE).astimezone(UTC)
    news = f"{reverse('reviews:decisions', args=[review.quarter])}?since={since:%Y-%m-%dT%H:%M:%SZ}"
    closed = review.is_signed or snapshot is not None
    return {"review": review, "may_review": may_review(request.user) and not closed, "news_url": "" if closed else news}


def figure_leads(request: Request, period: Period, figure_key: str) -> HttpResponse:
    """The leads that a figure counts now; those the person may see, and how many there are in all."""
    part = _slice(request, period)
    figure = _known(figures.get, figure_key)
    denominator = request.GET.get("part") == "denominator"
    leads = figures.leads_behind(figure, part, now=timezone.now(), denominator=denominator)
    team = Team.objects.filter(pk=part.team).first() if part.team else None
    context = _listed(request, leads) | {"figure": figure, "slice": part, "denominator": denominator, "team": team}
    return render(request, "reviews/figure_leads.html", context)


def current(request: Request) -> HttpResponse:
    return redirect("reviews:review", key=quarter_of(timezone.now()).key)


def calibration(request: Request, version: int) -> HttpResponse:
    """A version of the lead definition held against what sales said: a fragment of its page."""
    definition = get_object_or_404(LeadDefinition.objects.prefetch_related("criteria"), version=version)
    found = calibrating.calibration(definition, now=timezone.now())
    context = {"definition": definition, "calibration": found, "title": _("Held against what sales said")}
    return fragment(request, "reviews/_calibration.html", context)


def calibration_leads(request: Request, version: int) -> HttpResponse:
    """The leads that a number of the calibration counts; those the person may see."""
    definition = get_object_or_404(LeadDefinition.objects.prefetch_related("criteria"), version=version)
    part = _part(request, definition)
    leads = calibrating.leads_behind(definition, part, now=timezone.now())
    whole = replace(part, of="")
    asked = request.GET.copy()
    asked.pop("of", None)
    asked.pop("after", None)
    context = _listed(request, leads) | {
        "definition": definition, "part": part, "whole": whole if part.of else None, "whole_query": asked.urlencode(),
    }  # fmt: skip
    return render(request, "reviews/calibration_leads.html", context)


def _part(request: Request, definition: LeadDefinition) -> calibrating.Part:
    """The part of the calibration that the address names."""
    asked = request.GET
    by, grade, of = asked.get("by", ""), asked.get("grade", ""), asked.get("of", "")
    criterion = next((c for c in definition.rules if str(c.position) == asked.get("criterion")), None)
    known = {
        "then": grade in calibrating.GRADES, "rules": grade in calibrating.GRADES, "kept_back": True,
        "criterion": criterion is not None,
    }  # fmt: skip
    if not known.get(by) or of not in ("", "accepted", "won"):
        raise Http404
    return calibrating.Part(by, grade, criterion, asked.get("counted") != "no", of)


def _listed(request: Request, leads: QuerySet[Lead]) -> dict[str, Any]:
    """A page of those of `leads` that the person may see, and how many there are."""
    seen = leads.visible_to(request.user)  # type: ignore[attr-defined]
    count, capped = capped_count(seen)
    page = page_by_moment(seen.for_list(), "captured_at", request.GET.get("after", ""))
    return {
        "columns": [COLUMNS[key] for key in USUAL], "rows": rows(page.rows, USUAL), "page": page,
        "count": count, "count_is_capped": capped,
        "hidden": 0 if request.user.sees_everything else leads.count() - count,
    }  # fmt: skip


def fragment(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """The fragment alone for htmx, within a page otherwise."""
    page = template if request.htmx else "reviews/fragment.html"
    return render(request, page, context | {"fragment": template})


def _quarter(key: str) -> Quarter:
    return _known(quarter_named, key)


def _period(key: str) -> Period:
    found: Period = _known(period_named, key)
    return found


def _known(find: Any, key: str) -> Any:
    try:
        return find(key)
    except DomainError as error:
        raise Http404(error.message) from error


def _slice(request: Request, period: Period) -> Slice:
    """The part of the period that the address names: by campaign, source and month, by programme with the campaigns
    under it, or by channel, with all its campaigns `but` one."""
    asked = request.GET
    if asked.get("programme"):
        programme = get_object_or_404(Campaign, code=asked["programme"])
        return Slice(period, campaigns=frozenset(programme.family()))
    if asked.get("channel"):
        others = Campaign.objects.filter(channel=asked["channel"]).exclude(code=asked.get("but", ""))
        return Slice(period, campaigns=frozenset(others.values_list("pk", flat=True)))
    code = asked.get("campaign", "")
    campaign = get_object_or_404(Campaign, code=code) if code and code != NO_CAMPAIGN else None
    try:
        month = date.fromisoformat(f"{asked['month']}-01") if asked.get("month") else None
    except ValueError as error:
        raise Http404 from error
    quarter = period.first if period.first == period.last else None
    if month is not None and (quarter is None or month not in quarter.months):
        raise Http404
    source, nowhere = asked.get("source"), code == NO_CAMPAIGN
    team = asked.get("team", "")
    return Slice(
        period, campaign=campaign, without_campaign=nowhere, source=source, month=month, graded=asked.get("graded"),
        team=int(team) if team.isdecimal() and len(team) < 10 else None,
    )  # fmt: skip
