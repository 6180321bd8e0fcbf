"""The list of campaigns, and one campaign with its costs and activities."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts import company
from accounts.requests import Request
from campaigns.models import Campaign

MOST = 200


def campaign_list(request: Request) -> HttpResponse:
    """What runs and what is planned; the results come from the room above, as a fragment."""
    today = timezone.now().astimezone(company.current().zone).date()
    words = request.GET.get("q", "").strip()
    campaigns = Campaign.objects.visible_to(request.user).select_related("owner", "sales_partner").with_spending()
    if words:
        campaigns = campaigns.filter(Q(name__icontains=words) | Q(code__icontains=words))
    context = {
        "q": words,
        "running": campaigns.running_on(today).order_by("starts_on", "pk")[:MOST],
        "planned": campaigns.filter(starts_on__gt=today).order_by("starts_on", "pk")[:MOST],
        "today": today,
        "found": campaigns.order_by("-starts_on", "name")[:MOST] if words else None,
    }
    return render(request, "campaigns/list.html", context)


def campaign_page(request: Request, code: str) -> HttpResponse:
    """One campaign: who, when, money, and what was done."""
    campaigns = Campaign.objects.visible_to(request.user).select_related("owner", "sales_partner", "parent")
    campaign = get_object_or_404(campaigns.with_spending(), code=code)
    context = {
        "campaign": campaign,
        "costs": campaign.costs.all()[:MOST],
        "activities": campaign.activities.select_related("by")[:MOST],
    }
    return render(request, "campaigns/campaign.html", context)
