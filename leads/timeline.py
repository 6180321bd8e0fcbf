"""The timeline of a lead in words. Each room registers the sentences of its own events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Campaign
from common.templatetags.ui import moment_words
from leads.models import Event, Handoff, Lead, Touch

LONGEST = 200


@dataclass(frozen=True)
class Line:
    """One line: the fact, a detail, the icon, and whose side did it ("" for the system)."""

    fact: str
    detail: str = ""
    icon: str = "minus"
    side: str = ""
    at: datetime | None = None
    by: User | None = None


@dataclass(frozen=True)
class Names:
    """The people and campaigns that the events of one lead name, read in one go."""

    people: Mapping[int, User]
    campaigns: Mapping[int, Campaign]

    def person(self, pk: int | None) -> str:
        return str(self.people.get(pk or 0, ""))

    def campaign(self, pk: int | None) -> str:
        return str(self.campaigns.get(pk or 0, ""))


Sentence = Callable[[Event, Names], Line]
_sentences: dict[str, Sentence] = {}


def register(kind: str, sentence: Sentence) -> None:
    _sentences[kind] = sentence


def timeline(lead: Lead) -> list[Line]:
    """The latest lines of a lead, newest first."""
    events = list(lead.events.select_related("by").order_by("-at", "-id")[:LONGEST])
    names = _names(events)
    return [_line(event, names) for event in events]


def _line(event: Event, names: Names) -> Line:
    line = _sentences[event.kind](event, names) if event.kind in _sentences else Line(event.kind)
    return Line(line.fact, line.detail, line.icon, line.side, event.at, event.by)


def _names(events: Sequence[Event]) -> Names:
    people = {event.data.get("rep") for event in events} - {None}
    campaigns = {event.data.get("campaign") for event in events} - {None}
    return Names(User.objects.in_bulk(people), Campaign.objects.in_bulk(campaigns))


# --- the sentences of this room ------------------------------------------------------------------


def _touched(event: Event, names: Names) -> Line:
    kind = event.data.get("touch", "")
    fact = str(Touch.Kind(kind).label) if kind in Touch.Kind.values else _("Touch")
    detail = [names.campaign(event.data.get("campaign")), _quoted(event.data.get("note", ""))]
    if event.kind == "captured":
        detail.append(_("First touch"))
    icon = {"webinar": "monitor-play", "download": "file-text", "quote": "message-square-quote"}.get(kind, "megaphone")
    return Line(fact, " · ".join(filter(None, detail)), icon, "marketing")


def _graded(event: Event, names: Names) -> Line:
    old, new = event.data["from"], event.data["to"]
    values = {"old": old, "new": new, "points": event.data["points"]}
    if not old:
        fact = _("Graded %(new)s, %(points)d points") % values
    elif new < old:
        fact = _("Grade rose from %(old)s to %(new)s, %(points)d points") % values
    elif new > old:
        fact = _("Grade fell from %(old)s to %(new)s, %(points)d points") % values
    else:
        fact = _("Grade %(new)s by its points again, %(points)d points") % values
    detail = [_("Lead definition v%(version)d") % {"version": event.data["version"]}]
    if event.data.get("set_until_now"):
        detail.append(_("the set grade was taken back") if event.by_id else _("the set grade ended: the facts changed"))
    return Line(fact, " · ".join(detail), "sigma")


def _grade_set(event: Event, names: Names) -> Line:
    values = {"old": event.data["from"], "new": event.data["to"]}
    same = values["old"] == values["new"]
    fact = _("Grade kept at %(new)s") % values if same else _("Grade set from %(old)s to %(new)s") % values
    return Line(fact, _quoted(event.data["reason"]), "pen-line", event.by.side if event.by else "")


def _handed_off(event: Event, names: Names) -> Line:
    rep = names.person(event.data.get("rep"))
    values = {"rep": rep, "grade": event.data["grade"]}
    fact = (
        _("Handed off to %(rep)s as grade %(grade)s") if rep else _("Handed off as grade %(grade)s, waits in the queue")
    )
    due = parse_datetime(event.data["due_at"] or "")
    return Line(
        fact % values, _("Due %(due)s") % {"due": moment_words(due, time=True)} if due else "", "arrow-right-left"
    )


def _not_recorded(event: Event, names: Names) -> Line:
    rep = names.person(event.data.get("rep"))
    fact = _("Was with %(rep)s") % {"rep": rep} if rep else _("Was with sales")
    return Line(fact, _("Imported history: when sales answered is not recorded"), "arrow-right-left")


def _released(event: Event, names: Names) -> Line:
    why = Handoff.Released(event.data.get("why", Handoff.Released.GRADE_FELL)).label
    return Line(_("Back with marketing: %(why)s") % {"why": why}, icon="undo-2")


def _plain(fact: Callable[[], str], icon: str) -> Sentence:
    return lambda event, names: Line(fact(), icon=icon)


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _filled(event: Event, names: Names) -> Line:
    facts = event.data.get("facts", {})
    labels = [_label(name) for name in event.data if name not in ("facts", "phone_e164")] + list(facts)
    return Line(_("Filled in: %(fields)s") % {"fields": ", ".join(labels)}, icon="pencil", side="marketing")


def _label(name: str) -> str:
    return str(getattr(Lead, name.removesuffix("_id")).field.verbose_name)


SENTENCES: dict[str, Sentence] = {
    "captured": _touched,
    "touched": _touched,
    "filled": _filled,
    "graded": _graded,
    "grade_set": _grade_set,
    "handed_off": _handed_off,
    "handoff_not_recorded": _not_recorded,
    "reopened": _plain(lambda: _("Opened again by a new touch"), "undo-2"),
    "released": _released,
    "import_undone": _plain(lambda: _("What an import had brought was taken back"), "undo-2"),
    "clock_at_risk": _plain(lambda: _("Three quarters of the time to answer have passed"), "clock-fading"),
    "clock_breached": _plain(lambda: _("Flag raised: no answer in time"), "flag"),
    "clock_escalated": _plain(lambda: _("Still no answer two days later, told the manager"), "flag"),
}
for _kind, _sentence in SENTENCES.items():
    register(_kind, _sentence)
