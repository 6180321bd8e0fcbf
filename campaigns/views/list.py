"""The list of campaigns."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import Request
from campaigns.access import keeps_campaigns
from campaigns.ending import today
from campaigns.models import Campaign

MOST = 200


def campaign_list(request: Request) -> HttpResponse:
    """What runs and what is planned; the results come from the room above, as a fragment."""
    day = today(timezone.now())
    words = request.GET.get("q", "").strip()
    campaigns = Campaign.objects.visible_to(request.user).select_related("owner", "sales_partner").with_spending()
    if words:
        campaigns = campaigns.filter(Q(name__icontains=words) | Q(code__icontains=words))
    context = {
        "q": words,
        "running": campaigns.running_on(day).order_by("starts_on", "pk")[:MOST],
        "planned": campaigns.planned_on(day).order_by("starts_on", "pk")[:MOST],
        "may_keep": keeps_campaigns(request.user),
        "found": campaigns.order_by("-starts_on", "name")[:MOST] if words else None,
    }
    return render(request, "campaigns/list.html", context)
