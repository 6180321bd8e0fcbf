"""The draft of the lead definition: edited on the left, its consequences on the right."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget

from accounts.requests import Request
from common.errors import DomainError
from leads import wording
from leads.access import may_define
from leads.columns import COLUMNS, USUAL, rows
from leads.criteria import facts_offered
from leads.defining import ask_for_signatures, current_draft, draft_from, drop_draft, edit_draft, sign
from leads.definition_forms import DraftForm
from leads.models import Lead, LeadDefinition
from leads.previewing import GRADES, moving, preview
from leads.versions import Change, changes
from leads.views.definition import fragment, signing_context

STATUS_OF = {"stale": 409, "signed": 409, "dropped": 409, "draft_exists": 409, "not_yours": 403, "not_a_manager": 403}


@require_POST
def drafts(request: Request) -> HttpResponse:
    """Make a draft from a version, the one in force or an older one."""
    version = get_object_or_404(LeadDefinition, version=_whole(request.POST.get("from", "")))
    return _acted(request, lambda: draft_from(version, by=request.user, at=timezone.now()), "leads:draft")


@vary_on_headers("HX-Request")
def draft(request: Request) -> HttpResponse:
    """The form of the draft; what is sent is saved, and htmx is answered with its consequences alone."""
    if current_draft() is None:
        return redirect("leads:definition")
    found = _draft(request)
    if request.method != "POST":
        return _page(request, found, DraftForm(found))
    form = DraftForm(found, request.POST)
    if not form.is_valid():
        return _refused(request, found, form, 422, form.faults)
    seen = form.whole.cleaned_data["revision"]
    try:
        saved = edit_draft(found, form.rules, revision=seen, by=request.user, at=timezone.now())
    except DomainError as error:
        theirs = _theirs(found, form) if error.code == "stale" else None
        return _refused(request, found, form, STATUS_OF.get(error.code, 422), [error.message], theirs)
    if request.htmx:
        return render(request, "leads/_draft_saved.html", _consequences(request, _draft(request)) | {"oob": True})
    messages.success(request, _("Saved: draft of version %(version)d.") % {"version": saved.version})
    return redirect("leads:draft")


@vary_on_headers("HX-Request")
def draft_preview(request: Request) -> HttpResponse:
    """What the draft would do to all leads: a fragment."""
    return fragment(request, "leads/_preview.html", _consequences(request, _draft(request)))


def draft_moves(request: Request) -> HttpResponse:
    """The leads that one number of the preview counts, the latest fifty."""
    found = _draft(request)
    old, new = request.GET.get("from", "A"), request.GET.get("to", "A")
    if old not in GRADES or new not in GRADES:
        raise Http404
    leads = Lead.objects.visible_to(request.user).filter(pk__in=moving(found, old, new))
    listed = rows(list(leads.for_list().order_by("-pk")), USUAL)
    context = {"draft": found, "old": old, "new": new, "rows": listed, "columns": [COLUMNS[key] for key in USUAL]}
    return render(request, "leads/draft_moves.html", context)


@require_POST
def draft_removals(request: Request) -> HttpResponse:
    """Drop the draft."""
    found = _draft(request)
    return _acted(request, lambda: drop_draft(found, by=request.user), "leads:definition")


@require_POST
def draft_questions(request: Request) -> HttpResponse:
    """Ask the managers of both sides for their signatures."""
    found, seen = _draft(request), _whole(request.POST.get("revision", ""))
    return _acted(
        request,
        lambda: ask_for_signatures(found, revision=seen, by=request.user, at=timezone.now()),
        "leads:draft",
        _("Both sides are asked for their signatures."),
    )


@require_POST
def draft_signatures(request: Request) -> HttpResponse:
    """Sign for one's own side; the second signature makes the version hold."""
    found, seen = _draft(request), _whole(request.POST.get("revision", ""))
    return _acted(
        request,
        lambda: sign(found, revision=seen, by=request.user, at=timezone.now()),
        "leads:definition",
        _("Signed: lead definition, version %(version)d.") % {"version": found.version},
    )


def _draft(request: Request) -> LeadDefinition:
    if not may_define(request.user):
        raise PermissionDenied
    found = current_draft()
    if found is None:
        raise Http404
    return found


def _acted(request: Request, act: Any, goal: str, said: str = "") -> HttpResponse:
    """Do it and go on to `goal`; a refusal is told there."""
    try:
        act()
    except DomainError as error:
        if STATUS_OF.get(error.code) == 403:
            raise PermissionDenied from error
        messages.error(request, error.message)
    else:
        if said:
            messages.success(request, said)
    return redirect(goal)


def _page(request: Request, found: LeadDefinition, form: DraftForm, status: int = 200, **more: Any) -> HttpResponse:
    in_force = LeadDefinition.in_force()
    context = {
        "draft": found,
        "in_force": in_force,
        "form": form,
        "facts": facts_offered(),
        "changes": changes(in_force, found),
        "scale": wording.scale(found),
        **signing_context(request, found),
        **more,
    }
    return render(request, "leads/draft.html", context, status=status)


def _refused(
    request: Request, found: LeadDefinition, form: DraftForm, status: int, faults: list[str], theirs: Any = None
) -> HttpResponse:
    context = {"faults": faults, "theirs": theirs}
    if request.htmx:
        answer = render(request, "leads/_draft_faults.html", context, status=status)
        return reswap(retarget(answer, "#faults"), "innerHTML")
    return _page(request, found, form, status, **context)


def _theirs(found: LeadDefinition, form: DraftForm) -> list[Change]:
    """What the draft, as somebody else left it, says otherwise than what was sent."""
    sent = LeadDefinition(**{name: value for name, value in vars(form.rules).items() if name != "criteria"})
    sent.rules = list(form.rules.criteria)
    return changes(sent, _fresh(found))


def _fresh(found: LeadDefinition) -> LeadDefinition:
    return LeadDefinition.objects.prefetch_related("criteria").get(pk=found.pk)


def _consequences(request: Request, found: LeadDefinition) -> dict[str, Any]:
    return {
        "draft": found,
        "preview": preview(found),
        "scale": wording.scale(found),
        "changes": changes(LeadDefinition.in_force(), found),
        **signing_context(request, found),
    }


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
