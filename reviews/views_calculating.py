"""The start of a quarter: drafted from the one before, and the goal calculator."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.quarters import Quarter
from accounts.requests import Request
from common.errors import DomainError
from reviews import calculating, drafting
from reviews.access import may_review
from reviews.opening import review_of
from reviews.views import _quarter


@require_POST
def drafts(request: Request, key: str) -> HttpResponse:
    """Goals and commitments as in the quarter before."""
    quarter = _for_managers(request, key)
    try:
        goals, commitments = drafting.draft_from_last(quarter.key, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Drafted: %(goals)d goals, %(commitments)d commitments.") % {
            "goals": goals, "commitments": commitments,
        })  # fmt: skip
    page = "agreement:agreement" if request.POST.get("page") == "agreement" else "reviews:review"
    return redirect(page, key=quarter.key)


@require_GET
def calculator(request: Request, key: str) -> HttpResponse:
    """What a revenue takes."""
    quarter, now = _quarter(key), timezone.now()
    review = review_of(quarter, now=now)
    context: dict[str, Any] = {
        "quarter": quarter, "review": review, "asked": request.GET.get("revenue", ""),
        "may_review": may_review(request.user) and not review.is_signed,
    }  # fmt: skip
    status = 200
    if context["asked"]:
        try:
            context["found"] = calculating.calculate(quarter, _amount(context["asked"]), now=now)
        except DomainError as error:
            context["refused"], status = error.message, 422
    return render(request, "reviews/calculator.html", context, status=status)


@require_POST
def calculated_goals(request: Request, key: str) -> HttpResponse:
    """Take over what a revenue takes as goals."""
    quarter = _for_managers(request, key)
    try:
        revenue = _amount(request.POST.get("revenue", ""))
        made = len(calculating.take_over(quarter.key, revenue, by=request.user, at=timezone.now()))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, ngettext("%(n)d goal is set.", "%(n)d goals are set.", made) % {"n": made})
    return redirect("reviews:review", key=quarter.key)


def _for_managers(request: Request, key: str) -> Quarter:
    if not may_review(request.user):
        raise PermissionDenied
    return _quarter(key)


def _amount(text: str) -> Decimal:
    """A number as people write it; what is none is refused as 0 is."""
    try:
        amount = Decimal(text.strip().replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return Decimal(0)
    return amount.quantize(Decimal("0.01")) if amount.is_finite() and abs(amount) < calculating.MOST else Decimal(0)
