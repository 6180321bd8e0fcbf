"""What was done, in one line with a day; a line again, and a line taken away."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from campaigns.access import keeps_campaigns
from campaigns.activities import log_activity, remove_activity
from campaigns.forms import ActivityForm
from campaigns.views.campaign import found, shown
from common.errors import DomainError


@require_POST
def activities(request: Request, code: str) -> HttpResponse:
    """Log one; what was written stands again where it is refused."""
    campaign = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    form = ActivityForm(request.POST)
    if form.is_valid():
        try:
            log_activity(campaign, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(f"{campaign.get_absolute_url()}#activities")
    return shown(request, campaign, status=422, activity_form=form)


@require_POST
def activity_removals(request: Request, code: str, activity_id: int) -> HttpResponse:
    campaign = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    remove_activity(get_object_or_404(campaign.activities, pk=activity_id), by=request.user)
    return redirect(f"{campaign.get_absolute_url()}#activities")
