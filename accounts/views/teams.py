"""Teams, and the calendars by which they work."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import may_set
from accounts.calendars import calendars, regions_of, zone_of
from accounts.forms import CalendarForm, NewTeamForm, TeamForm
from accounts.models import Calendar, Team
from accounts.requests import Request
from accounts.settling import keep_calendar, keep_team
from accounts.views.editing import Edited, edit
from accounts.wording import week_words


def teams(request: Request) -> HttpResponse:
    """Every team with its hours, and every calendar."""
    rows = Team.objects.select_related("calendar").annotate(people=Count("members", Q(members__is_active=True)))
    context = {
        "teams": [(one, zone_of(one), week_words(one.calendar or Calendar())) for one in rows],
        "calendars": [(one, week_words(one)) for one in calendars()],
        "may": may_set(request.user),
    }
    return render(request, "settings/teams.html", context)


def team(request: Request, team_id: int) -> HttpResponse:
    """One team: name, time zone, calendar, and when an answer would be due."""
    return _team(request, get_object_or_404(Team, pk=team_id))


def new_team(request: Request) -> HttpResponse:
    return _team(request, None)


def _team(request: Request, found: Team | None) -> HttpResponse:
    def save(form: TeamForm) -> None:
        keep_team(found, form.facts, version=form.cleaned_data["version"], by=request.user)

    def now() -> dict:
        return TeamForm.of(Team.objects.get(pk=found.pk)) if found else {"side": "sales", "version": 1}

    return edit(
        request,
        Edited(
            template="settings/team.html",
            context={"team": found},
            form=TeamForm if found else NewTeamForm,
            now=now,
            save=save,
            may=may_set(request.user),
            goal=request.path if found else "settings:teams",
        ),
    )


def calendar(request: Request, calendar_id: int) -> HttpResponse:
    """One calendar: hours, public holidays, closed days."""
    return _calendar(request, get_object_or_404(Calendar, pk=calendar_id))


def new_calendar(request: Request) -> HttpResponse:
    return _calendar(request, None)


def _calendar(request: Request, found: Calendar | None) -> HttpResponse:
    def save(form: CalendarForm) -> None:
        closed, version = form.cleaned_data["closed"], form.cleaned_data["version"]
        keep_calendar(found, form.facts, closed, version=version, by=request.user, at=timezone.now())

    return edit(
        request,
        Edited(
            template="settings/calendar.html",
            context={
                "calendar": found,
                "regions": regions_of(found.country) if found else [],
            },
            form=CalendarForm,
            now=lambda: CalendarForm.of(Calendar.objects.get(pk=found.pk) if found else Calendar()),
            save=save,
            may=may_set(request.user),
            goal="settings:teams",
        ),
    )
