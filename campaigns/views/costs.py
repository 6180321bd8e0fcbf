"""Lines of money of a campaign: a new one, one to change, one to take away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from campaigns.access import keeps_campaigns
from campaigns.cost_forms import CostForm
from campaigns.costs import add_cost, change_cost, remove_cost
from campaigns.ending import today
from campaigns.models import Campaign, Cost
from campaigns.views.campaign import found
from common.errors import DomainError


def new_cost(request: Request, code: str) -> HttpResponse:
    campaign = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    begins = {"version": 1, "on": today(timezone.now())}
    return _edited(request, campaign, None, begins)


def cost(request: Request, code: str, cost_id: int) -> HttpResponse:
    """One line; 409 beside what somebody else wrote meanwhile."""
    campaign = found(request, code)
    return _edited(request, campaign, _line(campaign, cost_id), {})


@require_POST
def cost_removals(request: Request, code: str, cost_id: int) -> HttpResponse:
    """Take a line away; one that somebody changed meanwhile stays."""
    campaign = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    version = request.POST.get("version", "")
    known = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        remove_cost(_line(campaign, cost_id), version=known, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("campaigns:cost", code, cost_id)
    messages.success(request, _("The cost is taken away."))
    return redirect(campaign)


def _line(campaign: Campaign, cost_id: int) -> Cost:
    return get_object_or_404(campaign.costs.select_related("campaign"), pk=cost_id)


def _edited(request: Request, campaign: Campaign, line: Cost | None, begins: dict[str, Any]) -> HttpResponse:
    def save(form: CostForm) -> Cost:
        facts: Any = form.facts
        if line is None:
            return add_cost(campaign, by=request.user, **facts)
        return change_cost(line, facts, version=form.cleaned_data["version"], by=request.user)

    return edit(
        request,
        Edited(
            template="campaigns/cost.html",
            context={"campaign": campaign, "cost": line},
            form=CostForm,
            now=lambda: CostForm.of(_line(campaign, line.pk)) if line else begins,
            save=save,
            may=keeps_campaigns(request.user),
            goal=campaign.get_absolute_url(),
        ),
    )
