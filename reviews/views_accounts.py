"""The leads behind a number of the target accounts."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.requests import Request
from leads.models import Organisation
from reviews.target_accounts import PARTS, leads_behind
from reviews.views import _listed, _quarter


def account_leads(request: Request, key: str, part: str) -> HttpResponse:
    """Those of one account, or of all together, that the person may see, and how many there are."""
    quarter, asked = _quarter(key), request.GET.get("account", "")
    if part not in PARTS or (asked and not (asked.isdecimal() and len(asked) < 10)):
        raise Http404
    targets = Organisation.objects.visible_to(request.user).filter(is_target=True)
    organisation = get_object_or_404(targets, pk=int(asked)) if asked else None
    leads = leads_behind(part, quarter, organisation.pk if organisation else None)
    context = {"quarter": quarter, "organisation": organisation, "words": PARTS[part][0]}
    return render(request, "reviews/account_leads.html", _listed(request, leads) | context)
