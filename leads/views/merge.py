"""Two leads side by side, merged where somebody says that they are one person, and the way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.requests import Request
from common.errors import DomainError
from leads import comparing
from leads.access import lead_for, lead_in_place_of, may_merge, merge_for
from leads.merging import CHOICES, merge
from leads.models import Duplicate, Lead
from leads.unmerging import undo_merge

STATUS_OF = {"stale": 409, "gone": 409, "erased": 409}


def merge_page(request: Request, lead_id: int, other_id: int) -> HttpResponse:
    """Compare two leads, say who is kept and which values stay; POST merges them."""
    if not may_merge(request.user):
        raise PermissionDenied
    if lead_id == other_id:
        raise Http404
    one, other = (_as_of_now(request.user, pk) for pk in (lead_id, other_id))
    if one == other:
        messages.info(request, _("They are one lead already."))
        return redirect(one)
    if {one.pk, other.pk} != {lead_id, other_id}:
        return redirect("leads:merge", one.pk, other.pk)
    keep, drop = comparing.kept_first(one, other, _whole(request.POST, "keep"))
    wished = _wished(request.POST, {keep.pk, drop.pk})
    if request.method != "POST":
        return _shown(request, [keep, drop], wished)
    versions = {lead.pk: _whole(request.POST, f"version-{lead.pk}") or 0 for lead in (keep, drop)}
    choices = comparing.choices(keep, wished)
    try:
        made = merge(keep, drop, choices, versions=versions, by=request.user, at=timezone.now())
    except DomainError as error:
        return _shown(request, [keep, drop], wished, error)
    undo = reverse("leads:merge_undoings", args=[made.pk])
    told = {"one": keep.display_name, "other": drop.display_name}
    messages.success(request, _("Merged: %(one)s and %(other)s are one lead.") % told, extra_tags=undo)
    return redirect(keep)


def _as_of_now(user: User, lead_id: int) -> Lead:
    """The lead, or the one into which somebody has merged it; else Http404."""
    try:
        return lead_for(user, lead_id)
    except Http404:
        if kept := lead_in_place_of(user, lead_id):
            return kept
        raise


def _shown(
    request: Request, leads: list[Lead], wished: dict[str, int], error: DomainError | None = None
) -> HttpResponse:
    keep, drop = leads
    pair = Duplicate.objects.of(keep).of(drop).first()
    context = {
        "keep": keep,
        "drop": drop,
        "sides": comparing.sides(leads, at=timezone.now()),
        "fields": comparing.fields(leads, wished),
        "pair": pair,
        "evidence": comparing.evidence_words(pair) if pair else [],
        "is_open": bool(pair and pair.state == Duplicate.State.OPEN),
        "erased": any(lead.erased_at for lead in leads),
        "error": error,
    }
    status = STATUS_OF.get(error.code, 422) if error else 200
    return render(request, "leads/merge.html", context, status=status)


def _wished(data: QueryDict, ids: set[int]) -> dict[str, int]:
    found = {key: _whole(data, f"field-{key}") for key in CHOICES}
    return {key: pk for key, pk in found.items() if pk in ids}


def _whole(data: QueryDict, name: str) -> int | None:
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@require_POST
def merge_undoings(request: Request, merge_id: int) -> HttpResponse:
    """Make two leads of one again."""
    if not may_merge(request.user):
        raise PermissionDenied
    made = merge_for(request.user, merge_id)
    try:
        back = undo_merge(made, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        told = {"one": Lead.objects.get(pk=made.kept_id).display_name, "other": back.display_name}
        messages.success(request, _("Undone: %(one)s and %(other)s are two leads again.") % told)
    url = made.kept.get_absolute_url()
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
