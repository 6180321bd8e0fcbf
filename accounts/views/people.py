"""People: who takes leads, how many, and who is away when."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import manages, may_set
from accounts.forms import AbsenceForm, WorkForm
from accounts.joining import may_be_invited
from accounts.models import Absence, User
from accounts.requests import Request
from accounts.staffing import change_work, come_back, end_absence, plan_absence
from common.errors import DomainError
from common.paging import SIZE


def people(request: Request) -> HttpResponse:
    """Everybody who works here, by name, fifty at a time."""
    now = timezone.now()
    here = User.objects.present(now).filter(pk=OuterRef("pk"))
    left = "left" in request.GET
    rows = User.objects.filter(is_active=not left).select_related("team").annotate(here=Exists(here))
    if left:
        # Whom only a file has named was never here.
        rows = rows.filter(emailaddress__isnull=False)
    after = request.GET.get("after", "")
    if last := User.objects.filter(pk=int(after)).first() if after.isdecimal() and len(after) < 10 else None:
        rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    found = list(rows.order_by("name", "pk")[: SIZE + 1])
    next_key = found[SIZE - 1].pk if len(found) > SIZE else ""
    return render(request, "settings/people.html", {
        "people": found[:SIZE], "next": next_key, "left": left, "may": may_set(request.user),
    })  # fmt: skip


def person(request: Request, person_id: int) -> HttpResponse:
    """One person; a manager's form says whether they take leads in turn and how many."""
    found = _person(person_id)
    if request.method != "POST":
        return _shown(request, found)
    if not manages(request.user, found):
        raise PermissionDenied
    form = WorkForm(request.POST)
    return _kept(request, found, form, lambda: change_work(found, **form.cleaned_data, by=request.user), work=form)


@require_POST
def absences(request: Request, person_id: int) -> HttpResponse:
    """Plan an absence; with `back`, end what says away now."""
    found, now, form = _person(person_id), timezone.now(), AbsenceForm(request.POST)
    if "back" in request.POST:
        return _acted(found, lambda: come_back(found, by=request.user, at=now))
    if request.user.pk != found.pk and not manages(request.user, found):
        raise PermissionDenied
    return _kept(
        request, found, form, lambda: plan_absence(found, **form.cleaned_data, by=request.user, at=now), away=form
    )


@require_POST
def removals(request: Request, person_id: int, absence_id: int) -> HttpResponse:
    """End an absence, or take away one that has not begun."""
    found = _person(person_id)
    absence = get_object_or_404(Absence, pk=absence_id, person=found)
    return _acted(found, lambda: end_absence(absence, by=request.user, at=timezone.now()))


def _person(person_id: int) -> User:
    here = Q(is_active=True) | Q(emailaddress__isnull=False)
    return get_object_or_404(User.objects.select_related("team").filter(here).distinct(), pk=person_id)


def _acted(found: User, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        raise PermissionDenied from error
    return redirect("settings:person", found.pk)


def _kept(request: Request, found: User, form: Any, act: Callable[[], Any], **forms: Any) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect("settings:person", found.pk)
    return _shown(request, found, status=422, **forms)


def _shown(request: Request, found: User, *, work: Any = None, away: Any = None, status: int = 200) -> HttpResponse:
    now, may = timezone.now(), manages(request.user, found)
    work = work or WorkForm(initial=WorkForm.of(found))
    if not may:
        work.only_shown()
    context = {
        "person": found,
        "away_until": found.away_until if found.away_until and found.away_until > now else None,
        "absences": list(found.absences.filter(until__gt=now)[:SIZE]),
        "work": work,
        "form": away or AbsenceForm(),
        "may_manage": may,
        "may_plan": found.is_active and (may or request.user.pk == found.pk),
        "may_invite": may and may_be_invited(found),
        "may_end": may and request.user.pk != found.pk,
        "now": now,
    }
    return render(request, "settings/person.html", context, status=status)
