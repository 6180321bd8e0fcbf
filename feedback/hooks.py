"""What other programs are told of what sales said: the lead as a CRM takes it over."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts import company
from feedback.api_shapes import OutcomeTold
from feedback.handing_over import handed_over, latest_handoffs, said_of, whole
from feedback.models import Outcome, Verdict
from leads import hooks
from leads.hooks import Line, beside, telling
from leads.models import Event, Lead
from notices.events import Kind, Told

GIVEN, WON = "verdict.given", "lead.won"
# A verdict that is corrected or taken back is told again: who heard the first hears the second.
EVENT_OF = {
    "verdict_given": GIVEN, "verdict_corrected": GIVEN, "verdict_taken_back": GIVEN, "outcome_won": WON,
}  # fmt: skip
FIRST_TOLD = ("verdict_given", "outcome_won")


def announce(lines: Iterable[Event]) -> None:
    """Announce what saved lines of the timeline say of verdicts and wins."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for line in lines:
        if key := EVENT_OF.get(line.kind) or (WON if _corrects_a_win(line) else ""):
            found[key].append((line.pk, line.lead_id))
    for key, pairs in found.items():
        hooks.announce(key, pairs)


def _corrects_a_win(line: Event) -> bool:
    before = line.data.get("changes", {}).get("kind", [""])[0]
    return line.kind == "outcome_corrected" and Outcome.Kind.WON in (line.data["kind"], before)


def _verdicts(lines: Sequence[Line]) -> dict[int, Told]:
    return {
        line.event.pk: _told(line, lead, whole_of, _verdict_words(lead, verdict))
        for line, lead, verdict, whole_of in _wholes(lines)
    }


def _wins(lines: Sequence[Line]) -> dict[int, Told]:
    told = {}
    for line, lead, _verdict, whole_of in _wholes(lines):
        outcome = _outcome(line, lead)
        data = whole_of | {"outcome": OutcomeTold(outcome).data if outcome else None}
        told[line.event.pk] = _told(line, lead, data, _win_words(lead, outcome))
    return told


def _wholes(lines: Sequence[Line]) -> Iterator[tuple[Line, Lead, Verdict | None, dict[str, Any]]]:
    """Each line with its lead as a whole; of several handoffs that which the line is about, or else the latest."""
    leads = whole(Lead.objects.all()).in_bulk([line.lead.pk for line in lines])
    latest = latest_handoffs(leads)
    handoff_of = {line.event.pk: line.event.handoff_id or latest.get(line.lead.pk, 0) for line in lines}
    handoffs, verdicts = said_of(handoff_of.values())
    for line in lines:
        lead, handoff = leads[line.lead.pk], handoff_of[line.event.pk]
        verdict = verdicts.get(handoff)
        yield line, lead, verdict, handed_over(lead, handoffs.get(handoff), verdict)


def _told(line: Line, lead: Lead, data: dict[str, Any], title: str) -> Told:
    corrected = {"corrected": line.event.kind not in FIRST_TOLD}
    return Told(data | corrected, title, lead.get_absolute_url(), beside(lead))


def _outcome(line: Line, lead: Lead) -> Outcome | None:
    """The outcome that a line tells; the latest win where it was dated otherwise since."""
    found, event = lead.outcomes.all(), line.event
    named = [one for one in found if one.pk == event.data.get("outcome")]
    dated = [one for one in found if (one.kind, one.at) == (Outcome.Kind.WON, event.at)]
    won = [one for one in found if one.kind == Outcome.Kind.WON]
    return next(iter([*named, *dated, *reversed(won)]), None)


def _verdict_words(lead: Lead, verdict: Verdict | None) -> str:
    if verdict is None:
        return _("Sales took its verdict on %(lead)s back") % {"lead": lead}
    said = {"lead": lead, "verdict": verdict.get_verdict_display(), "reason": verdict.reason}
    return (_("%(verdict)s: %(lead)s (%(reason)s)") if verdict.reason else _("%(verdict)s: %(lead)s")) % said


def _win_words(lead: Lead, outcome: Outcome | None) -> str:
    if outcome is None or outcome.amount is None:
        return _("Won: %(lead)s") % {"lead": lead}
    amount = f"{outcome.amount:,.2f} {company.current().currency}"
    return _("Won: %(lead)s, %(amount)s") % {"lead": lead, "amount": amount}


EVENTS = (
    Kind(GIVEN, __("Sales gave a verdict"), __("%(n)d verdicts of sales"), "/leads/", telling(_verdicts)),
    Kind(WON, __("A lead is won"), __("%(n)d leads were won"), "/leads/", telling(_wins)),
)
