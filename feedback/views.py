"""Follow-ups, and the answer panel that the lead page loads too."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import company
from common.errors import DomainError
from feedback import worklist
from feedback.answering import answer
from feedback.forms import CONTACTS, NEXT_STEPS, AnswerForm, proposed_wake_up
from feedback.models import Reason, Verdict
from leads.access import handoff_for, may_answer
from leads.models import Handoff
from leads.showing import clock_face

WHOSE = ("mine", "queue", "team")


def followups(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer, by urgency."""
    user, now = request.user, timezone.now()
    default = "mine" if user.takes_leads else "team"
    whose = request.GET.get("whose", default)
    whose = whose if whose in WHOSE else default
    groups = worklist.grouped(worklist.work_of(user, whose), now)
    met, decided = worklist.answered_in_time(user, now)
    context = {
        "groups": groups,
        "whose": whose,
        "counts": worklist.counts(user),
        "sizes": {group.key: len(group.rows) for group in groups},
        "met": met,
        "decided": decided,
        "answers": user.in_sales,
    }
    return render(request, "feedback/followups.html", context)


def panel(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """The answer form of one handoff: a fragment for htmx, a page of its own otherwise."""
    handoff = handoff_for(request.user, handoff_id)
    template = "feedback/_panel.html" if request.htmx else "feedback/answer.html"
    return render(request, template, _panel_context(request, handoff, AnswerForm()))


@require_POST
def answers(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Save an answer; the list loses the row, the lead page and plain forms load again."""
    handoff = handoff_for(request.user, handoff_id)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            return _refused(request, handoff, form)
        said = answer(handoff, form.cleaned_data, by=request.user)
    except DomainError as error:
        for name, sentence in error.fields.items():
            form.add_error(name if name in form.fields else None, sentence)
        if not error.fields:
            form.add_error(None, error.message)
        return _refused(request, handoff, form, 409 if error.code == "closed" else 422)
    if request.htmx and request.POST.get("from") == "list":
        context = {"text": said, "oob": True, "counts": worklist.counts(request.user)}
        return render(request, "feedback/_answered.html", context)
    messages.success(request, said)
    goal = handoff.lead.get_absolute_url() if request.POST.get("from") == "lead" else reverse("feedback:followups")
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": goal})
    return redirect(goal)


def _refused(request: HttpRequest, handoff: Handoff, form: AnswerForm, status: int = 422) -> HttpResponse:
    template = "feedback/_panel.html" if request.htmx else "feedback/answer.html"
    return render(request, template, _panel_context(request, handoff, form), status=status)


def _panel_context(request: HttpRequest, handoff: Handoff, form: AnswerForm) -> dict[str, Any]:
    now = timezone.now()
    groups: dict[str, list[Reason]] = {}
    for reason in Reason.objects.filter(is_active=True):
        groups.setdefault(reason.group, []).append(reason)
    return {
        "handoff": handoff,
        "lead": handoff.lead,
        "clock": clock_face(handoff, now),
        "form": form,
        "from": request.POST.get("from") or request.GET.get("from", "list"),
        "may_answer": handoff.closed_at is None and may_answer(request.user, handoff.lead),
        "reasons": groups,
        "wake_up_on": form["wake_up_on"].value() or proposed_wake_up(now.astimezone(company.current().zone).date()),
        "contacts": CONTACTS,
        "next_steps": NEXT_STEPS,
        "evidence": Verdict.Evidence.choices,
    }
