"""The leads behind a number of a quarter that was frozen."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.quarters import Quarter
from accounts.requests import Request
from reviews import views
from reviews.frozen import Narrow, frozen_count, frozen_leads, frozen_quarter, parts_of
from reviews.frozen_values import words_of
from reviews.models import Snapshot
from reviews.periods import Period, is_over
from reviews.report import NO_CAMPAIGN
from reviews.slices import Slice


def figure_leads(request: Request, key: str, figure_key: str) -> HttpResponse:
    """The leads that a figure counts: of a quarter that was frozen those that were counted then, else, and with
    `?as_of=now`, those that count now."""
    period = views._period(key)
    snapshot = Snapshot.objects.filter(review__quarter=key).first() if is_over(period) else None
    if snapshot is None or request.GET.get("as_of") == "now":
        return views.figure_leads(request, period, figure_key)
    return _frozen(request, period, snapshot, figure_key)


def _frozen(request: Request, period: Period, snapshot: Snapshot, figure_key: str) -> HttpResponse:
    parts = parts_of(snapshot, ["words", "calendar", "teams"])
    figure, quarter = words_of(parts["words"]).get(figure_key), frozen_quarter(parts["calendar"][0])
    if figure is None:
        raise Http404
    narrow = narrowed(request.GET, quarter)
    denominator = request.GET.get("part") == "denominator"
    context = views._listed(request, frozen_leads(snapshot, figure, narrow, denominator=denominator)) | {
        "figure": figure, "denominator": denominator, "snapshot": snapshot, "campaign_code": narrow.campaign,
        "frozen_count": frozen_count(snapshot, figure, narrow, denominator=denominator),
        "slice": replace(Slice(period), source=narrow.source, month=narrow.month, graded=narrow.graded),
        "team": next((said["name"] for said in parts["teams"] if narrow.team and said["team"] == narrow.team), None),
    }  # fmt: skip
    return render(request, "reviews/figure_leads.html", context)


def narrowed(asked: Any, quarter: Quarter) -> Narrow:
    """The part of the frozen quarter that an address names, by the codes that campaigns had. Raises Http404."""
    code, month = asked.get("campaign"), asked.get("month")
    known = {f"{first:%Y-%m}": first for first in quarter.months}
    if month and month not in known:
        raise Http404
    found: date | None = known.get(month) if month else None
    team = asked.get("team", "")
    return Narrow(
        None if not code else "" if code == NO_CAMPAIGN else code, asked.get("source"), found, asked.get("graded"),
        int(team) if team.isdecimal() and len(team) < 10 else None,
    )  # fmt: skip
