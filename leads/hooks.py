"""What other programs are told of leads. Each event is a line of a lead's timeline; its number is the version, which
grows with whatever happens to the lead. What an event says is read when it leaves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from leads.api_shapes import HandoffTold, LeadTold
from leads.models import Event, Handoff, Lead
from notices import events
from notices.events import Fact, Kind, Told
from notices.messages import absolute
from notices.models import Delivery

CAPTURED, GRADED = "lead.captured", "lead.graded"
CREATED, BREACHED = "handoff.created", "handoff.breached"


@dataclass(frozen=True)
class Line:
    """A line of the timeline, with its lead and, where it is about one, its handoff."""

    event: Event
    lead: Lead
    handoff: Handoff | None


def announce(key: str, lines: Iterable[tuple[int, int]], *, at: datetime | None = None) -> None:
    """Announce `lines` of the timeline, each by its id and the id of its lead."""
    events.announce(key, (Fact(f"lead:{lead}", pk) for pk, lead in lines), at=at)


def telling(tell: Callable[[Sequence[Line]], Mapping[int, Told]]) -> Callable[[Sequence[Delivery]], dict[UUID, Told]]:
    """`tell` says of lines, by the id of the event, what deliveries say; a line that is gone says nothing."""

    def told(deliveries: Sequence[Delivery]) -> dict[UUID, Told]:
        said = tell(_lines({delivery.version for delivery in deliveries if delivery.version}))
        return {one.pk: said[one.version] for one in deliveries if one.version and one.version in said}

    return told


def _lines(ids: Iterable[int]) -> list[Line]:
    found = list(Event.objects.filter(pk__in=list(ids)))
    leads = Lead.objects.for_list().in_bulk([event.lead_id for event in found])
    handoffs = Handoff.objects.for_list().select_related("responded_by")
    of_events = handoffs.in_bulk([event.handoff_id for event in found if event.handoff_id])
    return [Line(event, leads[event.lead_id], of_events.get(event.handoff_id or 0)) for event in found]


def of_the_lead(lead: Lead, **more: Any) -> dict[str, Any]:
    """What every event of a lead says: the lead as the API tells it, and its page."""
    return {"lead": LeadTold(lead).data, "url": absolute(lead.get_absolute_url()), **more}


def of_the_handoff(line: Line) -> dict[str, Any]:
    return of_the_lead(line.lead, handoff=HandoffTold(line.handoff).data if line.handoff else None)


def words(lead: Lead) -> dict[str, str]:
    return {"lead": lead.display_name, "grade": lead.grade}


def beside(lead: Lead) -> str:
    """Where the lead works and which campaign brought it."""
    return " · ".join(str(one) for one in (lead.organisation, lead.campaign) if one)


def _captured(lines: Sequence[Line]) -> dict[int, Told]:
    title = _("New lead: %(lead)s, grade %(grade)s")
    return {
        one.event.pk: Told(
            of_the_lead(one.lead), title % words(one.lead), one.lead.get_absolute_url(), beside(one.lead)
        )
        for one in lines
    }  # fmt: skip


def _graded(lines: Sequence[Line]) -> dict[int, Told]:
    told = {}
    for one in lines:
        before, after = one.event.data.get("from", ""), one.event.data.get("to", "")
        title = _("%(lead)s is grade %(to)s, was %(from)s") if before else _("%(lead)s is grade %(to)s")
        data = of_the_lead(one.lead, **{"from": before or None, "to": after})
        said = title % {**words(one.lead), "from": before, "to": after}
        told[one.event.pk] = Told(data, said, one.lead.get_absolute_url(), beside(one.lead))
    return told


def _handed_off(lines: Sequence[Line]) -> dict[int, Told]:
    told = {}
    for one in lines:
        rep = one.handoff.rep if one.handoff else None
        title = _("%(lead)s, grade %(grade)s, went to %(rep)s") if rep else _("%(lead)s waits in the queue")
        said = title % {**words(one.lead), "rep": rep}
        told[one.event.pk] = Told(of_the_handoff(one), said, one.lead.get_absolute_url(), beside(one.lead))
    return told


def _breached(lines: Sequence[Line]) -> dict[int, Told]:
    title = _("%(lead)s got no answer in time")
    return {
        one.event.pk: Told(
            of_the_handoff(one), title % words(one.lead), one.lead.get_absolute_url(), beside(one.lead)
        )
        for one in lines
    }  # fmt: skip


EVENTS = (
    Kind(CAPTURED, __("A lead came in"), __("%(n)d new leads"), "/leads/", telling(_captured)),
    Kind(GRADED, __("A lead has another grade"), __("%(n)d leads have another grade"), "/leads/", telling(_graded)),
    Kind(CREATED, __("A lead was handed off"), __("%(n)d leads were handed off"), "/leads/", telling(_handed_off)),
    Kind(BREACHED, __("An answer is late"), __("%(n)d answers are late"), "/leads/", telling(_breached)),
)
