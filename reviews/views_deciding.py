"""Decisions and diagnoses on the page of the meeting, for several people at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.forms import VersionedForm
from accounts.models import User
from accounts.requests import Request
from campaigns.models import Campaign
from common.errors import DomainError
from common.moments import read_moment
from reviews import deciding
from reviews.access import may_review
from reviews.decisions import Told, told_of, written_since
from reviews.forms import DecisionForm, OverruleForm
from reviews.opening import review_of
from reviews.views import _quarter, holding

STATUS_OF = {"stale": 409, "gone": 409, "not_yours": 403}


@dataclass(frozen=True)
class Part:
    """What is written about a campaign: its form, what the form says at first, and the two verbs."""

    name: str
    form: Callable[..., Any]
    now: Callable[[Told, User], dict[str, Any]]
    write: Callable[..., Any]
    remove: Callable[..., Any]


def _overrule(key: str, campaign: Campaign, facts: dict[str, Any], **given: Any) -> Any:
    return deciding.overrule(key, campaign, facts["diagnosis"], facts["note"], **given)


DECISION = Part(
    "decision", DecisionForm, lambda found, by: DecisionForm.of(found.decision, by), deciding.decide, deciding.take_back
)
DIAGNOSIS = Part(
    "diagnosis", OverruleForm, lambda found, by: OverruleForm.of(found.overrule), _overrule, deciding.follow_rules
)


def decision(request: Request, key: str, code: str) -> HttpResponse:
    """What becomes of a campaign."""
    return _write(request, key, code, DECISION)


def diagnosis(request: Request, key: str, code: str) -> HttpResponse:
    """Another diagnosis than the rules propose."""
    return _write(request, key, code, DIAGNOSIS)


@require_POST
def decision_removals(request: Request, key: str, code: str) -> HttpResponse:
    """Take a decision back."""
    return _remove(request, key, code, DECISION)


@require_POST
def diagnosis_removals(request: Request, key: str, code: str) -> HttpResponse:
    """Let the rules propose the diagnosis again."""
    return _remove(request, key, code, DIAGNOSIS)


def decisions(request: Request, key: str) -> HttpResponse:
    """What was written since a moment, for whoever has the page open; nothing new is 204."""
    now, quarter = timezone.now(), _quarter(key)
    review, moment = review_of(quarter, now=now), _moment(request.GET.get("since", ""))
    news = written_since(review, moment) if review.pk and moment else []
    if not news:
        return HttpResponse(status=204)
    return render(
        request, "reviews/_decisions_news.html", holding(request, review) | {"quarter": quarter, "news": news}
    )


def _write(request: Request, key: str, code: str, part: Part) -> HttpResponse:
    """The form: a dialog of the page, or a page of its own; or what came of saving it."""
    found = _Found(request, key, code, part)
    if request.method != "POST":
        return found.shown(part.form(initial=found.initial))
    form = part.form(request.POST, initial=found.initial)
    if not found.may:
        raise PermissionDenied
    if not form.is_valid():
        return found.shown(form, 422)
    return found.done(form, lambda: part.write(
        found.quarter.key, found.campaign, form.facts, version=form.cleaned_data["version"], by=request.user,
        at=found.now,
    ))  # fmt: skip


def _remove(request: Request, key: str, code: str, part: Part) -> HttpResponse:
    found = _Found(request, key, code, part)
    if not found.may:
        raise PermissionDenied
    version = request.POST.get("version", "")
    known = int(version) if version.isdecimal() and len(version) < 10 else 0
    return found.done(part.form(found.initial, initial=found.initial), lambda: part.remove(
        found.quarter.key, found.campaign, version=known, by=request.user, at=found.now
    ))  # fmt: skip


class _Found:
    """What the address names, as the person may see it."""

    def __init__(self, request: Request, key: str, code: str, part: Part) -> None:
        self.request, self.part, self.now = request, part, timezone.now()
        self.quarter = _quarter(key)
        self.review = review_of(self.quarter, now=self.now)
        self.campaign = get_object_or_404(Campaign.objects.visible_to(request.user), code=code)
        self.told = told_of(self.review, self.campaign)
        self.initial = part.now(self.told, request.user)
        self.may = may_review(request.user)

    def done(self, form: VersionedForm, act: Callable[[], Any]) -> HttpResponse:
        """Go on to the page, or show what was refused beside what was written."""
        try:
            act()
        except DomainError as error:
            form.refuse(error)
            if error.code == "stale":
                form.tell_meanwhile(self.part.now(told_of(self.review, self.campaign), self.request.user))
            return self.shown(form, STATUS_OF.get(error.code, 422))
        if not self.request.htmx:
            return redirect(f"{self.review.get_absolute_url()}#campaigns")
        review = review_of(self.quarter, now=self.now)
        context = holding(self.request, review) | {
            "quarter": self.quarter, "news": [told_of(review, self.campaign)], "written": True,
        }  # fmt: skip
        return render(self.request, "reviews/_decisions_news.html", context)

    def shown(self, form: Any, status: int = 200) -> HttpResponse:
        if not self.may or self.review.is_signed:
            form.only_shown()
        context = holding(self.request, self.review) | {
            "quarter": self.quarter, "form": form, "campaign": self.campaign, "told": self.told, "part": self.part.name,
        }  # fmt: skip
        page = "reviews/_deciding.html" if self.request.htmx else "reviews/deciding.html"
        return render(self.request, page, context, status=status)


def _moment(text: str) -> datetime | None:
    try:
        return read_moment(text)
    except ValueError:
        return None
