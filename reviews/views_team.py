"""The team's view on Follow-ups, and the handoffs behind its waits."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.quarters import quarter_of
from accounts.requests import Request
from common.paging import page_by_moment
from leads import waits
from reviews.team import answered_in, may_see_team, team


def team_view(request: Request) -> HttpResponse:
    """Load, waits and absences of each rep: a fragment of Follow-ups."""
    if not may_see_team(request.user):
        raise PermissionDenied
    now, fragment = timezone.now(), "reviews/_team.html"
    context = team(quarter_of(now), now=now) | {"fragment": fragment, "title": _("The team"), "asked": request.GET}
    return render(request, fragment if request.htmx else "reviews/fragment.html", context)


def waits_page(request: Request) -> HttpResponse:
    """The answered handoffs of the quarter, of one rep where one is named, with each kind of waiting apart."""
    if not may_see_team(request.user):
        raise PermissionDenied
    now, asked = timezone.now(), request.GET.get("rep", "")
    rep = get_object_or_404(User, pk=asked if asked.isdecimal() and len(asked) < 19 else 0) if asked else None
    quarter = quarter_of(now)
    handoffs, shares = answered_in(quarter), {}
    if rep:
        shares = waits.shared_by(handoffs, rep.pk, now=now)
        handoffs = handoffs.filter(pk__in=list(shares))
    count = handoffs.count()
    page = page_by_moment(
        handoffs.select_related("lead", "lead__organisation", "rep"), "at", request.GET.get("after", "")
    )
    found = waits.of_each(handoffs.filter(pk__in=[one.pk for one in page.rows]), now=now)
    rows = [(one, found[one.pk], shares.get(one.pk)) for one in page.rows]
    context = {"rep": rep, "quarter": quarter, "rows": rows, "next": page.next, "count": count}
    return render(request, "reviews/waits.html", context)
