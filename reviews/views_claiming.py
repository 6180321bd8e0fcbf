"""The minutes of a quarter, claim by claim."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from common.errors import DomainError
from reviews import claiming
from reviews.access import may_review
from reviews.forms import ClaimForm
from reviews.frozen import snapshot_of
from reviews.models import Claim
from reviews.opening import review_of
from reviews.views import _quarter


def new_claim(request: Request, key: str) -> HttpResponse:
    """A claim that is added."""
    return _write(request, key, None)


def claim(request: Request, key: str, pk: int) -> HttpResponse:
    """A claim that is changed."""
    return _write(request, key, get_object_or_404(Claim, pk=pk, review__quarter=key))


@require_POST
def claim_removals(request: Request, key: str, pk: int) -> HttpResponse:
    """Take a claim back; a refusal is said on the page."""
    if not may_review(request.user):
        raise PermissionDenied
    quarter, version = _quarter(key), request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        claiming.take_claim_back(quarter.key, pk, version=seen, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(_minutes(quarter.key))


def _write(request: Request, key: str, row: Claim | None) -> HttpResponse:
    quarter, now = _quarter(key), timezone.now()
    review = review_of(quarter, now=now)

    def save(form: ClaimForm) -> object:
        said = form.cleaned_data
        if row is None:
            return claiming.claim(quarter.key, said, by=request.user, at=now)
        return claiming.change_claim(quarter.key, row.pk, said, version=said["version"], by=request.user, at=now)

    edited = Edited(
        template="reviews/claim.html",
        context={"quarter": quarter, "claim": row},
        form=ClaimForm,
        now=lambda: ClaimForm.of(Claim.objects.filter(pk=row.pk).first() if row else None),
        save=save,
        may=may_review(request.user) and not review.is_signed and snapshot_of(review) is None,
        goal=_minutes(quarter.key),
    )
    return edit(request, edited)


def _minutes(key: str) -> str:
    return f"{reverse('reviews:review', args=[key])}#minutes"
