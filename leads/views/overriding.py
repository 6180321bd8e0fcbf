"""A grade that a person sets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import Request
from common.errors import DomainError
from leads import explaining
from leads.access import lead_for, may_define
from leads.models import Lead
from leads.overriding import override_grade, withdraw_override

BY_POINTS = "points"


def grade(request: Request, lead_id: int) -> HttpResponse:
    """The form that sets the grade of a lead, and where it is sent; `points` takes a set grade back."""
    lead = lead_for(request.user, lead_id)
    if request.method != "POST":
        return _form(request, lead)
    chosen, now = request.POST.get("grade", ""), timezone.now()
    try:
        if chosen == BY_POINTS:
            withdraw_override(lead, by=request.user, at=now)
        else:
            override_grade(lead, grade=chosen, reason=request.POST.get("reason", ""), by=request.user, at=now)
    except DomainError as error:
        return _form(request, lead, error)
    lead.refresh_from_db(fields=["grade"])
    values = {"lead": lead.display_name, "grade": lead.grade}
    messages.success(request, _("Saved: %(lead)s, grade %(grade)s.") % values)
    return redirect(lead)


def _form(request: Request, lead: Lead, error: DomainError | None = None) -> HttpResponse:
    context = {
        "lead": lead,
        "explanation": explaining.explain_as_graded(lead),
        "may_set_grade": may_define(request.user),
        "error": error,
        "chosen": request.POST.get("grade", ""),
        "reason": request.POST.get("reason", ""),
    }
    status = 200 if error is None else 403 if error.code == "not_yours" else 422
    return render(request, "leads/override.html", context, status=status)
