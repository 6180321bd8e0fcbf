"""The list of leads, one lead, and the lead definition."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from campaigns.models import Campaign
from common.paging import capped_count, page_by_moment
from leads import grading
from leads.access import lead_for, may_answer
from leads.filtering import LeadFilter
from leads.models import Lead, LeadDefinition
from leads.showing import clock_face
from leads.timeline import timeline

MATES = 5


def lead_list(request: HttpRequest) -> HttpResponse:
    """The leads that the person may see, filtered, newest first."""
    chosen = LeadFilter(request.GET, queryset=Lead.objects.visible_to(request.user).for_list())
    leads = chosen.qs if chosen.is_valid() else Lead.objects.none()
    page = page_by_moment(leads, "captured_at", request.GET.get("after", ""))
    count, more = capped_count(leads)
    context = {
        "filter": chosen,
        "page": page,
        "count": count,
        "count_is_capped": more,
        "campaigns": Campaign.objects.visible_to(request.user).only("code", "name")[:1000],
        "is_filtered": any(value for name, value in request.GET.items() if name != "after"),
    }
    status = 200 if chosen.is_valid() else 422
    return render(request, "leads/list.html", context, status=status)


def lead_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Everything about one lead."""
    lead = lead_for(request.user, lead_id)
    now = timezone.now()
    handoff = lead.handoffs.select_related("rep", "team").order_by("-pk").first()
    as_of = lead.graded_at or now
    mates = Lead.objects.visible_to(request.user).filter(organisation=lead.organisation_id)
    context = {
        "lead": lead,
        "handoff": handoff,
        "clock": clock_face(handoff, now) if handoff else None,
        "may_answer": bool(handoff and handoff.closed_at is None and may_answer(request.user, lead)),
        "explanation": grading.explain(lead, as_of=as_of),
        "graded_at": as_of,
        "timeline": timeline(lead),
        "mates": mates.exclude(pk=lead.pk).order_by("-captured_at")[:MATES] if lead.organisation_id else [],
        # A reverse relation: outcomes belong to the room above.
        "contradictions": [o for o in lead.outcomes.all() if o.at < lead.captured_at],
    }
    return render(request, "leads/lead.html", context)


def definition(request: HttpRequest) -> HttpResponse:
    """The lead definition in force, in words."""
    return render(request, "leads/definition.html", {"definition": LeadDefinition.in_force()})
