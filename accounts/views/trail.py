"""Who changed what of the settings."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import may_set
from accounts.models import Change
from accounts.requests import Request
from accounts.trail import changes_words, what_words
from common.paging import page_by


def trail(request: Request) -> HttpResponse:
    """Every change, the latest first; of one kind with `what`. For those who may change."""
    if not may_set(request.user):
        raise PermissionDenied
    kinds = list(Change.objects.order_by("what").values_list("what", flat=True).distinct())
    what = request.GET.get("what", "")
    changes = Change.objects.select_related("by")
    page = page_by(
        changes.filter(what=what) if what in kinds else changes, "pk", request.GET.get("after", ""), read=int
    )
    context = {
        "rows": [(change, what_words(change.what), changes_words(change)) for change in page.rows],
        "page": page,
        "kinds": [(kind, what_words(kind)) for kind in kinds],
        "what": what,
    }
    return render(request, "settings/trail.html", context)
