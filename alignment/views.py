"""Home: what needs this person today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from alignment.today import today_for


def home(request: HttpRequest) -> HttpResponse:
    """At most seven things, by side, and the quarter so far."""
    return render(request, "home.html", today_for(request.user, timezone.now()))
