"""A form over one versioned row: shown to everybody, saved by whom the verb lets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import Request
from common.errors import DomainError


@dataclass(frozen=True)
class Edited:
    """What is edited: its template and context, its form class, what it says now, and the verb. Without a
    `goal` one goes on to the page of what was saved."""

    template: str
    context: dict[str, Any]
    form: Callable[..., Any]
    now: Callable[[], dict[str, Any]]
    save: Callable[[Any], Any]
    may: bool
    goal: str = ""


def edit(request: Request, edited: Edited) -> HttpResponse:
    """Show the form, or save it and go on; a refusal is shown where it belongs, 409 beside what
    somebody else wrote meanwhile."""
    if request.method != "POST":
        form = edited.form(initial=edited.now())
        if not edited.may:
            form.only_shown()
        return _shown(request, edited, form, 200)
    if not edited.may:
        raise PermissionDenied
    form = edited.form(request.POST, initial=edited.now())
    if not form.is_valid():
        return _shown(request, edited, form, 422)
    try:
        saved = edited.save(form)
    except DomainError as error:
        form.refuse(error)
        if error.code == "stale":
            form.tell_meanwhile(edited.now())
        return _shown(request, edited, form, {"stale": 409, "gone": 409, "not_yours": 403}.get(error.code, 422))
    messages.success(request, _("Saved."))
    return redirect(edited.goal or saved)


def _shown(request: Request, edited: Edited, form: Any, status: int) -> HttpResponse:
    return render(request, edited.template, edited.context | {"form": form, "may": edited.may}, status=status)
