"""The list of leads."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.vary import vary_on_headers

from accounts.models import Team, User
from accounts.requests import Request
from campaigns.models import Campaign
from common.paging import Page, capped_count
from leads import bulk, columns, ordering, reassigning, saved_views, tagging
from leads.access import may_merge
from leads.filter_fields import ME, NOBODY, YES_NO
from leads.filtering import STATES, LeadFilter
from leads.handoffs import may_hand_off
from leads.listing import MORE, Asked, count_of, page_of
from leads.models import Duplicate, Lead, SavedView

MOST_CAMPAIGNS = 1000
MOST_LIKELY = 1000
COMMON = ("q", "grade", "overdue")
TEXTS = ("source", "country", "industry", "job_title", "tag", "fact")
NUMBERS = ("employees_min", "employees_max")
DAYS = (
    "captured_after", "captured_before", "touched_after", "touched_before", "handed_off_after", "handed_off_before",
    "wakes_before",
)  # fmt: skip
YES_OR_NO = ("target", "has_email", "has_phone", "kept_out", "do_not_contact")
# What has no control in the form: it comes with a link and goes with its chip.
LINKED = ("external_id", "email", "organisation", "imported", "updated_by", "touched_programme")


@vary_on_headers("HX-Request")
def lead_list(request: Request) -> HttpResponse:
    """The leads that the person may see, filtered and sorted; for htmx the results alone."""
    asked = Asked.of(request.user, request.GET)
    found = page_of(asked, request.GET)
    page = found or Page([], "")
    first = _whole(request.GET.get("n", "")) + 1
    count, more = count_of(asked, at_least=first - 1 + len(page.rows)) if found else (0, False)
    context = {
        "asked": asked,
        "page": page,
        "is_looking": not found,
        "count": count,
        "count_is_capped": more and bool(page.next),
        "first": first,
        "faults": _faults(asked),
        "chips": asked.chips(),
        "columns": [columns.COLUMNS[key] for key in asked.columns],
        "rows": columns.rows(page.rows, asked.columns),
        "query": asked.filter.normalised(),
        "alike": asked.search and not asked.search.exact,
        "may_reassign": reassigning.may_reassign(request.user),
        "may_hand_off": may_hand_off(request.user),
        "most_at_once": bulk.MOST,
        "reps": reassigning.reps(),
        "column_choices": [(columns.COLUMNS[key], key in asked.columns) for key in columns.CHOICES],
        "may_change_view": asked.view and saved_views.may_change(request.user, asked.view),
    }
    if not request.htmx:
        context |= _controls(asked)
        if may_merge(request.user):
            context["likely"], context["likely_is_capped"] = capped_count(Duplicate.objects.open(), MOST_LIKELY)
    template = "leads/_results.html" if request.htmx else "leads/list.html"
    return render(request, template, context, status=422 if context["faults"] else 200)


def more_filters(request: Request) -> HttpResponse:
    """The filters that few ask for. The list brings them when they are opened: they name every campaign."""
    return render(request, "leads/_more_filters.html", _more(Asked.of(request.user, request.GET)))


def _controls(asked: Asked) -> dict[str, Any]:
    """What the forms offer, and what of it is chosen."""
    data = asked.filter.data
    more_open = MORE in data or any(data.get(name) for name in asked.filter.filters if name not in (*COMMON, *LINKED))
    return {
        "q": data.get("q", ""),
        "picks": _picks(asked),
        "overdue": data.get("overdue", "") == "true",
        "tags": tagging.tags_of(Lead.objects.visible_to(asked.user)),
        "linked": [(name, data[name]) for name in LINKED if data.get(name)],
        "orders": ordering.CHOICES,
        "views": list(SavedView.objects.visible_to(asked.user).select_related("owner")),
        "more_open": more_open,
        **(_more(asked) if more_open else {}),
    }


def _more(asked: Asked) -> dict[str, Any]:
    data, fields = asked.filter.data, LeadFilter.declared_filters
    return {
        "picks": _picks(asked),
        "campaigns": _campaigns(asked.user, {data.get("campaign"), data.get("touched_campaign")}),
        "chosen": {name: data.get(name, "") for name in fields},
        "me": ME,
        "nobody": NOBODY,
        "people": list(reassigning.reps()),
        "teams": Team.objects.filter(side="sales"),
        "texts": [(name, fields[name].label, data.get(name, "")) for name in TEXTS],
        "numbers": [(name, fields[name].label, data.get(name, "")) for name in NUMBERS],
        "days": [(name, fields[name].label, _day(data.get(name, ""))) for name in DAYS],
        "yes_or_no": [(name, fields[name].label, data.get(name, "")) for name in YES_OR_NO],
        "yes_no": YES_NO,
    }


def _picks(asked: Asked) -> dict[str, list[tuple[str, Any, bool]]]:
    """The values that several may be chosen of, each with whether it is."""
    picks = (("grade", Lead.Grade.choices), ("stage", Lead.Stage.choices), ("state", STATES))
    data = asked.filter.data
    return {name: [(value, label, value in data.getlist(name)) for value, label in choices] for name, choices in picks}


def _campaigns(user: User, chosen: Iterable[str | None]) -> list[tuple[str, str]]:
    """Codes and names to choose from: those that come first, and the chosen ones wherever they stand."""
    told = Campaign.objects.visible_to(user).values_list("code", "name")
    first = list(told[:MOST_CAMPAIGNS])
    if len(first) < MOST_CAMPAIGNS:
        return first
    codes = {code for code, _name in first}
    return first + [(code, name) for code, name in told.filter(code__in=filter(None, chosen)) if code not in codes]


def _faults(asked: Asked) -> list[str]:
    form = asked.filter.form
    return [f"{asked.filter.filters[name].label}: {' '.join(said)}" for name, said in form.errors.items()]


def _day(text: str) -> str:
    """The day of a moment, as a date control shows it."""
    try:
        moment = parse_datetime(text)
        return (moment.date() if moment else date.fromisoformat(text)).isoformat() if text else ""
    except ValueError:
        return ""


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
