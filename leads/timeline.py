"""The timeline of a lead in words. Each room registers the sentences of its own events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from accounts.models import User
from campaigns.models import Campaign
from common.paging import page_by_moment
from common.templatetags.ui import moment_words, number
from leads.models import Event, Handoff, Lead, Touch

LONGEST = 200
SHOWN = 30


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
_groups: dict[str, str] = {}

# What a reader may ask for alone.
GROUPS = {
    "touches": __("Touches"),
    "answers": __("Answers"),
    "handoffs": __("Handoffs"),
    "grades": __("Grades"),
    "edits": __("Edits"),
}


def register(kind: str, sentence: Sentence, group: str = "edits") -> None:
    """Tell events of `kind` by `sentence`, and show them among those of `group`."""
    _sentences[kind], _groups[kind] = sentence, group


def timeline(lead: Lead) -> list[Line]:
    """The latest lines of a lead, newest first."""
    return _lines(lead.events.select_related("by").order_by("-at", "-id")[:LONGEST])


def timeline_page(lead: Lead, *, group: str = "", after: str = "") -> tuple[list[Line], str]:
    """The lines of a lead after the key `after`, newest first, of one `group` or of all, and the key
    of the next page ("" at the end)."""
    events = lead.events.select_related("by")
    if group in GROUPS:
        events = events.filter(kind__in=[kind for kind, found in _groups.items() if found == group])
    page = page_by_moment(events, "at", after, SHOWN)
    return _lines(page.rows), page.next


def _lines(found: Iterable[Event]) -> list[Line]:
    events = list(found)
    names = _names(events)
    return [_line(event, names) for event in events]


def _line(event: Event, names: Names) -> Line:
    line = _sentences[event.kind](event, names) if event.kind in _sentences else Line(event.kind)
    return Line(line.fact, line.detail, line.icon, line.side, event.at, event.by)


def _names(events: Sequence[Event]) -> Names:
    # 0 is nobody: asked for even so, that a page's number of queries hangs on no row.
    people = {event.data.get(key) or 0 for event in events for key in ("rep", "from_rep")} | {0}
    campaigns = {event.data.get("campaign") or 0 for event in events} | {0}
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
    values = {"old": old, "new": new, "points": number(event.data["points"])}
    if not old:
        fact = _("Graded %(new)s, %(points)s points") % values
    elif new < old:
        fact = _("Grade rose from %(old)s to %(new)s, %(points)s points") % values
    elif new > old:
        fact = _("Grade fell from %(old)s to %(new)s, %(points)s points") % values
    else:
        fact = _("Grade %(new)s by its points again, %(points)s points") % values
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
    side = event.by.side if event.by else ""
    return Line(_("Back with marketing: %(why)s") % {"why": why}, _quoted(event.data.get("note", "")), "undo-2", side)


def _woken(event: Event, names: Names) -> Line:
    if event.data["to"] == "sales":
        fact = _("Woke up: the grade still holds, sales looks again")
    else:
        fact = _("Woke up: back on marketing's list")
    times = ngettext("put off %(n)d time", "put off %(n)d times", event.data["times"]) % {"n": event.data["times"]}
    detail = [times, _("so it stays with marketing") if event.data["capped"] else ""]
    return Line(fact, " · ".join(filter(None, detail)), "clock-fading")


def _edited(event: Event, names: Names) -> Line:
    changes = event.data.get("changes", {})
    fields = [_field_words(name) for name in changes]
    told = [f"{_field_words(name)}: {_value(was)} → {_value(now)}" for name, (was, now) in changes.items()]
    fact = _("Edited: %(fields)s") % {"fields": ", ".join(fields)} if fields else _("Edited")
    return Line(fact, " · ".join(told), "pencil", event.by.side if event.by else "")


def _field_words(name: str) -> str:
    if name.startswith("facts."):
        return name.removeprefix("facts.")
    return str(getattr(Lead._meta.get_field(name), "verbose_name", name))


def _value(value: object) -> str:
    return f"“{value}”" if value not in (None, "") else "–"


def _kept_out(event: Event, names: Names) -> Line:
    mark = event.data.get("to", "")
    if mark not in Lead.KeptOut.values:
        return Line(_("Counts in figures again"), icon="undo-2", side=event.by.side if event.by else "")
    fact = _("Kept out of figures: %(mark)s") % {"mark": Lead.KeptOut(mark).label.lower()}
    return Line(fact, icon="minus", side=event.by.side if event.by else "")


def _wished(fact: Callable[[], str], icon: str) -> Sentence:
    return lambda event, names: Line(fact(), _quoted(event.data.get("note", "")), icon)


def _reassigned(event: Event, names: Names) -> Line:
    before = names.person(event.data.get("from_rep")) or _("the queue")
    values = {"before": before, "rep": names.person(event.data.get("rep"))}
    fact = _("Passed from %(before)s to %(rep)s") % values
    detail = [_quoted(event.data.get("why", "")), _("The clock goes on")]
    return Line(fact, " · ".join(filter(None, detail)), "arrow-right-left", "sales")


def _handed_back(event: Event, names: Names) -> Line:
    values = {"before": names.person(event.data.get("from_rep")), "rep": names.person(event.data.get("rep"))}
    fact = (
        _("Handed back by %(before)s, now with %(rep)s")
        if values["rep"]
        else _("Handed back by %(before)s, waits in the queue")
    )
    detail = [_quoted(event.data.get("why", "")), _("The clock goes on")]
    return Line(fact % values, " · ".join(filter(None, detail)), "undo-2", "sales")


def _tagged(event: Event, names: Names) -> Line:
    fact = _("Tag taken off: %(tag)s") if event.kind == "untagged" else _("Tagged: %(tag)s")
    return Line(fact % {"tag": event.data.get("tag", "")}, icon="flag")


def _plain(fact: Callable[[], str], icon: str) -> Sentence:
    return lambda event, names: Line(fact(), icon=icon)


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _filled(event: Event, names: Names) -> Line:
    facts = event.data.get("facts", {})
    fields = [name for name in event.data if name not in ("facts", "phone_e164")]
    labels = [_field_words(name.removesuffix("_id")) for name in fields] + list(facts)
    return Line(_("Filled in: %(fields)s") % {"fields": ", ".join(labels)}, icon="pencil", side="marketing")


def _of_another(fact: Callable[[], str], icon: str) -> Sentence:
    """A sentence that names another lead."""
    return lambda event, names: Line(
        fact() % {"name": event.data.get("name", "")}, icon=icon, side=event.by.side if event.by else ""
    )


SENTENCES: dict[str, dict[str, Sentence]] = {
    "touches": {
        "captured": _touched,
        "touched": _touched,
        "reopened": _plain(lambda: _("Opened again by a new touch"), "undo-2"),
    },
    "grades": {"graded": _graded, "grade_set": _grade_set},
    "handoffs": {
        "handed_off": _handed_off,
        "reassigned": _reassigned,
        "handed_back": _handed_back,
        "handoff_not_recorded": _not_recorded,
        "released": _released,
        "woken": _woken,
        "clock_at_risk": _plain(lambda: _("Three quarters of the time to answer have passed"), "clock-fading"),
        "clock_breached": _plain(lambda: _("Flag raised: no answer in time"), "flag"),
        "clock_escalated": _plain(lambda: _("Still no answer two days later, told the manager"), "flag"),
    },
    "edits": {
        "filled": _filled,
        "import_undone": _plain(lambda: _("What an import had brought was taken back"), "undo-2"),
        "edited": _edited,
        "tagged": _tagged,
        "untagged": _tagged,
        "kept_out": _kept_out,
        "merged": _of_another(lambda: _("Merged with %(name)s: both were one person"), "users"),
        "merge_undone": _of_another(lambda: _("Merge with %(name)s undone"), "undo-2"),
        "not_the_same": _of_another(lambda: _("Not the same person as %(name)s"), "users"),
        "maybe_the_same": _of_another(lambda: _("Perhaps the same person as %(name)s after all"), "users"),
        "opted_out": _wished(lambda: _("Opted out, as the source says"), "lock"),
        "contact_refused": _wished(lambda: _("Asked not to be contacted"), "lock"),
        "contact_allowed": _wished(lambda: _("May be contacted again"), "check"),
        "data_exported": _plain(lambda: _("Took out what is kept about this person"), "download"),
        "erased": _plain(lambda: _("Erased what told who this person is"), "trash-2"),
    },
}
for _group, _told in SENTENCES.items():
    for _kind, _sentence in _told.items():
        register(_kind, _sentence, _group)
