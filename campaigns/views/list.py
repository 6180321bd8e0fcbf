"""The list of campaigns."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import Request
from campaigns.access import keeps_campaigns
from campaigns.ending import today
from campaigns.models import Campaign

MOST = 6


def campaign_list(request: Request) -> HttpResponse:
    """What began last and what comes next, unless the person asks for something else; all campaigns with their results
    come from the room above, as a fragment."""
    day = today(timezone.now())
    campaigns = Campaign.objects.visible_to(request.user).select_related("owner", "sales_partner").with_spending()
    running, planned = campaigns.running_on(day), campaigns.planned_on(day)
    context = {
        "asked": request.GET.urlencode(),
        "running": running.order_by("-starts_on", "-pk")[:MOST],
        "running_count": running.count(),
        "planned": planned.order_by("starts_on", "pk")[:MOST],
        "planned_count": planned.count(),
        "may_keep": keeps_campaigns(request.user),
    }
    return render(request, "campaigns/list.html", context)
