"""The signatures under a quarter, and the freeze taken back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.quarters import Quarter
from accounts.requests import Request
from common.errors import DomainError
from reviews import signing
from reviews.access import may_review, may_sign
from reviews.views import _quarter


@require_POST
def signatures(request: Request, key: str) -> HttpResponse:
    """Sign what the page showed: live figures freeze, frozen ones are sealed. A refusal is said on the page."""
    if not may_sign(request.user):
        raise PermissionDenied
    quarter, asked, now = _quarter(key), request.POST, timezone.now()
    version, digest = asked.get("version", ""), asked.get("digest", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0

    def sign() -> object:
        if digest:
            return signing.sign(quarter.key, digest, by=request.user, at=now)
        return signing.freeze(quarter.key, version=seen, by=request.user, at=now)

    return _done(request, quarter, sign)


@require_POST
def freeze_removals(request: Request, key: str) -> HttpResponse:
    """Take the freeze back; a refusal is said on the page."""
    if not may_review(request.user):
        raise PermissionDenied
    quarter = _quarter(key)
    return _done(request, quarter, lambda: signing.thaw(quarter.key, by=request.user, at=timezone.now()))


def _done(request: Request, quarter: Quarter, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("reviews:review", key=quarter.key)
