"""The calendar: what runs, what is planned and what was done in a month or a quarter."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, When
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.quarters import quarter_on
from accounts.requests import Request
from campaigns.calendar import Days, days_named, runs
from campaigns.calendar_forms import NarrowForm
from campaigns.ending import today
from campaigns.models import Activity, Campaign, CampaignQuerySet
from common.errors import DomainError

MOST = 200


def calendar(request: Request) -> HttpResponse:
    """Both sides look ahead; `on` names a month or a quarter, without it the month that is now."""
    day = today(timezone.now())
    try:
        days = days_named(request.GET.get("on") or f"{day:%Y-%m}")
    except DomainError as error:
        raise Http404(error.message) from error
    form = NarrowForm(request.GET)
    campaigns = Campaign.objects.visible_to(request.user)
    if valid := form.is_valid():
        campaigns = form.narrowed(campaigns, request.user)
    shown = list(_shown(campaigns.within(days.first, days.last, day), days))
    done = _done(campaigns, days)
    context = {
        "days": days,
        "form": form,
        "runs": runs(days, shown[:MOST], done, day),
        "more": len(shown) > MOST,
        "most": MOST,
        "done": done[:MOST],
        "today_at": days.place(day) if days.first <= day < days.after else None,
        **_links(days, form, day),
    }
    return render(request, "campaigns/calendar.html", context, status=200 if valid else 422)


def _shown(campaigns: CampaignQuerySet, days: Days) -> Any:
    """What begins in these days first, then what has run before."""
    news = Case(When(starts_on__gte=days.first, then=0), default=1)
    return campaigns.select_related("parent", "sales_partner").order_by(news, "starts_on", "name", "pk")[: MOST + 1]


def _done(campaigns: CampaignQuerySet, days: Days) -> list[Activity]:
    """What was done in the days that are shown, in their order."""
    found = Activity.objects.filter(campaign__in=campaigns.values("pk"), on__gte=days.first, on__lt=days.after)
    return list(found.select_related("campaign").order_by("on", "pk")[: 5 * MOST])


def _links(days: Days, form: NarrowForm, day: date) -> dict[str, str]:
    """The addresses of other days, narrowed to the same; from a quarter that is now one goes on to this month."""
    is_now = days.first <= day < days.after
    month, quarter = f"{day if is_now else days.first:%Y-%m}", quarter_on(day if is_now else days.first).key
    now = quarter_on(day).key if days.view == "quarter" else f"{day:%Y-%m}"
    keys = {"before": days.before_key, "next": days.next_key, "now": now, "month": month, "quarter": quarter}
    return {f"{name}_url": f"?{urlencode({'on': key, **form.query})}" for name, key in keys.items()}
