"""The sales partner is asked, and answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from campaigns.access import keeps_campaigns
from campaigns.forms import PartnerForm
from campaigns.partnering import answer_as_partner, ask_partner
from campaigns.views.campaign import found, shown
from common.errors import DomainError


@require_POST
def partner_answers(request: Request, code: str) -> HttpResponse:
    """Agree or decline; what was written stands again where it is refused."""
    campaign = found(request, code)
    if request.user.pk != campaign.sales_partner_id:
        raise PermissionDenied
    form = PartnerForm(request.POST)
    if not form.is_valid():
        return shown(request, campaign, status=422, partner_form=form)
    said = form.cleaned_data
    agrees, word = said["answer"] == "agree", said["word"]
    try:
        answer_as_partner(
            campaign, agrees=agrees, word=word, version=said["version"], by=request.user, at=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        status = 409 if error.code in ("stale", "gone") else 422
        return shown(request, found(request, code), status=status, partner_form=form)
    messages.success(request, _("Saved: you are the sales partner.") if agrees else _("Saved: you declined."))
    return redirect(campaign)


@require_POST
def partner_questions(request: Request, code: str) -> HttpResponse:
    """Ask the partner, who was never asked or declined."""
    campaign = found(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    version = request.POST.get("version", "")
    known = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        asked = ask_partner(campaign, version=known, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(who)s is asked.") % {"who": asked.sales_partner})
    return redirect(campaign)
