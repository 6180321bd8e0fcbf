"""All campaigns with their results: the page, its part on Campaigns, and the file."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import Request
from campaigns.access import keeps_campaigns
from common.csv_out import csv_lines
from reviews.figures import FIGURES
from reviews.listing import COLUMNS, Asked, listed, periods, table
from reviews.results import WEEKS
from reviews.values import Unit


def campaign_table(request: Request) -> HttpResponse:
    """The list: a fragment of Campaigns, or a page of its own."""
    now = timezone.now()
    asked = Asked.of(request.user, request.GET, now=now)
    listing = listed(asked, now=now)
    context = {
        "asked": asked, "listing": listing, "form": asked.filter.form, "periods": periods(asked.period, now=now),
        "heads": [_head(asked, key) for key in asked.columns],
        "choices": [(FIGURES[key], key in asked.columns) for key in COLUMNS],
        "by_name": _order(asked, "name"), "order": f"{'-' if asked.falls else ''}{asked.order}", "week_count": WEEKS,
        "spark_label": _("Leads per week"),
        "shown": _("page %(page)d of %(pages)d") % {"page": asked.page, "pages": listing.pages},
        "previous": asked.page - 1, "next": asked.page + 1 if asked.page < listing.pages else 0,
        "may_keep": keeps_campaigns(request.user),
        "fragment": "reviews/_campaign_list.html", "title": _("Results of campaigns"),
    }  # fmt: skip
    answer = render(request, context["fragment"] if request.htmx else "reviews/fragment.html", context)
    if request.htmx and request.htmx.target == "campaign-results":
        answer["HX-Push-Url"] = f"{reverse('campaigns:list')}?{request.GET.urlencode()}"
    return answer


def campaign_file(request: Request) -> HttpResponseBase:
    """All that match, as a file."""
    now = timezone.now()
    asked = Asked.of(request.user, request.GET, now=now)
    head, *rows = table(asked, now=now)
    response = StreamingHttpResponse(csv_lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="campaigns-{asked.period.key}.csv"'
    return response


def _head(asked: Asked, key: str) -> dict[str, Any]:
    return {"key": key, "label": FIGURES[key].label, "rate": FIGURES[key].unit == Unit.RATE, **_order(asked, key)}


def _order(asked: Asked, key: str) -> dict[str, Any]:
    """How the list is sorted by a column, and how a press would sort it: figures begin with the highest."""
    here = asked.order == key
    falls = not asked.falls if here else key != "name"
    return {
        "order": f"{'-' if falls else ''}{key}",
        "sorted": ("descending" if asked.falls else "ascending") if here else "",
    }
