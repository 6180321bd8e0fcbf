"""A quarter with another beside it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import Request
from reviews import side_by_side
from reviews.report import known_quarters
from reviews.views import ROWS_SHOWN, _quarter

MOST_OFFERED = 12


def beside(request: Request, key: str, other: str) -> HttpResponse:
    """Two quarters side by side; `?all=campaigns` shows every campaign."""
    here, there, now = _quarter(key), _quarter(other), timezone.now()
    every = request.GET.get("all") == "campaigns"
    found = side_by_side.beside(here, there, now=now, most=None if every else ROWS_SHOWN)
    context = {"beside": found, "quarters": known_quarters(now)[:MOST_OFFERED]}
    return render(request, "reviews/beside.html", context)
