"""Answers that came late, and what held them up."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import Request
from common.paging import page_by_moment
from feedback.late import LOOKS_BACK, answered_late, by_excuse
from leads.showing import clock_told


def late_answers(request: Request) -> HttpResponse:
    """How many for each excuse; `?excuse=` shows what a count counts."""
    now, user = timezone.now(), request.user
    counted = by_excuse(user, now)
    asked = next((one for one in counted if one.key == request.GET.get("excuse")), None)
    late = answered_late(user, now, asked.key if asked else "").select_related("lead", "lead__organisation", "rep")
    page = page_by_moment(late, "responded_at", request.GET.get("after", ""))
    labels = {one.key: one.label for one in counted}
    context = {
        "counted": counted,
        "total": sum(one.count for one in counted),
        "asked": asked,
        "rows": [(handoff, clock_told(handoff, now), labels.get(handoff.excuse, "")) for handoff in page.rows],
        "page": page,
        "days": LOOKS_BACK.days,
    }
    return render(request, "feedback/late.html", context)
