"""One change for the campaigns that were chosen in the list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from campaigns.access import keeps_campaigns
from campaigns.ending import today
from campaigns.forms import CampaignForm
from campaigns.many import MOST, Done, change_many
from campaigns.many_forms import ManyForm
from campaigns.models import Campaign
from common.errors import DomainError


def many(request: Request) -> HttpResponse:
    """Choose what changes; what was refused is told with why, and stays chosen."""
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _shown(request, _chosen(request, request.GET), ManyForm())
    chosen, form = _chosen(request, request.POST), ManyForm(request.POST)
    if not form.is_valid():
        return _shown(request, chosen, form, status=422)
    said, now = form.cleaned_data, timezone.now()
    try:
        done = change_many(chosen, said["act"], said, by=request.user, at=now)
    except DomainError as error:
        form.refuse(error)
        return _shown(request, chosen, form, status=422)
    words = ngettext("%(n)d campaign changed.", "%(n)d campaigns changed.", len(done.changed))
    if done.refused:
        return _shown(request, [one for one, _why in done.refused], form, done=done)
    messages.success(request, words % {"n": len(done.changed)})
    return redirect("campaigns:list")


def _chosen(request: Request, data: QueryDict) -> list[Campaign]:
    known = [pk for pk in data.getlist("campaign") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    seen = Campaign.objects.visible_to(request.user).select_related("owner")
    return list(seen.filter(pk__in=known[: MOST + 1]))


def _shown(
    request: Request, chosen: list[Campaign], form: ManyForm, *, done: Done | None = None, status: int = 200
) -> HttpResponse:
    day = today(timezone.now())
    context = {
        "form": form, "done": done, "chosen": [(one, one.status_on(day)) for one in chosen],
        "title": _("Change campaigns"), "programmes": CampaignForm.programmes(),
    }  # fmt: skip
    return render(request, "campaigns/many.html", context, status=status)
