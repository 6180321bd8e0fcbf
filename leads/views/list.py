"""The list of leads."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from accounts.requests import Request
from campaigns.models import Campaign
from common.paging import capped_count, page_by_moment
from leads.filtering import STATES, LeadFilter
from leads.models import Lead

MOST_CAMPAIGNS = 1000
PAGING = ("after", "n")
CONTROLS = ("q", "grade", "stage", "state", "campaign", "overdue")


@vary_on_headers("HX-Request")
def lead_list(request: Request) -> HttpResponse:
    """The leads that the person may see, filtered, newest first; for htmx the results alone."""
    chosen = LeadFilter(request.GET, queryset=Lead.objects.visible_to(request.user).for_list())
    valid = chosen.is_valid()
    leads = chosen.qs if valid else Lead.objects.none()
    page = page_by_moment(leads, "captured_at", request.GET.get("after", ""))
    count, more = capped_count(leads)
    context = {
        "page": page,
        "count": count,
        "count_is_capped": more,
        "first": _whole(request.GET.get("n", "")) + 1,
        "faults": [] if valid else _faults(chosen),
        "is_filtered": any(value for name, value in request.GET.items() if name not in PAGING),
    }
    if not request.htmx:
        context |= _controls(request, chosen)
    template = "leads/_results.html" if request.htmx else "leads/list.html"
    return render(request, template, context, status=200 if valid else 422)


def _controls(request: Request, chosen: LeadFilter) -> dict[str, Any]:
    """What the filter form offers, and what of it is chosen; filters without a control stay as they are."""
    data = request.GET
    rest = [name for name in chosen.filters if name not in CONTROLS and data.get(name)]
    return {
        "q": data.get("q", ""),
        "picks": {
            name: [(value, label, value in data.getlist(name)) for value, label in choices]
            for name, choices in (("grade", Lead.Grade.choices), ("stage", Lead.Stage.choices), ("state", STATES))
        },
        "campaign": data.get("campaign", ""),
        "campaigns": Campaign.objects.visible_to(request.user).only("code", "name")[:MOST_CAMPAIGNS],
        "overdue": data.get("overdue", "") == "true",
        "rest": [(name, chosen.filters[name].label, data.get(name)) for name in rest],
        "more_open": any(data.get(name) for name in ("stage", "state", "campaign")),
    }


def _faults(chosen: LeadFilter) -> list[str]:
    return [f"{chosen.filters[name].label}: {' '.join(said)}" for name, said in chosen.form.errors.items()]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
