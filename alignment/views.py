"""Home: what needs this person today."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import Request
from alignment.today import today_for


def home(request: Request) -> HttpResponse:
    """At most seven things, by side, and the quarter so far."""
    return render(request, "home.html", today_for(request.user, timezone.now()))
