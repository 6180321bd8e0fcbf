"""A quarter to look at: its charts, and another quarter beside it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import Request
from reviews import charts as drawing
from reviews import side_by_side
from reviews.report import known_quarters
from reviews.views import ROWS_SHOWN, _quarter, fragment

MOST_OFFERED = 12


def charts(request: Request, key: str) -> HttpResponse:
    """The charts of a quarter: a part of its page."""
    quarter = _quarter(key)
    found = drawing.charts(quarter, now=timezone.now())
    title = _("Charts of %(quarter)s") % {"quarter": quarter.key}
    return fragment(request, "reviews/_charts.html", found | {"quarter": quarter, "title": title})


def beside(request: Request, key: str, other: str) -> HttpResponse:
    """Two quarters side by side; `?all=campaigns` shows every campaign."""
    here, there, now = _quarter(key), _quarter(other), timezone.now()
    every = request.GET.get("all") == "campaigns"
    found = side_by_side.beside(here, there, now=now, most=None if every else ROWS_SHOWN)
    context = {"beside": found, "quarters": known_quarters(now)[:MOST_OFFERED]}
    return render(request, "reviews/beside.html", context)
