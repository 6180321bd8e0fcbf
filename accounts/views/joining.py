"""People come, change and leave."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import joining
from accounts.access import manages, may_set
from accounts.forms import NewPersonForm, PersonForm
from accounts.models import User
from accounts.requests import Request
from accounts.views.editing import Edited, edit
from common.errors import DomainError


def new_person(request: Request) -> HttpResponse:
    """A person of the own side, for admins of either; then the way in, shown once."""
    if not may_set(request.user):
        raise PermissionDenied
    side = "" if request.user.is_staff else request.user.side
    new_form = partial(NewPersonForm, side=side, gives_roles=request.user.is_staff)
    form = new_form(request.POST or None, initial={"side": request.user.side})
    if request.method == "POST" and form.is_valid():
        try:
            person = joining.invite(**form.facts, by=request.user)
        except DomainError as error:
            form.refuse(error)
        else:
            return _invited(request, person)
    status = 422 if request.method == "POST" else 200
    return render(request, "settings/new_person.html", {"form": form}, status=status)


def person_facts(request: Request, person_id: int) -> HttpResponse:
    """Name, team and roles of one person."""
    found = get_object_or_404(User, pk=person_id, is_active=True)

    def save(form: PersonForm) -> None:
        joining.change_person(found, form.facts, version=form.cleaned_data["version"], by=request.user)

    return edit(
        request,
        Edited(
            template="settings/person_facts.html",
            context={"person": found},
            form=partial(PersonForm, side=found.side, gives_roles=_gives_roles(request.user, found)),
            now=lambda: PersonForm.of(User.objects.get(pk=found.pk)),
            save=save,
            may=manages(request.user, found),
            goal=f"/settings/people/{found.pk}/",
        ),
    )


@require_POST
def departures(request: Request, person_id: int) -> HttpResponse:
    """Somebody leaves, or with `back` comes again."""
    found = get_object_or_404(User, pk=person_id)
    try:
        if "back" in request.POST:
            joining.come_again(found, by=request.user)
            messages.success(request, _("%(name)s may sign in again.") % {"name": found})
        else:
            joining.leave(found, by=request.user, at=timezone.now())
            messages.success(request, _("%(name)s has left. Open leads went to others.") % {"name": found})
    except DomainError as error:
        if error.code == "not_yours":
            raise PermissionDenied from error
        messages.error(request, error.message)
    return redirect("settings:person", found.pk)


@require_POST
def invitations(request: Request, person_id: int) -> HttpResponse:
    """A new way in for somebody who has not been inside yet."""
    return _invited(request, get_object_or_404(User, pk=person_id, is_active=True))


def _invited(request: Request, person: User) -> HttpResponse:
    try:
        path = joining.invitation(person, by=request.user)
    except DomainError as error:
        if error.code == "not_yours":
            raise PermissionDenied from error
        messages.error(request, error.message)
        return redirect("settings:person", person.pk)
    context: dict[str, Any] = {"person": person, "link": settings.BASE_URL + path}
    return render(request, "settings/invited.html", context)


def _gives_roles(user: User, person: User) -> bool:
    return user.is_staff and user.pk != person.pk
