"""What the timeline says about the events of this room."""

from collections.abc import Callable

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts import company
from common.templatetags.ui import moment_words, money
from feedback.forms import NEXT_STEPS
from feedback.models import Outcome, Response, Verdict
from leads.models import Event
from leads.timeline import Line, Names

ICONS = {"call": "phone", "email": "mail", "meeting": "users", "message": "message-square", "other": "phone"}
VERDICT_ICONS = {"accepted": "check", "nurture": "clock-fading", "rejected": "x"}


def _responded(event: Event, names: Names) -> Line:
    kind = event.data["kind"]
    return Line(str(Response.Kind(kind).label), _quoted(event), ICONS.get(kind, "phone"), "sales")


def _verdict(event: Event, names: Names) -> Line:
    verdict = event.data["verdict"]
    wakes = parse_date(event.data.get("wake_up_on", ""))
    detail = [
        event.data["reason"],
        str(dict(NEXT_STEPS).get(event.data.get("next_step", ""), "")),
        _("wakes up %(day)s") % {"day": moment_words(wakes)} if wakes else "",
        _quoted(event),
    ]
    return Line(str(Verdict.Value(verdict).label), " · ".join(filter(None, detail)), VERDICT_ICONS[verdict], "sales")


def _taken_back(event: Event, names: Names) -> Line:
    said = event.data["verdict"]
    what = Verdict.Value(said).label if said else Response.Kind(event.data["kind"]).label
    detail = [event.data["reason"], _("as if it had not been said; the clock goes on as before")]
    return Line(_("Taken back: %(what)s") % {"what": what}, " · ".join(filter(None, detail)), "undo-2", "sales")


def _outcome(event: Event, names: Names) -> Line:
    kind = event.kind.removeprefix("outcome_")
    amount = event.data.get("amount")
    said = money(float(amount), company.current().currency) if amount else ""
    detail = [said, event.data.get("reason", ""), _quoted(event)]
    return Line(str(Outcome.Kind(kind).label), " · ".join(filter(None, detail)), "handshake", "sales")


def _quoted(event: Event) -> str:
    note = event.data.get("note", "")
    return f"“{note}”" if note else ""


SENTENCES: dict[str, Callable[[Event, Names], Line]] = {
    "responded": _responded,
    "verdict_given": _verdict,
    "response_taken_back": _taken_back,
    "verdict_taken_back": _taken_back,
    "outcome_opportunity": _outcome,
    "outcome_won": _outcome,
    "outcome_lost": _outcome,
}
