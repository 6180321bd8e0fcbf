"""Acts on many leads of the list, and what is kept of the list itself."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.requests import Request
from common.errors import DomainError
from common.templatetags.ui import number
from leads import bulk, saved_views
from leads.models import SavedView

# A way back is offered where its address can name every lead.
UNDO_UP_TO = 100


@require_POST
def acts(request: Request) -> HttpResponse:
    """Assign, hand off, tag or untag the leads that were chosen, or all that match."""
    data = request.POST if "act" in request.POST else request.GET
    back = f"{reverse('leads:list')}?{data.get('back', '')}".rstrip("?")
    try:
        leads = bulk.chosen(
            request.user,
            ids=data.getlist("lead"),
            query=data.get("query", ""),
            all_of_them=data.get("all") == "1",
        )
        done = _done(request.user, leads, data)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _told(done), extra_tags=_way_back(done, data))
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)


def _done(user: User, leads: bulk.Leads, data: QueryDict) -> bulk.Done:
    now = timezone.now()
    match data.get("act"):
        case "assign":
            rep = data.get("rep", "")
            found = User.objects.filter(pk=int(rep) if rep.isdecimal() and len(rep) < 19 else 0).first()
            if found is None:
                raise DomainError("not_a_rep", _("Choose the rep who gets the leads."))
            return bulk.assign(leads, rep=found, by=user, at=now)
        case "hand_off":
            return bulk.hand_off(leads, by=user, at=now)
        case "tag" | "untag" as act:
            return bulk.tag(leads, word=data.get("tag", ""), by=user, at=now, off=act == "untag")
    raise DomainError("no_act", _("Choose what to do with the leads."))


def _told(done: bulk.Done) -> str:
    """How many were changed, and how many were not, with why."""
    said = ngettext("%(n)s lead changed", "%(n)s leads changed", done.count) % {"n": number(done.count)}
    left = [f"{number(count)} {why}" for count, why in done.skipped]
    return f"{said}; {', '.join(left)}." if left else f"{said}."


def _way_back(done: bulk.Done, data: QueryDict) -> str:
    if data.get("act") not in ("tag", "untag") or not 0 < len(done.ids) <= UNDO_UP_TO:
        return ""
    act = "untag" if data["act"] == "tag" else "tag"
    told = [("act", act), ("tag", data.get("tag", "")), ("back", data.get("back", ""))]
    return f"{reverse('leads:acts')}?{urlencode([*told, *(('lead', pk) for pk in done.ids)])}"


@require_POST
def list_columns(request: Request) -> HttpResponse:
    """Keep which columns the person wants to see."""
    saved_views.keep_columns(by=request.user, shown=request.POST.getlist("column"))
    return redirect(f"{reverse('leads:list')}?{_without_columns(request.POST.get('back', ''))}".rstrip("?"))


def _without_columns(back: str) -> str:
    data = QueryDict(back, mutable=True)
    data.pop("column", None)
    return data.urlencode()


@require_POST
def views(request: Request) -> HttpResponse:
    """Keep the list under a new name."""
    data = request.POST
    try:
        view = saved_views.save_view(by=request.user, name=data.get("name", ""), **_kept(data))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('leads:list')}?{data.get('query', '')}")
    messages.success(request, _("Saved: %(name)s") % {"name": view})
    return redirect(f"{reverse('leads:list')}?view={view.pk}")


@require_POST
def one_view(request: Request, view_id: int) -> HttpResponse:
    """Change a view, or delete it where `act` says so."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=view_id)
    data = request.POST
    version = data.get("version", "")
    try:
        if data.get("act") == "delete":
            saved_views.delete_view(view, by=request.user)
            messages.success(request, _("Deleted: %(name)s") % {"name": view})
            return redirect("leads:list")
        known = int(version) if version.isdecimal() and len(version) < 10 else 0
        saved_views.change_view(view, by=request.user, version=known, name=data.get("name", view.name), **_kept(data))
        messages.success(request, _("Saved: %(name)s") % {"name": view})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{reverse('leads:list')}?view={view.pk}")


def _kept(data: QueryDict) -> dict[str, Any]:
    return {
        "query": data.get("query", ""),
        "order": data.get("order", ""),
        "shown": data.getlist("column"),
        "shared": data.get("shared") == "1",
    }
