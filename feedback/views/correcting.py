"""What sales said about a lead: shown on its page, told further, and corrected."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from common.errors import DomainError
from feedback.access import may_correct
from feedback.correcting import correct_outcome, correct_verdict
from feedback.correction_forms import OutcomeForm, VerdictForm
from feedback.excusing import excuse_answer
from feedback.models import Outcome, Response, Verdict
from feedback.outcomes import record_outcome
from feedback.said import ends_of, said_about
from leads.access import handoff_for, lead_for, may_answer
from leads.models import Lead


@vary_on_headers("HX-Request")
def said(request: Request, lead_id: int) -> HttpResponse:
    """What sales said about a lead and where it ended: a fragment of its page."""
    return shown(request, lead_for(request.user, lead_id))


def shown(request: Request, lead: Lead, *, status: int = 200, **refused: Any) -> HttpResponse:
    """What sales said, with what was `refused` of a comment."""
    context = {
        "lead": lead,
        "said": said_about(lead, to=request.user, now=timezone.now()),
        "ends": ends_of(lead, to=request.user),
        "excuses": Response.Excuse.choices,
        "may_tell": lead.erased_at is None and may_answer(request.user, lead),
        **refused,
    }
    page = "feedback/_said.html" if request.htmx else "feedback/said.html"
    return render(request, page, context, status=status)


def verdict_correction(request: Request, handoff_id: int) -> HttpResponse:
    """Say anew what was said about a handoff."""
    handoff = handoff_for(request.user, handoff_id)
    verdict = Verdict.objects.select_related("handoff").filter(handoff=handoff).first()
    if verdict is None:
        raise Http404

    def save(form: VerdictForm) -> None:
        version = form.cleaned_data["version"]
        correct_verdict(verdict, form.judgement, version=version, by=request.user, at=timezone.now())

    return edit(
        request,
        Edited(
            template="feedback/verdict.html",
            context={"lead": handoff.lead, "verdict": verdict},
            form=VerdictForm,
            now=lambda: VerdictForm.of(Verdict.objects.select_related("reason").get(pk=verdict.pk)),
            save=save,
            may=may_correct(request.user, verdict, handoff.lead),
            goal=handoff.lead.get_absolute_url(),
        ),
    )


def outcomes(request: Request, lead_id: int) -> HttpResponse:
    """Tell where a lead ended."""
    lead, now = lead_for(request.user, lead_id), timezone.now()
    told = {"version": 1, "on": timezone.localdate(now), "kind": _next_kind(lead)}

    def save(form: OutcomeForm) -> None:
        record_outcome(lead, by=request.user, **vars(form.end(now)))

    may = lead.erased_at is None and may_answer(request.user, lead)
    return edit(request, _edited(lead, None, lambda: told, save, may))


def outcome_correction(request: Request, outcome_id: int) -> HttpResponse:
    """Tell anew where a lead ended."""
    seen = Lead.objects.visible_to(request.user)
    outcome = get_object_or_404(Outcome.objects.select_related("lead").filter(lead__in=seen), pk=outcome_id)

    def save(form: OutcomeForm) -> None:
        now = timezone.now()
        version = form.cleaned_data["version"]
        correct_outcome(outcome, form.end(now, outcome.at), version=version, by=request.user, at=now)

    def now_told() -> dict[str, Any]:
        return OutcomeForm.of(Outcome.objects.select_related("reason").get(pk=outcome.pk))

    may = may_correct(request.user, outcome, outcome.lead)
    return edit(request, _edited(outcome.lead, outcome, now_told, save, may))


def _edited(
    lead: Lead, outcome: Outcome | None, now: Callable[[], dict[str, Any]], save: Callable[[Any], None], may: bool
) -> Edited:
    context = {"lead": lead, "outcome": outcome}
    goal = lead.get_absolute_url()
    return Edited("feedback/outcome.html", context, OutcomeForm, now, save, may, goal)


def _next_kind(lead: Lead) -> str:
    """What usually comes next: an opportunity, and after it a win."""
    return Outcome.Kind.WON if lead.stage == Lead.Stage.OPPORTUNITY else Outcome.Kind.OPPORTUNITY


@require_POST
def excuses(request: Request, handoff_id: int) -> HttpResponse:
    """Say what held up a late answer."""
    handoff = handoff_for(request.user, handoff_id)
    excuse, was = request.POST.get("excuse", ""), request.POST.get("was", "")
    try:
        excuse_answer(handoff, excuse, was=was, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved."))
    return redirect(reverse("leads:lead", args=[handoff.lead_id]) + "#said")
