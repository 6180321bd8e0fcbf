"""One lead."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import Request
from leads import grading, wording
from leads.access import lead_for, may_answer, may_define
from leads.models import Lead
from leads.showing import clock_told
from leads.timeline import timeline

MATES = 5


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
        "may_set_grade": may_define(request.user),
        "halves": wording.halves(explanation),
        "threshold_words": wording.threshold_words(explanation),
        "timeline": timeline(lead),
        "mates": mates.exclude(pk=lead.pk).order_by("-captured_at")[:MATES] if lead.organisation_id else [],
        # A reverse relation: outcomes belong to the room above.
        "contradictions": [o for o in lead.outcomes.all() if o.at < lead.captured_at],
    }
    return render(request, "leads/lead.html", context)
