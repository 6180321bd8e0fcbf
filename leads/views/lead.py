"""One lead."""

from typing import Any

from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from accounts.requests import Request
from leads import explaining, wording
from leads.access import (
    lead_for,
    lead_in_place_of,
    may_add_touch,
    may_answer,
    may_define,
    may_edit,
    may_erase,
    may_merge,
)
from leads.comparing import evidence_words
from leads.models import Duplicate, Lead
from leads.pulling_back import may_pull_back
from leads.reaching import reaching_lead
from leads.showing import clock_told
from leads.timeline import GROUPS, timeline_page
from leads.unmerging import may_be_undone

MATES = 5
MOST_CAMPAIGNS = 10
MOST_ALIKE = 3


@vary_on_headers("HX-Request")
def lead_page(request: Request, lead_id: int) -> HttpResponse:
    """Everything about one lead; for htmx the timeline alone."""
    try:
        lead = lead_for(request.user, lead_id)
    except Http404:
        # The old address of a lead that was merged goes on to lead to the person.
        if kept := lead_in_place_of(request.user, lead_id):
            return redirect(kept)
        raise
    story = _story(request, lead)
    if request.htmx:
        return render(request, "leads/_timeline.html", story)
    now = timezone.now()
    handoff = lead.handoffs.select_related("rep", "team", "responded_by").order_by("-pk").first()
    explanation = explaining.explain_as_graded(lead)
    context = story | {
        "handoff": handoff,
        "clock": clock_told(handoff, now) if handoff else None,
        "may_answer": bool(handoff and handoff.closed_at is None and may_answer(request.user, lead)),
        "may_pull_back": bool(handoff and handoff.is_waiting and may_pull_back(request.user)),
        "may_edit": may_edit(request.user, lead),
        "may_add_touch": may_add_touch(request.user, lead),
        "may_erase": may_erase(request.user, lead),
        "marks": Lead.KeptOut.choices,
        "explanation": explanation,
        "may_set_grade": may_define(request.user),
        "halves": wording.halves(explanation),
        "threshold_words": wording.threshold_words(explanation),
        "met": _campaigns_met(lead),
        "coming": reaching_lead(lead, timezone.localdate()),
        "mates": _mates(request, lead),
        # A reverse relation: outcomes belong to the room above.
        "contradictions": [o for o in lead.outcomes.all() if o.at < lead.captured_at],
    }
    if may_merge(request.user):
        context |= _same_person(lead)
    return render(request, "leads/lead.html", context)


def _story(request: Request, lead: Lead) -> dict[str, Any]:
    """The part of the timeline that is asked for."""
    group, after = request.GET.get("story", ""), request.GET.get("after", "")
    lines, older = timeline_page(lead, group=group, after=after)
    return {"lead": lead, "timeline": lines, "older": older, "after": after, "group": group, "groups": GROUPS.items()}


def _campaigns_met(lead: Lead) -> QuerySet[Any, Any]:
    """The campaigns of the lead's touches, how many there were of each and when the latest was."""
    found = lead.touches.exclude(campaign=None).order_by().values("campaign__code", "campaign__name")
    return found.annotate(times=Count("pk"), latest=Max("at")).order_by("-latest")[:MOST_CAMPAIGNS]


def _same_person(lead: Lead) -> dict[str, Any]:
    """Who may be the same person, and the latest merge while it can be undone."""
    pairs = Duplicate.objects.open().of(lead).for_list().order_by("-score", "-pk")[:MOST_ALIKE]
    merged = lead.merges.filter(undone_at=None).select_related("kept", "by").order_by("-pk").first()
    return {
        "likely": [(pair.other(lead), evidence_words(pair)) for pair in pairs],
        "merged": merged if merged and may_be_undone(merged) else None,
    }


def _mates(request: Request, lead: Lead) -> QuerySet[Lead] | list[Lead]:
    if lead.organisation_id is None:
        return []
    mates = Lead.objects.visible_to(request.user).filter(organisation=lead.organisation_id)
    return mates.exclude(pk=lead.pk).order_by("-captured_at")[:MATES]
