"""The agreement: both halves, live, and the two signatures."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.quarters import quarter_of
from accounts.requests import Request
from common.errors import DomainError
from reviews import agreeing, agreements
from reviews.access import may_review
from reviews.opening import review_of
from reviews.views import _quarter


@require_GET
def current(request: Request) -> HttpResponse:
    """The agreement of the quarter that runs."""
    return agreement(request, quarter_of(timezone.now()).key)


@require_GET
def agreement(request: Request, key: str) -> HttpResponse:
    """The agreement of a quarter."""
    quarter, now = _quarter(key), timezone.now()
    review = review_of(quarter, now=now)
    context = agreements.page(review, quarter, now=now)
    context |= {"review": review, "may_review": may_review(request.user) and not review.is_signed}
    context["may_sign"] = agreements.may_sign(context["agreement"], request.user)
    return render(request, "agreement/agreement.html", context)


@require_POST
def signatures(request: Request, key: str) -> HttpResponse:
    """Sign for one's side what was seen."""
    return _act(request, key, agreeing.sign, _("Signed."))


@require_POST
def versions(request: Request, key: str) -> HttpResponse:
    """Begin the next version of an agreement that both signed."""
    return _act(request, key, agreeing.begin_version, "")


def _act(request: Request, key: str, verb: Callable[..., Any], done: str) -> HttpResponse:
    """A refusal is said on the page."""
    if not may_review(request.user):
        raise PermissionDenied
    quarter, version = _quarter(key), request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        return HttpResponse(_("Open the agreement and try again."), status=422)
    try:
        verb(quarter.key, version=int(version), by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, done)
    return redirect("agreement:agreement", key=quarter.key)
