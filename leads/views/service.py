"""Service levels, and when an answer would be due."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.access import may_set
from accounts.calendars import zone_of
from accounts.models import Team
from accounts.requests import Request
from common.errors import DomainError
from leads.deadlines import Deadlines
from leads.handoffs import HANDED_OFF_GRADES
from leads.models import ServiceLevel
from leads.service_levels import add_level, held, withdraw_level
from leads.settings_forms import LevelForm


@vary_on_headers("HX-Request")
def due_preview(request: Request, team_id: int) -> HttpResponse:
    """When a lead of each grade, handed off to a team now, would be due: a fragment."""
    team = get_object_or_404(Team.objects.select_related("calendar"), pk=team_id)
    now, deadlines, zone = timezone.now(), Deadlines(), zone_of(team)
    due = [(str(grade), deadlines.of(grade, team.pk, now)) for grade in HANDED_OFF_GRADES]
    page = "leads/_due_preview.html" if request.htmx else "leads/due_preview.html"
    with timezone.override(zone):
        return render(request, page, {"team": team, "zone": zone, "due": due})


def service_levels(request: Request) -> HttpResponse:
    """What holds for each grade, since when and what held before; a new level is added here."""
    now, may, form = timezone.now(), may_set(request.user), LevelForm()
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        form = LevelForm(request.POST)
        if form.is_valid():
            try:
                level = add_level(**form.cleaned_data, by=request.user, at=now)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, _("Saved: %(level)s.") % {"level": level.words})
                return redirect("leads:service_levels")
    context = {"held": held(now), "form": form, "may": may}
    return render(request, "leads/service_levels.html", context, status=422 if form.errors else 200)


@require_POST
def level_removals(request: Request, level_id: int) -> HttpResponse:
    """Take away a level that does not hold yet."""
    level = get_object_or_404(ServiceLevel, pk=level_id)
    try:
        withdraw_level(level, by=request.user, at=timezone.now())
    except DomainError as error:
        if error.code == "not_yours":
            raise PermissionDenied from error
        messages.error(request, error.message)
    return redirect("leads:service_levels")
