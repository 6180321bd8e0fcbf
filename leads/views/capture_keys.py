"""The keys of an address that a platform posts to."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from campaigns.access import keeps_campaigns
from common.errors import DomainError
from leads.capture.forms import SecretsForm
from leads.capture.secrets import keep_secrets, make_key
from leads.models import CaptureAddress
from leads.views.capture_addresses import found_address, shown


@require_POST
def keys(request: Request, code: str, address_id: int) -> HttpResponse:
    """A new key, shown this once; the one before it is dead."""
    found = _kept_by(request, code, address_id)
    try:
        return shown(request, found, key=make_key(found, by=request.user))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(found)


@require_POST
def secrets(request: Request, code: str, address_id: int) -> HttpResponse:
    """The secret of Meta's app and a page token; an empty field stays as it was."""
    found = _kept_by(request, code, address_id)
    form = SecretsForm(request.POST)
    if form.is_valid():
        try:
            keep_secrets(found, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    return shown(request, found, status=422, secrets_form=form)


def _kept_by(request: Request, code: str, address_id: int) -> CaptureAddress:
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    return found_address(request, code, address_id)
