"""Consent, and what is kept about a person: shown, handed out, erased."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from common.errors import DomainError
from common.templatetags.ui import ABSENT, moment_words
from leads import privacy
from leads.access import lead_for, may_edit, may_erase, may_export
from leads.forms import ErasureForm, WishForm
from leads.models import Lead
from leads.timeline import timeline


def person(request: Request, lead_id: int) -> HttpResponse:
    """Everything that is kept about the person behind a lead, and what can be done with it."""
    return _shown(request, lead_id, WishForm())


@require_POST
def wishes(request: Request, lead_id: int) -> HttpResponse:
    """Whether the person may be contacted."""
    lead = lead_for(request.user, lead_id)
    form = WishForm(request.POST)
    if not form.is_valid():
        return _shown(request, lead_id, form, status=422)
    allowed = form.cleaned_data["contact"] == "yes"
    try:
        privacy.wish_contact(lead, allowed=allowed, why=form.cleaned_data["why"], by=request.user, at=timezone.now())
    except DomainError as error:
        form.refuse(error)
        return _shown(request, lead_id, form, status=409)
    said = _("Saved: %(who)s may be contacted.") if allowed else _("Saved: %(who)s is not to be contacted.")
    messages.success(request, said % {"who": lead.display_name})
    return redirect("leads:lead", lead_id)


@require_POST
def person_exports(request: Request, lead_id: int) -> HttpResponse:
    """What is kept about a person as a file, to hand it out."""
    lead = lead_for(request.user, lead_id)
    if not may_export(request.user, lead):
        raise PermissionDenied
    data = privacy.export_person(lead, by=request.user, at=timezone.now())
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="person-{lead.pk}.json"'
    return response


def erasure(request: Request, lead_id: int) -> HttpResponse:
    """Ask once, then erase for ever."""
    lead = lead_for(request.user, lead_id)
    if not may_erase(request.user, lead):
        raise PermissionDenied
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            privacy.erase_person(lead, why=form.cleaned_data["why"], by=request.user, at=timezone.now())
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved: the person was erased. The lead stays as an anonymous count."))
            return redirect("leads:lead", lead_id)
    kept = [(part.label, len(rows)) for part, rows in privacy.person_data(lead) if rows]
    context = {"lead": lead, "form": form, "kept": kept}
    return render(request, "leads/erasure.html", context, status=422 if form.is_bound else 200)


def _shown(request: Request, lead_id: int, form: WishForm, status: int = 200) -> HttpResponse:
    lead = lead_for(request.user, lead_id)
    kept = {part.key: (part, rows) for part, rows in privacy.person_data(lead) if rows}
    heads, (values, *_none) = _table(kept.pop("lead")[1])
    context: dict[str, Any] = {
        "lead": lead,
        "form": form,
        "facts": list(zip(heads, values, strict=True)),
        "parts": [(part, *_table(_story(lead) if part.key == "timeline" else rows)) for part, rows in kept.values()],
        "may_edit": may_edit(request.user, lead),
        "may_export": may_export(request.user, lead),
        "may_erase": may_erase(request.user, lead),
    }
    return render(request, "leads/person.html", context, status=status)


def _story(lead: Lead) -> privacy.Rows:
    """The timeline in sentences; the file that is handed out holds it as it is kept."""
    return [{"at": line.at, "what": line.fact, "detail": line.detail, "by": line.by} for line in timeline(lead)]


def _table(rows: privacy.Rows) -> tuple[list[str], list[list[str]]]:
    """Heads and cells, without the columns that say nothing."""
    names = [name for name in rows[0] if any(row[name] not in (None, "", {}, []) for row in rows)]
    return [name.replace("_", " ").capitalize() for name in names], [[_words(r[n]) for n in names] for r in rows]


def _words(value: Any) -> str:
    match value:
        case None | "":
            return ABSENT
        case bool():
            return _("yes") if value else _("no")
        case date():
            return moment_words(value, time=isinstance(value, datetime))
        case dict():
            return " · ".join(f"{name}: {_words(inner)}" for name, inner in value.items())
        case list():
            return ", ".join(_words(inner) for inner in value)
    return str(value)
