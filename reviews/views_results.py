"""What came of one campaign: parts of its page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts import company
from accounts.requests import Request
from campaigns.models import Campaign
from reviews.course import beside, curve
from reviews.figures import valued
from reviews.measures import measure
from reviews.periods import ALL, Period
from reviews.programmes import programme
from reviews.results import by_quarter
from reviews.slices import Slice
from reviews.views import fragment

ALL_TIME = Period(ALL)
WINS = ("won", "days_to_win")


def campaign_results(request: Request, code: str) -> HttpResponse:
    """Quarter by quarter, and all time; of a programme also by campaign."""
    campaign, now = _campaign(request, code), timezone.now()
    quarters = by_quarter(campaign, now=now)
    context: dict[str, Any] = {
        "rows": [(quarter, valued(measures)) for quarter, measures in quarters.items() if quarter],
        "whole": valued(quarters[None]), "all_time": ALL_TIME, "query": urlencode({"campaign": campaign.code}),
        "programme": programme(campaign, now=now), "title": campaign.name, "currency": company.current().currency,
    }  # fmt: skip
    return fragment(request, "reviews/_campaign_results.html", context)


def campaign_course(request: Request, code: str) -> HttpResponse:
    """The share won by weeks, of a programme with all its campaigns; the latest quarter with leads beside others."""
    campaign, now = _campaign(request, code), timezone.now()
    family = campaign.family()
    quarters = by_quarter(campaign, now=now)
    latest = next((quarter for quarter, told in quarters.items() if quarter and told.get("leads")), None)
    query = {"programme" if len(family) > 1 else "campaign": campaign.code}
    part = Slice(ALL_TIME, campaigns=frozenset(family))
    context = {
        "curve": curve(part, now=now), "values": valued(measure(part, now=now, only=WINS), WINS),
        "quarter": latest, "query": urlencode({"campaign": campaign.code}), "whole_query": urlencode(query),
        "all_time": ALL_TIME,
        "beside": [(one, urlencode(one.query)) for one in beside(campaign, latest, now=now)] if latest else [],
        "title": campaign.name,
    }  # fmt: skip
    return fragment(request, "reviews/_campaign_course.html", context)


def _campaign(request: Request, code: str) -> Campaign:
    return get_object_or_404(Campaign.objects.visible_to(request.user), code=code)
