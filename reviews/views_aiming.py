"""Goals, key initiatives and commitments: forms in a dialog of their page, or pages of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.quarters import Quarter
from accounts.requests import Request
from common.errors import DomainError
from reviews import agreeing, agreements, aiming, aims, initiatives
from reviews.access import may_review
from reviews.aim_forms import NEW, CommitmentForm, GoalForm, InitiativeForm, said
from reviews.models import Review
from reviews.opening import review_of
from reviews.views import _quarter

STATUS_OF = {"stale": 409, "gone": 409, "agreed": 409, "not_yours": 403}


@dataclass(frozen=True)
class Kind:
    """What is written: its name, form, verbs, the rows of a review, what its page shows anew, and where that is."""

    name: str
    form: Callable[..., Any]
    add: Callable[..., Any]
    change: Callable[..., Any]
    drop: Callable[..., None]
    rows: Callable[[Review], list[Any]]
    shown: str
    page: str
    said: Callable[[Any, User], dict[str, Any]] = said


GOAL = Kind(
    "goal", GoalForm, aiming.set_goal, aiming.change_goal, aiming.drop_goal, aims.goals_of, "reviews/_goals.html",
    "reviews:review",
)  # fmt: skip
COMMITMENT = Kind(
    "commitment", CommitmentForm, agreeing.add_commitment, agreeing.change_commitment, agreeing.drop_commitment,
    lambda review: aims.commitments_of(agreeing.latest(review)), "agreement/_standing.html", "agreement:agreement",
)  # fmt: skip
INITIATIVE = Kind(
    "initiative", InitiativeForm, initiatives.begin_initiative, initiatives.change_initiative,
    initiatives.drop_initiative, initiatives.initiatives_of, "reviews/_initiatives.html", "reviews:review",
    InitiativeForm.of,
)  # fmt: skip


def new_goal(request: Request, key: str) -> HttpResponse:
    """A goal that is added."""
    return _write(_Found(request, key, GOAL))


def goal(request: Request, key: str, pk: int) -> HttpResponse:
    """A goal that is changed."""
    return _write(_Found(request, key, GOAL, pk))


@require_POST
def goal_removals(request: Request, key: str, pk: int) -> HttpResponse:
    return _remove(_Found(request, key, GOAL, pk))


def new_commitment(request: Request, key: str) -> HttpResponse:
    """A commitment that is added to the unsigned version."""
    return _write(_Found(request, key, COMMITMENT))


def commitment(request: Request, key: str, pk: int) -> HttpResponse:
    """A commitment that is changed."""
    return _write(_Found(request, key, COMMITMENT, pk))


@require_POST
def commitment_removals(request: Request, key: str, pk: int) -> HttpResponse:
    return _remove(_Found(request, key, COMMITMENT, pk))


def new_initiative(request: Request, key: str) -> HttpResponse:
    """A key initiative that is begun."""
    return _write(_Found(request, key, INITIATIVE))


def initiative(request: Request, key: str, pk: int) -> HttpResponse:
    """A key initiative that is changed."""
    return _write(_Found(request, key, INITIATIVE, pk))


@require_POST
def initiative_removals(request: Request, key: str, pk: int) -> HttpResponse:
    return _remove(_Found(request, key, INITIATIVE, pk))


class _Found:
    """What the address names, as it is now."""

    def __init__(self, request: Request, key: str, kind: Kind, pk: int | None = None) -> None:
        self.request, self.kind, self.now = request, kind, timezone.now()
        self.quarter: Quarter = _quarter(key)
        self.review = review_of(self.quarter, now=self.now)
        self.row: Any = self._row(pk)
        self.may = may_review(request.user) and not self.review.is_signed

    def _row(self, pk: int | None) -> Any:
        if pk is None:
            return None
        row = next((row for row in self.kind.rows(self.review) if row.pk == pk), None)
        if row is None:
            raise Http404
        return row

    def form(self, data: Any = None) -> Any:
        return self.kind.form(data, initial=self.kind.said(self.row, self.request.user), quarter=self.quarter)

    def done(self, form: Any, act: Callable[[], Any]) -> HttpResponse:
        """Go on to the page, or show what was refused beside what was written."""
        if not may_review(self.request.user):
            raise PermissionDenied
        try:
            act()
        except DomainError as error:
            form.refuse(error)
            if error.code == "stale" and self.row is not None:
                self.row = self._row(self.row.pk)
                form.tell_meanwhile(self.kind.said(self.row, self.request.user))
            return self.shown(form, STATUS_OF.get(error.code, 422))
        page = reverse(self.kind.page, args=[self.quarter.key])
        if not self.request.htmx:
            return redirect(f"{page}#{self.kind.name}s")
        return render(self.request, self.kind.shown, self._anew() | {"swapped": True})

    def _anew(self) -> dict[str, Any]:
        review = review_of(self.quarter, now=self.now)
        found: dict[str, Any] = {"quarter": self.quarter, "review": review, "may_review": self.may}
        if self.kind is GOAL:
            return found | {"goals": aims.told(aims.goals_of(review), self.quarter, now=self.now)}
        if self.kind is INITIATIVE:
            return found | {"initiatives": initiatives.told(review)}
        found |= agreements.standing(review, self.quarter, now=self.now)
        return found | {"may_sign": agreements.may_sign(found["agreement"], self.request.user)}

    def shown(self, form: Any, status: int = 200) -> HttpResponse:
        if not self.may:
            form.only_shown()
        context = {
            "quarter": self.quarter, "review": self.review, "form": form, "row": self.row, "part": self.kind.name,
            "may_review": self.may, "page_url": reverse(self.kind.page, args=[self.quarter.key]),
        }  # fmt: skip
        page = "reviews/_aiming.html" if self.request.htmx else "reviews/aiming.html"
        return render(self.request, page, context, status=status)


def _write(found: _Found) -> HttpResponse:
    if found.request.method != "POST":
        return found.shown(found.form())
    form = found.form(found.request.POST)
    if not may_review(found.request.user):
        raise PermissionDenied
    if not form.is_valid():
        return found.shown(form, 422)
    given = {"by": found.request.user, "at": found.now}
    row, key = found.row, found.quarter.key
    if row is None:
        return found.done(form, lambda: found.kind.add(key, form.facts, **given))
    version = form.cleaned_data["version"]
    return found.done(form, lambda: found.kind.change(key, row.pk, form.facts, version=version, **given))


def _remove(found: _Found) -> HttpResponse:
    row, text = found.row, found.request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else NEW
    given = {"version": version, "by": found.request.user, "at": found.now}
    form = found.form(found.kind.said(row, found.request.user))
    return found.done(form, lambda: found.kind.drop(found.quarter.key, row.pk if row else NEW, **given))
