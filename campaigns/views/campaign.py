"""One campaign: who, when, money, what was done, and the steps of its life."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Change
from accounts.requests import Request
from accounts.trail import changes_words
from campaigns.access import keeps_campaigns
from campaigns.aliases import aliases_of
from campaigns.ending import ACTS, today
from campaigns.forms import ActivityForm, PartnerForm, StatusForm
from campaigns.matching import called
from campaigns.merging import may_be_undone
from campaigns.models import Campaign
from campaigns.partnering import may_answer, may_ask
from campaigns.spending import spending
from common.errors import DomainError

MOST = 200
MOST_CHANGES = 50


def campaign_page(request: Request, code: str) -> HttpResponse:
    """The page; with `again`, an activity of it stands in the form to be logged once more."""
    campaign, number = found(request, code), request.GET.get("again", "")
    if campaign.code != code:
        return redirect(campaign, permanent=False)
    known = number.isdecimal() and len(number) < 10
    again = campaign.activities.filter(pk=number).first() if known else None
    begins = {"what": again.what if again else "", "on": today(timezone.now())}
    return shown(request, campaign, activity_form=ActivityForm(initial=begins))


@require_POST
def statuses(request: Request, code: str) -> HttpResponse:
    """End it, abandon it, or take it up again; what was written stands again where it is refused."""
    campaign = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    form = StatusForm(request.POST)
    if not form.is_valid():
        return shown(request, campaign, status=422, status_form=form)
    said, act = form.cleaned_data, ACTS[form.cleaned_data["act"]]
    try:
        act(campaign, why=said["why"], version=said["version"], by=request.user, at=timezone.now())
    except DomainError as error:
        form.refuse(error)
        status = 409 if error.code in ("stale", "gone") else 422
        return shown(request, found(request, code), status=status, status_form=form)
    messages.success(request, _("Saved."))
    return redirect(campaign)


def found(request: Request, code: str) -> Campaign:
    """The campaign, or the one into which it was merged, where the person may see it; else Http404."""
    campaigns = Campaign.objects.visible_to(request.user).select_related("owner", "sales_partner", "parent")
    return get_object_or_404(campaigns.with_spending(), called(code))


def shown(request: Request, campaign: Campaign, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with the forms that were refused."""
    merges = list(campaign.merges.filter(undone_at=None).select_related("by", "kept").order_by("-pk")[:MOST_CHANGES])
    told = [campaign.pk, *(merge.dropped for merge in merges)]
    changes = Change.objects.filter(what=Campaign._meta.label_lower, object_id__in=told).select_related("by")
    day, costs = today(timezone.now()), list(campaign.costs.all()[: MOST + 1])
    context = {
        "campaign": campaign,
        "status": campaign.status_on(day),
        "money": spending(campaign, day),
        "costs": costs[:MOST],
        "more_costs": len(costs) > MOST,
        "activities": campaign.activities.select_related("by")[:MOST],
        "changes": [(change, changes_words(change)) for change in changes[:MOST_CHANGES]],
        "expected": [(grade, getattr(campaign, f"expected_{grade.lower()}")) for grade in "ABCD"],
        "aliases": aliases_of(campaign),
        "merges": [(merge, index == 0 and may_be_undone(merge)) for index, merge in enumerate(merges)],
        "may_keep": keeps_campaigns(request.user),
        "may_answer": may_answer(request.user, campaign, day),
        "may_ask": may_ask(request.user, campaign, day),
        "partner_form": PartnerForm(),
        "status_form": StatusForm(),
        "activity_form": ActivityForm(initial={"on": day}),
        **forms,
    }
    return render(request, "campaigns/campaign.html", context, status=status)
