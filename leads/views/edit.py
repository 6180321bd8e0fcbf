"""Editing a lead, by one person or by two at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import Request
from common.errors import DomainError
from leads.access import lead_for, may_merge
from leads.editing import FIELDS, TakenError, edit_lead, told
from leads.forms import LeadForm, form_over
from leads.models import Event, Lead

STATUS_OF = {"not_yours": 403, "erased": 409, "stale": 409}


def edit(request: Request, lead_id: int) -> HttpResponse:
    """The form of a lead; saving shows what somebody else changed meanwhile, and overwrites nothing."""
    lead = lead_for(request.user, lead_id)
    if request.method != "POST":
        return _shown(request, lead, LeadForm(lead=lead), status=409 if lead.erased_at else 200)
    form = LeadForm(request.POST, lead=lead)
    if not form.is_valid():
        return _shown(request, lead, form, status=422)
    try:
        edit_lead(lead, form.changes, version=form.cleaned_data["version"], by=request.user, at=timezone.now())
    except DomainError as error:
        if error.code == "stale":
            return _both_told(request, lead_for(request.user, lead_id), form)
        form.refuse(error)
        other = error.lead if isinstance(error, TakenError) else None
        return _shown(request, lead, form, status=STATUS_OF.get(error.code, 422), other=other)
    messages.success(request, _("Saved: %(who)s.") % {"who": lead_for(request.user, lead_id).display_name})
    return redirect("leads:lead", lead_id)


def _both_told(request: Request, lead: Lead, form: LeadForm) -> HttpResponse:
    """What they changed and what you typed, side by side; the form holds both."""
    opened, now, changes = form.opened_with, told(lead), form.changes
    yours = {**changes, **{f"facts.{name}": text for name, text in changes.get("facts", {}).items()}}
    lines = [
        {"label": _label(name), "was": opened.get(name), "theirs": _text(now.get(name)), "yours": yours.get(name)}
        for name in dict.fromkeys([*now, *opened])
        if (name in opened or name not in FIELDS) and _text(now.get(name)) != opened.get(name, "")
    ]
    latest = lead.events.filter(kind="edited").select_related("by").order_by("-at", "-pk").first()
    return _shown(request, lead, form_over(lead, changes), status=409, differences=lines, latest=latest)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _label(name: str) -> str:
    if name.startswith("facts."):
        return name.removeprefix("facts.")
    return str(getattr(Lead._meta.get_field(name), "verbose_name", name)).capitalize()


def _shown(
    request: Request, lead: Lead, form: LeadForm, *, status: int, other: Lead | None = None,
    differences: list[dict[str, Any]] | None = None, latest: Event | None = None,
) -> HttpResponse:  # fmt: skip
    visible = other and Lead.objects.visible_to(request.user).filter(pk=other.pk).first()
    context = {
        "lead": lead,
        "form": form,
        "other": visible,
        "may_merge": may_merge(request.user),
        "differences": differences,
        "latest": latest,
    }
    return render(request, "leads/edit.html", context, status=status)
