"""The steps of a review, and the words that stand under its title."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from common.errors import DomainError
from reviews import opening
from reviews.access import may_review
from reviews.forms import SummaryForm
from reviews.views import _quarter

STEPS = {"begin": opening.put_before_both, "prepare": opening.back_to_preparing}


@require_POST
def statuses(request: Request, key: str) -> HttpResponse:
    """Put the review before both sides, or back; a refusal is said on the page."""
    if not may_review(request.user):
        raise PermissionDenied
    quarter, step = _quarter(key), STEPS.get(request.POST.get("step", ""))
    version = request.POST.get("version", "")
    if step is None or not version.isdecimal() or len(version) > 9:
        return HttpResponse(_("Choose a step of the review."), status=422)
    try:
        step(quarter.key, version=int(version), by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("reviews:review", key=quarter.key)


def summary(request: Request, key: str) -> HttpResponse:
    """What the quarter comes to, in a sentence or two."""
    quarter, now = _quarter(key), timezone.now()
    review = opening.review_of(quarter, now=now)

    def save(form: SummaryForm) -> object:
        said = form.cleaned_data
        return opening.sum_up(quarter.key, said["summary"], version=said["version"], by=request.user, at=now)

    edited = Edited(
        template="reviews/summary.html",
        context={"quarter": quarter},
        form=SummaryForm,
        now=lambda: SummaryForm.of(opening.review_of(quarter, now=now)),
        save=save,
        may=may_review(request.user) and not review.is_signed,
    )
    return edit(request, edited)
