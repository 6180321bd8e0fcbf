"""The list of leads, one lead, and the lead definition."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from accounts.requests import Request
from campaigns.models import Campaign
from common.paging import capped_count, page_by_moment
from leads import grading, wording
from leads.access import lead_for, may_answer
from leads.filtering import STATES, LeadFilter
from leads.models import Lead, LeadDefinition
from leads.showing import clock_told
from leads.timeline import timeline

MATES = 5
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


def lead_page(request: Request, lead_id: int) -> HttpResponse:
    """Everything about one lead."""
    lead = lead_for(request.user, lead_id)
    now = timezone.now()
    handoff = lead.handoffs.select_related("rep", "team", "responded_by").order_by("-pk").first()
    explanation = grading.explain_as_graded(lead)
    mates = Lead.objects.visible_to(request.user).filter(organisation=lead.organisation_id)
    context = {
        "lead": lead,
        "handoff": handoff,
        "clock": clock_told(handoff, now) if handoff else None,
        "may_answer": bool(handoff and handoff.closed_at is None and may_answer(request.user, lead)),
        "explanation": explanation,
        "halves": wording.halves(explanation),
        "threshold_words": wording.threshold_words(explanation),
        "timeline": timeline(lead),
        "mates": mates.exclude(pk=lead.pk).order_by("-captured_at")[:MATES] if lead.organisation_id else [],
        # A reverse relation: outcomes belong to the room above.
        "contradictions": [o for o in lead.outcomes.all() if o.at < lead.captured_at],
    }
    return render(request, "leads/lead.html", context)


def definition(request: Request) -> HttpResponse:
    """The lead definition in force, in words."""
    version = LeadDefinition.in_force()
    context = {"definition": version, "rules": wording.rules(version), "scale": wording.scale(version)}
    return render(request, "leads/definition.html", context)
