"""What sales said of a campaign, and the leads behind each number of it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import Request
from campaigns.models import Campaign
from common.moments import read_moment
from common.paging import capped_count, page_by_moment
from feedback import heard, reason_mix
from feedback.adjusting import may_open
from feedback.adjustments import today
from feedback.came_of import came_of
from feedback.commenting import may_ask
from feedback.models import Reason
from feedback.shares import WINDOWS, Asked
from leads.columns import COLUMNS, USUAL, rows
from leads.models import Lead
from leads.models.lead import LeadQuerySet


def campaign_reasons(request: Request, code: str) -> HttpResponse:
    """Why leads of a campaign do not progress, and what is done about it: a fragment of its page."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), code=code)
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and len(asked) < 5 and int(asked) in WINDOWS else None
    now = timezone.now()
    mix = reason_mix.mix(campaign, days=days, now=now)
    context = {
        "campaign": campaign, "mix": mix, "windows": WINDOWS, "today": today(now), "may_open": may_open(request.user),
        "title": campaign.name, "fragment": "feedback/adjustments/_campaign.html",
        **_heard(request, heard.Heard.back(campaign, mix.days, now), mix.days),
    }  # fmt: skip
    page = context["fragment"] if request.htmx else "feedback/adjustments/fragment.html"
    return render(request, str(page), context)


def _heard(request: Request, asked: heard.Heard, days: int) -> dict[str, Any]:
    """What sales said beside its reasons; `notes` and `reason` choose which notes are shown."""
    order, key = request.GET.get("notes", ""), request.GET.get("reason", "")
    order = order if order in heard.ORDERS else heard.NEWEST
    reason = Reason.objects.filter(key=key).first() if key else None
    notes = heard.notes(asked, request.user, order=order, reason=reason)

    def link(order: str, reason: Reason | None) -> str:
        said = {"days": days, "notes": order} | ({"reason": reason.key} if reason else {})
        return f"{reverse('adjustments:campaign_reasons', args=[asked.campaign.code])}?{urlencode(said)}"

    by_reason = [(_("All"), notes.total, None), *((str(one), n, one) for one, n in notes.reasons)]
    return {
        "notes": notes,
        "telling": order == heard.TELLING,
        "orders": [(label, None, link(name, reason), name == order) for name, label in heard.ORDERS.items()],
        "by_reason": [(label, n, link(order, one), one == reason) for label, n, one in by_reason],
        "may_ask": may_ask(request.user),
        "opinions": heard.opinions(asked),
        "silences": heard.silences(asked, request.user),
    }


@require_safe
def said_leads(request: Request, code: str) -> HttpResponse:
    """The leads that a line of what sales said counts; those the person may see, and how many there are in all."""
    asked = _line(get_object_or_404(Campaign.objects.visible_to(request.user), code=code), request.GET)
    about = heard.LINES[asked.line][0]
    context = {"about": f"{asked.grade}: {about}" if asked.grade else about}
    return _listed(request, asked, asked.leads(), context)


def _line(campaign: Campaign, data: QueryDict) -> heard.Heard:
    """What an address asks for. Raises Http404 where it can't be read."""
    line, grade = data.get("line", ""), data.get("grade", "")
    if line not in heard.LINES or grade not in ("", *Lead.Grade.values):
        raise Http404
    team, rep = (_number(data.get(name, "")) if name in data else None for name in ("team", "rep"))
    since, until = (_moment(data.get(name, "")) for name in ("since", "until"))
    return heard.Heard(campaign, since, until, line, grade, team, rep)


def my_reasons(request: Request) -> HttpResponse:
    """What marketing did with the reasons that this person gave: a fragment of Follow-ups."""
    now, fragment = timezone.now(), "feedback/adjustments/_my_reasons.html"
    context = {
        "found": came_of(request.user, now=now), "today": today(now), "fragment": fragment,
        "title": _("Follow-ups"),
    }  # fmt: skip
    return render(request, fragment if request.htmx else "feedback/adjustments/fragment.html", context)


@require_safe
def reason_leads(request: Request) -> HttpResponse:
    """The leads that a share counts; those the person may see, and how many there are in all."""
    asked, everybody = _asked(request.GET), request.GET.get("part") == "denominator"
    about = asked.reason or Reason.Group(asked.group).label
    return _listed(
        request, asked, asked.leads(all_judged=everybody), {"about": about, "everybody": everybody, "is_share": True}
    )


def _listed(request: Request, asked: Asked | heard.Heard, leads: LeadQuerySet, about: dict[str, Any]) -> HttpResponse:
    seen = leads.visible_to(request.user)
    count, capped = capped_count(seen)
    page = page_by_moment(seen.for_list(), "captured_at", request.GET.get("after", ""))
    context = {
        "asked": asked, "columns": [COLUMNS[key] for key in USUAL], "rows": rows(page.rows, USUAL), "page": page,
        "count": count, "count_is_capped": capped,
        "hidden": 0 if request.user.sees_everything else leads.count() - count,
    }  # fmt: skip
    return render(request, "feedback/adjustments/leads.html", context | about)


def _asked(data: QueryDict) -> Asked:
    """What an address asks for. Raises Http404 where it can't be read."""
    code, key, person, group = (data.get(name, "") for name in ("campaign", "reason", "by", "group"))
    if group not in Reason.Group.values:
        raise Http404
    about: dict[str, Any] = {
        "campaign": get_object_or_404(Campaign, code=code) if code else None,
        "reason": get_object_or_404(Reason, key=key, group=group) if key else None,
        "by": get_object_or_404(User, pk=_number(person)) if person else None,
    }
    return Asked(group, _moment(data.get("since", "")), _moment(data.get("until", "")), **about)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


def _moment(text: str) -> datetime:
    try:
        return read_moment(text)
    except ValueError as error:
        raise Http404 from error
