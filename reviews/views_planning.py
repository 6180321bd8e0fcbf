"""The plan and the budget of the next quarter, on the page of the meeting and on one of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from common.errors import DomainError
from reviews import planning
from reviews.access import may_review
from reviews.forms_planning import BudgetsForm, LineForm, MoveForm
from reviews.frozen import snapshot_of
from reviews.models import Plan, PlanLine
from reviews.opening import review_of
from reviews.plans import section
from reviews.views import _quarter, holding

STATUS_OF = {"stale": 409, "gone": 409, "not_yours": 403, "signed": 409, "frozen": 409}


class _Found:
    """The quarter that the address names, its review, and who may write into it."""

    def __init__(self, request: Request, key: str) -> None:
        self.request, self.now, self.quarter = request, timezone.now(), _quarter(key)
        self.review = review_of(self.quarter, now=self.now)
        self.may = may_review(request.user) and not self.review.is_signed
        self.who: dict[str, Any] = {"by": request.user, "at": self.now}

    def check(self) -> None:
        if not may_review(self.request.user):
            raise PermissionDenied

    @property
    def lines(self) -> list[PlanLine]:
        return list(PlanLine.objects.filter(plan__review=self.review.pk).select_related("campaign"))

    def budgets(self) -> BudgetsForm:
        plan = Plan.objects.filter(review=self.review.pk).first() or Plan()
        return BudgetsForm(plan, self.lines, self.request.POST)

    def shown(self, status: int = 200, *, refusal: str = "", **typed: Any) -> HttpResponse:
        """The section alone for htmx, on a page of its own otherwise."""
        review = review_of(self.quarter, now=self.now)
        context = section(review, self.quarter, now=self.now, **typed)
        context |= holding(self.request, review, snapshot_of(review))
        page = "reviews/_plan.html" if self.request.htmx else "reviews/plan.html"
        context |= {"quarter": self.quarter, "plan_refusal": refusal}
        return render(self.request, page, context, status=status)

    def done(
        self, act: Callable[[], Any], refused: Callable[[DomainError], HttpResponse] | None = None
    ) -> HttpResponse:
        """Go on to the section in the review; or show why not."""
        try:
            act()
        except DomainError as error:
            if refused:
                return refused(error)
            return self.shown(STATUS_OF.get(error.code, 422), refusal=error.message)
        return self.shown() if self.request.htmx else redirect(self.goal)

    @property
    def goal(self) -> str:
        return f"{self.review.get_absolute_url()}#plan"


def plan(request: Request, key: str) -> HttpResponse:
    """The plan; a POST writes all budgets and the budget given."""
    found = _Found(request, key)
    if request.method != "POST":
        return found.shown()
    found.check()
    form = found.budgets()
    if not form.is_valid():
        return found.shown(422, form=form)
    said = form.cleaned_data

    def refused(error: DomainError) -> HttpResponse:
        # Its lines as they are now.
        again = found.budgets()
        again.is_valid()
        again.refuse(error)
        return found.shown(STATUS_OF.get(error.code, 422), form=again, refusal=error.message)

    return found.done(lambda: planning.set_budgets(
        found.quarter.key, form.budgets, said["given"], versions=form.versions, version=said["version"], **found.who
    ), refused)  # fmt: skip


@require_POST
def plan_expected(request: Request, key: str) -> HttpResponse:
    """What the budgets that somebody types would bring. It changes nothing."""
    found = _Found(request, key)
    found.check()
    form = found.budgets()
    if not request.htmx:
        return found.shown(form=form)
    context = section(found.review, found.quarter, now=found.now, form=form)
    return render(request, "reviews/_plan_tried.html", context)


@require_POST
def plan_moves(request: Request, key: str) -> HttpResponse:
    """Move money from one line to another."""
    found = _Found(request, key)
    found.check()
    lines = found.lines
    form = MoveForm(lines, request.POST)
    if not form.is_valid():
        return found.shown(422, move=form)
    seen = {line.pk: _version(request, f"version-{line.pk}") for line in lines}

    def refused(error: DomainError) -> HttpResponse:
        form.refuse(error)
        return found.shown(STATUS_OF.get(error.code, 422), move=form)

    said = form.cleaned_data
    return found.done(lambda: planning.move_money(
        found.quarter.key, said["amount"], source=said["source"], target=said["target"], versions=seen, **found.who
    ), refused)  # fmt: skip


@require_POST
def plan_proposals(request: Request, key: str) -> HttpResponse:
    """A line for each campaign that was decided to go on."""
    found = _Found(request, key)
    found.check()
    return found.done(lambda: planning.propose_lines(found.quarter.key, **found.who))


def new_plan_line(request: Request, key: str) -> HttpResponse:
    """A further line."""
    found = _Found(request, key)

    def save(form: LineForm) -> object:
        return planning.add_line(found.quarter.key, form.facts, **found.who)

    return _edited(found, None, save)


def plan_line(request: Request, key: str, line_id: int) -> HttpResponse:
    """What a line says."""
    found = _Found(request, key)
    line = _line(found, line_id)

    def save(form: LineForm) -> object:
        version = form.cleaned_data["version"]
        return planning.change_line(found.quarter.key, line.pk, form.facts, version=version, **found.who)

    return _edited(found, line, save)


@require_POST
def plan_line_removals(request: Request, key: str, line_id: int) -> HttpResponse:
    """Take a line out."""
    found = _Found(request, key)
    found.check()
    line, version = _line(found, line_id), _version(request, "version")
    return found.done(lambda: planning.remove_line(found.quarter.key, line.pk, version=version, **found.who))


@require_POST
def plan_budgets(request: Request, key: str) -> HttpResponse:
    """Write the budgets of the plan signed in the review `key` to the campaigns."""
    found = _Found(request, key)
    found.check()
    after = review_of(found.quarter.shifted(1), now=found.now).get_absolute_url()
    try:
        planning.take_over(found.quarter.key, **found.who)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{after}#agreed-plan")


def _edited(found: _Found, line: PlanLine | None, save: Callable[[LineForm], object]) -> HttpResponse:
    def now() -> dict[str, Any]:
        current = PlanLine.objects.filter(pk=line.pk).first() if line else None
        return LineForm.of(current, found.request.user)

    context = {"quarter": found.quarter, "planned": found.quarter.shifted(1), "line": line, "review": found.review}
    return edit(found.request, Edited(
        template="reviews/plan_line.html", context=context, form=LineForm, now=now, save=save, may=found.may,
        goal=found.goal,
    ))  # fmt: skip


def _line(found: _Found, pk: int) -> PlanLine:
    if found.review.pk is None:
        raise Http404
    return get_object_or_404(PlanLine.objects.select_related("campaign"), plan__review=found.review, pk=pk)


def _version(request: Request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
