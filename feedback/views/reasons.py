"""What sales said of a campaign, and the leads behind each number of it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import Request
from campaigns.models import Campaign
from common.paging import capped_count, page_by_moment
from feedback import reason_mix
from feedback.adjusting import may_open
from feedback.adjustments import today
from feedback.came_of import came_of
from feedback.models import Reason
from feedback.shares import WINDOWS, Asked
from leads.columns import COLUMNS, USUAL, rows


def campaign_reasons(request: Request, code: str) -> HttpResponse:
    """Why leads of a campaign do not progress, and what is done about it: a fragment of its page."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), code=code)
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and len(asked) < 5 and int(asked) in WINDOWS else None
    now = timezone.now()
    mix = reason_mix.mix(campaign, days=days, now=now)
    context = {
        "campaign": campaign, "mix": mix, "windows": WINDOWS, "today": today(now), "may_open": may_open(request.user),
        "verbatims": reason_mix.verbatims(campaign, request.user, since=mix.since),
        "title": campaign.name, "fragment": "feedback/adjustments/_campaign.html",
    }  # fmt: skip
    page = context["fragment"] if request.htmx else "feedback/adjustments/fragment.html"
    return render(request, str(page), context)


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
    leads = asked.leads(all_judged=everybody)
    seen = leads.visible_to(request.user)
    count, capped = capped_count(seen)
    page = page_by_moment(seen.for_list(), "captured_at", request.GET.get("after", ""))
    context = {
        "asked": asked, "about": asked.reason or Reason.Group(asked.group).label, "everybody": everybody,
        "columns": [COLUMNS[key] for key in USUAL], "rows": rows(page.rows, USUAL), "page": page,
        "count": count, "count_is_capped": capped,
        "hidden": 0 if request.user.sees_everything else leads.count() - count,
    }  # fmt: skip
    return render(request, "feedback/adjustments/leads.html", context)


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
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if found.tzinfo is None:
        raise Http404
    return found
