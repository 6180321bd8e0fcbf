"""The answer panel, which Follow-ups and the lead page load, and what it saves."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from accounts.requests import Request
from common.errors import DomainError
from feedback import worklist
from feedback.answering import answer
from feedback.forms import CONTACTS, NEXT_STEPS, RESPONSE, AnswerForm, offers, wakes_on
from feedback.models import Reason, Response, Verdict
from feedback.responses import is_late
from feedback.undoing import may_undo
from feedback.views.head import head, whose_list
from feedback.views.undoing import way_back
from leads.access import handoff_for, may_answer
from leads.handing_back import mates, may_give_away
from leads.models import Handoff
from leads.reassigning import may_reassign, reps
from leads.showing import clock_face, clock_told, latest_touches, with_latest_touch

# What a refused answer is answered with; all else is a form to mend.
STATUS_OF = {"closed": 409, "not_sales": 403}


@vary_on_headers("HX-Request")
def panel(request: Request, handoff_id: int) -> HttpResponse:
    """The answer form of one handoff: a fragment for htmx, a page of its own otherwise."""
    handoff = handoff_for(request.user, handoff_id)
    return _shown(request, handoff, AnswerForm())


@require_POST
def answers(request: Request, handoff_id: int) -> HttpResponse:
    """Save an answer; the list loses the row, the lead page and plain forms load again."""
    handoff = handoff_for(request.user, handoff_id)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            return _shown(request, handoff, form, 422)
        said = answer(handoff, form.cleaned_data, by=request.user)
    except DomainError as error:
        # A colleague may have been faster since the form was opened.
        handoff.refresh_from_db()
        form.refuse(error)
        return _shown(request, handoff, form, STATUS_OF.get(error.code, 422))
    if request.htmx and request.POST.get("from") == "list":
        return _answered(request, handoff, said)
    to = "lead" if request.POST.get("from") == "lead" else ""
    messages.success(request, said, extra_tags=way_back(handoff, to=to))
    goal = handoff.lead.get_absolute_url() if to else reverse("feedback:followups")
    return HttpResponseClientRedirect(goal) if request.htmx else redirect(goal)


def _answered(request: Request, handoff: Handoff, said: str) -> HttpResponse:
    """The row leaves its group; after a mere contact it goes on among those whose verdict is open."""
    now = timezone.now()
    whose = whose_list(request)
    context = head(request.user, whose, now) | {
        "text": said,
        "undo_url": way_back(handoff),
        "oob": True,
        "rows": [worklist.row_of(handoff, now)] if request.POST.get("verdict") == RESPONSE else [],
        "pressing": worklist.pressing(request.user, now),
    }
    return render(request, "feedback/_answered.html", context)


def _shown(request: Request, handoff: Handoff, form: AnswerForm, status: int = 200) -> HttpResponse:
    template = "feedback/_panel.html" if request.htmx else "feedback/answer.html"
    response = render(request, template, _panel_context(request, handoff, form), status=status)
    if status == 200:
        return response
    # A refused answer stays in its panel, wherever a saved one would have gone.
    return reswap(retarget(response, f"#panel-{handoff.pk}"), "outerHTML")


def _panel_context(request: Request, handoff: Handoff, form: AnswerForm) -> dict[str, Any]:
    now = timezone.now()
    asked_from = request.POST.get("from") or request.GET.get("from", "page")
    closed = handoff.closed_at is not None
    touched = with_latest_touch(Handoff.objects.filter(pk=handoff.pk))
    return {
        "handoff": handoff,
        "lead": handoff.lead,
        "touch": latest_touches(list(touched)).get(handoff.lead_id),
        "clock": clock_face(handoff, now),
        "clock_told": clock_told(handoff, now),
        "given": Verdict.objects.filter(handoff=handoff).select_related("by", "reason").first() if closed else None,
        "undo_url": way_back(handoff, to=asked_from) if may_undo(handoff, by=request.user, at=now) else "",
        "form": form,
        "from": asked_from,
        "mates": mates(request.user) if may_give_away(request.user, handoff) else None,
        "people": reps() if not closed and may_reassign(request.user) else None,
        "may_answer": not closed and may_answer(request.user, handoff.lead),
        "offers": offers(Reason.objects.filter(is_active=True)),
        "wakes_on": wakes_on(now),
        "contacts": CONTACTS,
        "next_steps": NEXT_STEPS,
        "evidence": Verdict.Evidence.choices,
        "opinions": Verdict.GradeOpinion.choices,
        "excuses": Response.Excuse.choices if is_late(handoff, now) else None,
    }
