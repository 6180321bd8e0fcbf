"""What marketing does with one lead: touches by hand, marks that keep it out of figures, pulling it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from campaigns.models import Campaign
from common.errors import DomainError
from leads.access import lead_for, may_add_touch
from leads.forms import TouchForm
from leads.keeping_out import keep_out
from leads.models import Lead
from leads.pulling_back import pull_back
from leads.touching import add_touch

MOST_CAMPAIGNS = 1000


def touches(request: Request, lead_id: int) -> HttpResponse:
    """The form of a touch, for marketing."""
    lead = lead_for(request.user, lead_id)
    if not may_add_touch(request.user, lead):
        raise PermissionDenied
    campaigns = Campaign.objects.visible_to(request.user)
    form = TouchForm(request.POST if request.method == "POST" else None, campaigns=campaigns)
    form.fields["campaign"].widget.choices = [
        ("", _("None")),
        *((one.code, str(one)) for one in campaigns.only("code", "name")[:MOST_CAMPAIGNS]),
    ]
    if form.is_valid():
        try:
            add_touch(lead, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved: a touch of %(who)s.") % {"who": lead.display_name})
            return redirect("leads:lead", lead_id)
    return render(request, "leads/touch.html", {"lead": lead, "form": form}, status=422 if form.is_bound else 200)


@require_POST
def marks(request: Request, lead_id: int) -> HttpResponse:
    """Keep a lead out of figures, or take that back."""
    lead = lead_for(request.user, lead_id)
    why = request.POST.get("why", "")
    try:
        keep_out(lead, why, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        words = {"who": lead.display_name, "mark": Lead.KeptOut(why).label.lower() if why else ""}
        said = _("Saved: %(who)s, %(mark)s, kept out of figures.") if why else _("Saved: %(who)s counts again.")
        messages.success(request, said % words)
    return redirect("leads:lead", lead_id)


@require_POST
def pullings(request: Request, lead_id: int) -> HttpResponse:
    """Marketing pulls the lead back from sales."""
    lead = lead_for(request.user, lead_id)
    try:
        pull_back(lead, by=request.user, why=request.POST.get("why", ""), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved: %(who)s is back with marketing.") % {"who": lead.display_name})
    return redirect("leads:lead", lead_id)
