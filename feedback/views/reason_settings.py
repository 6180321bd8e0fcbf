"""The shared list of reasons in Settings."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import may_set
from accounts.models import Change
from accounts.requests import Request
from accounts.trail import changes_words
from accounts.views.editing import Edited, edit
from common.errors import DomainError
from feedback.adjustments import KINDS
from feedback.models import Reason
from feedback.reason_forms import ReasonForm
from feedback.reasons import add_reason, change_reason, move_reason, offer_reason

CHANGES_SHOWN = 20


def reason_list(request: Request) -> HttpResponse:
    """Every reason by group, what each group calls for, and who changed what."""
    every = list(Reason.objects.all())
    changes = Change.objects.filter(what=Reason._meta.label_lower).select_related("by")[:CHANGES_SHOWN]
    context = {
        "groups": [
            (group.label, KINDS[group], [one for one in every if one.is_active and one.group == group])
            for group in Reason.Group
        ],
        "retired": [one for one in every if not one.is_active],
        "changes": [(change, changes_words(change)) for change in changes],
        "may": may_set(request.user),
    }
    return render(request, "feedback/reasons.html", context)


def reason(request: Request, reason_id: int) -> HttpResponse:
    """One reason: its name, its group, and whether it needs a note."""
    return _reason(request, get_object_or_404(Reason, pk=reason_id))


def new_reason(request: Request) -> HttpResponse:
    return _reason(request, None)


def _reason(request: Request, found: Reason | None) -> HttpResponse:
    def save(form: ReasonForm) -> None:
        if found is None:
            add_reason(form.facts, by=request.user)
        else:
            change_reason(found, form.facts, version=form.cleaned_data["version"], by=request.user)

    return edit(
        request,
        Edited(
            template="feedback/reason.html",
            context={"reason": found},
            form=ReasonForm,
            now=lambda: ReasonForm.of(Reason.objects.get(pk=found.pk)) if found else {"version": 1},
            save=save,
            may=may_set(request.user),
            goal="feedback:reasons",
        ),
    )


@require_POST
def reason_moves(request: Request, reason_id: int) -> HttpResponse:
    """Up or down by one place in its group."""
    found = get_object_or_404(Reason, pk=reason_id)
    if not may_set(request.user):
        raise PermissionDenied
    move_reason(found, up=request.POST.get("to") != "down", by=request.user)
    return redirect("feedback:reasons")


@require_POST
def reason_uses(request: Request, reason_id: int) -> HttpResponse:
    """Offered no more, or offered again."""
    found = get_object_or_404(Reason, pk=reason_id)
    if not may_set(request.user):
        raise PermissionDenied
    try:
        offer_reason(found, offered=request.POST.get("use") == "1", by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("feedback:reasons")
