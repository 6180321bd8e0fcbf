"""What the timeline says about the events of this room."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts import company
from common.templatetags.ui import moment_words, money
from feedback.forms import NEXT_STEPS
from feedback.models import Appeal, Outcome, Response, Verdict
from leads.models import Event
from leads.timeline import Line, Names

ICONS = {"call": "phone", "email": "mail", "meeting": "users", "message": "message-square", "other": "phone"}
# What the fields of a verdict and of an outcome are called.
FIELDS = {
    "verdict": __("Verdict"), "reason": __("Reason"), "evidence": __("Evidence"), "note": __("Note"),
    "wake_up_on": __("Wakes up on"), "grade_opinion": __("Grade"), "kind": __("Where it ended"),
    "amount": __("Amount"), "at": __("On"), "competitor": __("Lost to"), "expected_on": __("Expected to close on"),
}  # fmt: skip
VERDICT_ICONS = {"accepted": "check", "nurture": "clock-fading", "rejected": "x"}


def _responded(event: Event, names: Names) -> Line:
    kind = event.data["kind"]
    detail = [_excuse(event.data.get("excuse", "")), _quoted(event)]
    return Line(str(Response.Kind(kind).label), " · ".join(filter(None, detail)), ICONS.get(kind, "phone"), "sales")


def _verdict(event: Event, names: Names) -> Line:
    verdict = event.data["verdict"]
    wakes = parse_date(event.data.get("wake_up_on", ""))
    detail = [
        event.data["reason"],
        str(dict(NEXT_STEPS).get(event.data.get("next_step", ""), "")),
        _("wakes up %(day)s") % {"day": moment_words(wakes)} if wakes else "",
        _excuse(event.data.get("excuse", "")),
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
    expected = parse_date(event.data.get("expected_on", ""))
    competitor = event.data.get("competitor", "")
    detail = [
        money(float(amount), company.current().currency) if amount else "",
        _("expected to close on %(day)s") % {"day": moment_words(expected)} if expected else "",
        event.data.get("reason", ""),
        _("lost to %(competitor)s") % {"competitor": competitor} if competitor else "",
        _quoted(event),
    ]
    return Line(str(Outcome.Kind(kind).label), " · ".join(filter(None, detail)), "handshake", "sales")


def _corrected(event: Event, names: Names) -> Line:
    """Each field that was corrected, from what to what."""
    model = Verdict if event.kind == "verdict_corrected" else Outcome
    told = [
        f"{FIELDS[name]}: {_value(model, name, was)} → {_value(model, name, now)}"
        for name, (was, now) in event.data["changes"].items()
    ]
    outcome = event.data.get("kind", "")
    fact = _("Corrected: %(what)s") % {"what": Outcome.Kind(outcome).label} if outcome else _("Verdict corrected")
    return Line(fact, " · ".join(told), "pencil", event.by.side if event.by else "sales")


def _value(model: type[Verdict] | type[Outcome], name: str, text: str) -> str:
    """A corrected value as people read it: choices by their labels, days and moments in words."""
    if not text:
        return "–"
    if choices := getattr(model._meta.get_field(name), "choices", None):
        return str(dict(choices).get(text, text))
    if name in ("wake_up_on", "expected_on"):
        return moment_words(date.fromisoformat(text))
    if name == "at":
        return moment_words(datetime.fromisoformat(text), time=True)
    return money(float(text), company.current().currency) if name == "amount" else f"“{text}”"


def _excused(event: Event, names: Names) -> Line:
    labels = dict(Response.Excuse.choices)
    was, now = (labels.get(event.data[key], "–") for key in ("from", "to"))
    fact = _("What held up the late answer: %(excuse)s") % {"excuse": now}
    return Line(fact, _("before: %(excuse)s") % {"excuse": was} if event.data["from"] else "", "pencil", "sales")


def _excuse(excuse: str) -> str:
    return _("late: %(excuse)s") % {"excuse": str(Response.Excuse(excuse).label).lower()} if excuse else ""


def _appealed(event: Event, names: Names) -> Line:
    return Line(_("The rejection is appealed"), _quoted(event), "scale", "marketing")


def _appeal_answered(event: Event, names: Names) -> Line:
    return Line(_("Sales answered the appeal"), _quoted(event), "scale", "sales")


def _appeal_judged(event: Event, names: Names) -> Line:
    """What one side's manager says; the second who says the same settles it."""
    word = Appeal.Word(event.data["to"]).label.lower()
    settled = event.kind == "appeal_settled"
    fact = _("Appeal settled by both sides: %(word)s") if settled else _("About the appeal one side says: %(word)s")
    goes = {"sales": _("sales looks again"), "marketing": _("back on marketing's list")}
    detail = [goes.get(event.data.get("why", ""), ""), _quoted(event)]
    return Line(fact % {"word": word}, " · ".join(filter(None, detail)), "scale", event.by.side if event.by else "")


def _commented(event: Event, names: Names) -> Line:
    """Marketing thanked or asked back, or sales replied."""
    facts = {"thanked": _("Marketing thanks for the answer"), "asked_back": _("Marketing asks back")}
    side = "sales" if event.kind == "replied" else "marketing"
    return Line(facts.get(event.kind, _("Sales replied")), _quoted(event), "message-square", side)


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
    "verdict_corrected": _corrected,
    "outcome_corrected": _corrected,
    "excused": _excused,
    **dict.fromkeys(("thanked", "asked_back", "replied"), _commented),
    "appealed": _appealed,
    "appeal_answered": _appeal_answered,
    "appeal_judged": _appeal_judged,
    "appeal_settled": _appeal_judged,
}
