"""What every page of a signed-in person shows around its content."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.requests import Request
from feedback import worklist
from imports import kinds
from notices.models import Notification

LEAD_PAGES = (
    "leads:lead", "leads:edit", "leads:touches", "leads:person", "leads:wishes", "leads:erasure", "leads:duplicates",
    "leads:merge", "leads:organisations", "leads:organisation", "leads:organisation_edit",
)  # fmt: skip
# The addresses of the lead definition stand among those of the leads.
DEFINITION = ("leads:definition", "leads:definition_version", "leads:draft", "leads:draft_moves")


def frame(request: Request) -> dict[str, Any]:
    """`nav`, `unread_notices` and `currency`; nothing for strangers."""
    user = request.user if hasattr(request, "user") else None
    if user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {"currency": company.current().currency}
    return {
        "nav": _places(request),
        "unread_notices": Notification.objects.filter(person=user).unread().count(),
        "currency": company.current().currency,
    }


def _places(request: Request) -> list[dict[str, Any]]:
    due = worklist.pressing(request.user, timezone.now()) if request.user.in_sales else 0
    # label, where it leads, the rooms that are part of it, the key after g, the icon, a count
    places = [
        (_("Today"), "home", ("home",), "t", "house", 0),
        (_("Follow-ups"), "feedback:followups", ("feedback:", "team:"), "f", "inbox", due),
        (_("Leads"), "leads:list", ("leads:list", *LEAD_PAGES), "l", "users", 0),
        (
            _("Campaigns"),
            "campaigns:list",
            ("campaigns:", "capture:", "adjustments:", "conversions:"),
            "c",
            "megaphone",
            0,
        ),
        (_("Joint review"), "reviews:list", ("reviews:",), "r", "handshake", 0),
        (_("Agreement"), "agreement:current", ("agreement:",), "a", "pen-line", 0),
        (_("Lead definition"), "leads:definition", DEFINITION, "d", "list-checks", 0),
    ]
    if kinds.loadable_by(request.user):
        places.append((_("Import"), "imports:list", ("imports:",), "i", "upload", 0))
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {
            "label": label, "url": reverse(name), "key": key, "icon": icon, "count": count,
            "current": any(here == p or (p.endswith(":") and here.startswith(p)) for p in parts),
        }
        for label, name, parts, key, icon, count in places
    ]  # fmt: skip
