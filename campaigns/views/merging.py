"""Two campaigns side by side, merged where somebody says that they are one, and the way back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import company
from accounts.requests import Request
from campaigns.access import keeps_campaigns
from campaigns.forms import CampaignForm
from campaigns.matching import called
from campaigns.merging import merge_campaigns, undo_campaign_merge
from campaigns.models import Campaign
from campaigns.views.campaign import found
from common import moving
from common.errors import DomainError
from common.templatetags.ui import moment_words, money

STATUS_OF = {"stale": 409, "gone": 409}
NOTHING = "–"
FACTS = ("name", "code", "channel", "starts_on", "ends_on", "owner", "sales_partner", "budget", "parent", "audience")


@dataclass(frozen=True)
class Compared:
    """One line of the comparison: what each of the two says, or how many rows each has."""

    label: str
    values: tuple[str, str]


def merge_page(request: Request, code: str) -> HttpResponse:
    """Choose the other one by `with`, compare the two, and say which is kept; POST merges them."""
    one = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    asked = request.POST.get("with") or request.GET.get("with", "")
    other = Campaign.objects.visible_to(request.user).exclude(pk=one.pk).filter(called(asked)).first()
    if other is None:
        return _chosen(request, one, asked)
    if request.method != "POST":
        return _shown(request, one, other)
    keep, drop = (other, one) if request.POST.get("keep") == other.code else (one, other)
    versions = {each.pk: _whole(request.POST.get(f"version-{each.pk}", "")) for each in (one, other)}
    try:
        made = merge_campaigns(keep, drop, versions=versions, by=request.user, at=timezone.now())
    except DomainError as error:
        return _shown(request, found(request, code), other, error)
    undo = reverse("campaigns:merge_undoings", args=[keep.code, made.pk])
    told = {"drop": drop.name, "keep": keep.name}
    messages.success(request, _("Merged: “%(drop)s” is part of “%(keep)s”.") % told, extra_tags=undo)
    return redirect(keep)


@require_POST
def merge_undoings(request: Request, code: str, merge_id: int) -> HttpResponse:
    """Make two campaigns of one again."""
    campaign = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    made = get_object_or_404(campaign.merges, pk=merge_id)
    try:
        back = undo_campaign_merge(made, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(campaign)
    messages.success(request, _("“%(name)s” is a campaign of its own again.") % {"name": back.name})
    return redirect(campaign)


def _chosen(request: Request, one: Campaign, asked: str) -> HttpResponse:
    error = _("There is no other campaign with this code.") if asked or request.method == "POST" else ""
    others = Campaign.objects.visible_to(request.user).exclude(pk=one.pk).order_by("-pk")
    context = {"campaign": one, "asked": asked, "error": error, "others": others.values_list("code", "name")[:200]}
    return render(request, "campaigns/merge_choose.html", context, status=422 if error else 200)


def _shown(request: Request, one: Campaign, other: Campaign, error: DomainError | None = None) -> HttpResponse:
    lines = [Compared(_label(name), (_said(one, name), _said(other, name))) for name in FACTS]
    facts = [line for line in lines if line.values != (NOTHING, NOTHING)]
    context = {
        "campaign": one, "other": other, "facts": facts, "rows": _rows(one, other), "error": error,
    }  # fmt: skip
    status = STATUS_OF.get(error.code, 422) if error else 200
    return render(request, "campaigns/merge.html", context, status=status)


def _rows(one: Campaign, other: Campaign) -> list[Compared]:
    """How many rows of every kind stand on each, where any do."""
    lines = []
    for relation in moving.relations(Campaign):
        model, name = relation.related_model, relation.field.name
        n = [model._base_manager.filter(**{name: each}).count() for each in (one, other)]
        label = _("campaigns under it") if model is Campaign else str(model._meta.verbose_name_plural)
        if any(n):
            lines.append(Compared(capfirst(label), (f"{n[0]:,}", f"{n[1]:,}")))
    return lines


def _label(name: str) -> str:
    field = CampaignForm.base_fields.get(name)
    return str(field.label) if field else capfirst(str(Campaign._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _said(campaign: Campaign, name: str) -> str:
    value: Any = getattr(campaign, name)
    if value in (None, ""):
        return NOTHING
    if name == "channel":
        return str(campaign.get_channel_display())
    if name == "budget":
        return money(value, company.current().currency)
    return moment_words(value) if name.endswith("_on") else str(value)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
