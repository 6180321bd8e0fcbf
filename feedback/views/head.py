"""What stands above the work list and changes with each answer."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from accounts.requests import Request
from common.statistics import ENOUGH
from feedback import worklist

WHOSE = ("mine", "queue", "team")


def whose_asked(user: User, asked: QueryDict) -> str:
    """Whose work a page shows, a rep's by id too: as asked, else one's own, or the team's for who takes no leads."""
    whose = asked.get("whose", "")
    known = whose in WHOSE or (whose.isascii() and whose.isdecimal() and len(whose) < 19)
    return whose if known else "mine" if user.takes_leads else "team"


def list_url(request: Request) -> str:
    """The address of the list that a plain form was sent from."""
    url = reverse("feedback:followups")
    return f"{url}?whose={whose_asked(request.user, request.POST)}" if request.POST.get("whose") else url


def whose_list(request: Request) -> str:
    """Whose work the list shows from which an act came."""
    return whose_asked(request.user, QueryDict((request.htmx.current_url or "").partition("?")[2]))


def head(user: User, whose: str, now: datetime) -> dict[str, Any]:
    """The counts, the tabs, and how many were answered in time."""
    met, decided = worklist.answered_in_time(user, now) if user.takes_leads else (0, 0)
    counts = worklist.numbers(user, whose, now)
    sizes = {key: counts[key] for key in worklist.LABELS}
    return {
        "whose": whose, "sizes": sizes, "total": sum(sizes.values()), "counts": counts,
        "met": met, "decided": decided, "too_few": decided < ENOUGH, "answers": user.in_sales,
        "names_reps": whose != "mine",
        "whose_person": User.objects.filter(pk=whose).first() if whose.isdecimal() else None,
    }  # fmt: skip
