"""Two leads side by side, before somebody says that they are one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from common.templatetags.ui import number, percent
from leads.merging import CHOICES, DROPPED, KEPT
from leads.models import Duplicate, Event, Handoff, Lead, Touch
from leads.showing import ClockFace, clock_face


@dataclass(frozen=True)
class Side:
    """One of the two, and how much stands on it."""

    lead: Lead
    touches: int
    handoffs: int
    lines: int
    waits: Handoff | None
    clock: ClockFace | None


@dataclass(frozen=True)
class Value:
    """What one of the two says of a field."""

    lead: int
    text: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One field of the two; there is something to choose where both say something else."""

    key: str
    label: str
    values: list[Value]

    @property
    def differs(self) -> bool:
        one, other = (value.text for value in self.values)
        return bool(one and other and one != other)


def kept_first(one: Lead, other: Lead, keep: int | None = None) -> list[Lead]:
    """The two, first who is kept: the one named, else who was here first."""
    return sorted((one, other), key=lambda lead: (lead.pk != keep, lead.captured_at, lead.pk))


def sides(leads: list[Lead], *, at: datetime) -> list[Side]:
    """What stands on each of `leads`, in the same order."""
    touches, handoffs, lines = (_per_lead(rows, leads) for rows in (Touch.objects, Handoff.objects, Event.objects))
    waiting = {h.lead_id: h for h in Handoff.objects.open().filter(lead__in=leads).select_related("rep", "team")}
    return [
        Side(
            lead, touches.get(lead.pk, 0), handoffs.get(lead.pk, 0), lines.get(lead.pk, 0),
            waits := waiting.get(lead.pk), clock_face(waits, at) if waits else None,
        )
        for lead in leads
    ]  # fmt: skip


def _per_lead(rows: Any, leads: list[Lead]) -> dict[int, int]:
    found: QuerySet[Any, Any] = rows.filter(lead__in=leads).order_by().values_list("lead").annotate(n=Count("pk"))
    return dict(found)


def fields(leads: list[Lead], wished: Mapping[str, int]) -> list[Field]:
    """The fields of which either of `leads` says something. `wished` names the lead whose value was chosen."""
    found = []
    for key, (label, names) in CHOICES.items():
        texts = [_text(lead, key, names) for lead in leads]
        # As the merge does it: what the first one says, or the other where that is nothing.
        chosen = wished.get(key) or next((lead.pk for lead, text in zip(leads, texts, strict=True) if text), None)
        values = [Value(lead.pk, text, lead.pk == chosen) for lead, text in zip(leads, texts, strict=True)]
        if any(texts):
            found.append(Field(key, str(label), values))
    return found


def choices(keep: Lead, wished: Mapping[str, int]) -> dict[str, str]:
    """The choices as `merge` takes them, of `wished` (the id of a lead by field)."""
    return {key: KEPT if lead == keep.pk else DROPPED for key, lead in wished.items()}


def _text(lead: Lead, key: str, names: tuple[str, ...]) -> str:
    match key:
        case "name":
            return lead.name or f"{lead.first_name} {lead.last_name}".strip()
        case "organisation" | "campaign":
            return str(getattr(lead, key) or "")
        case "employees":
            return number(lead.employees) if lead.employees else ""
    return str(getattr(lead, names[0]) or "")


def evidence_words(pair: Duplicate) -> list[str]:
    """Why the two may be one person, a phrase for each piece of evidence, the strongest first."""
    named = any(line["kind"] == Duplicate.Kind.NAME for line in pair.evidence)
    return [_evidence(line, named) for line in pair.evidence]


def _evidence(line: Mapping[str, Any], named: bool) -> str:
    one, other = line["values"]
    values = {"one": one, "other": other, "alike": percent(line["similarity"])}
    match line["kind"]:
        case Duplicate.Kind.PHONE:
            return _("same phone, %(one)s") % values
        case Duplicate.Kind.NAME:
            return _("same name, same organisation")
        case Duplicate.Kind.SIMILAR_NAME:
            return _("similar name (%(alike)s), same organisation") % values
        case Duplicate.Kind.ADDRESS:
            return _("similar address") if named else _("same name, similar address")
    return str(line["kind"])
