"""A new campaign, blank or as one of this year, and the facts of one."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from campaigns.access import keeps_campaigns
from campaigns.forms import CampaignForm, NewCampaignForm, shown
from campaigns.keeping import change_campaign, create_campaign, next_year
from campaigns.models import Campaign
from campaigns.views.campaign import found

TEMPLATE = "campaigns/form.html"


def new_campaign(request: Request) -> HttpResponse:
    """Five fields, and more where somebody has more to say; `from` names a campaign to copy for next year."""
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    copied = _copied(request)
    facts: dict[str, Any] = shown(next_year(copied)) if copied else {}
    begins = {"version": 1, "priority": Campaign.Priority.NORMAL, **facts}
    begins["owner"] = begins.get("owner") or request.user.pk
    return edit(
        request,
        Edited(
            template=TEMPLATE,
            context={"copied": copied},
            form=NewCampaignForm,
            now=lambda: begins,
            save=lambda form: create_campaign(by=request.user, **form.facts),
            may=True,
        ),
    )


def _copied(request: Request) -> Campaign | None:
    code = request.GET.get("from", "")
    every = Campaign.objects.visible_to(request.user).select_related("owner", "sales_partner", "parent")
    return get_object_or_404(every, code=code) if code else None


def edit_campaign(request: Request, code: str) -> HttpResponse:
    """The facts of one campaign; 409 beside what somebody else wrote meanwhile."""
    campaign = found(request, code)

    def save(form: CampaignForm) -> Campaign:
        facts: Any = form.facts
        return change_campaign(campaign, facts, version=form.cleaned_data["version"], by=request.user)

    return edit(
        request,
        Edited(
            template=TEMPLATE,
            context={"campaign": campaign},
            form=partial(CampaignForm, campaign=campaign),
            now=lambda: CampaignForm.of(found(request, code)),
            save=save,
            may=keeps_campaigns(request.user),
        ),
    )
