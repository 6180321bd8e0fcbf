"""What a definition asks of leads, compiled once: to write the statement takes longer than to ask it of one lead.

A statement is compiled for SOME_IDS and SOME_MOMENT; `told` puts those of a call in their place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from common.lookups import as_array
from leads.models import LeadDefinition

SOME_IDS = (-1,)
SOME_MOMENT = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Rules:
    """A definition, and all that it says: the same content is the same statement."""

    content: tuple[str, ...]
    definition: LeadDefinition = field(compare=False)

    @classmethod
    def of(cls, definition: LeadDefinition) -> "Rules":
        """The rules of a definition as they stand."""
        rows = (definition, *definition.rules)
        return cls(tuple(repr(getattr(row, f.attname)) for row in rows for f in row._meta.concrete_fields), definition)


def told(value: Any, ids: Iterable[int], as_of: datetime | None) -> Any:
    """A parameter of a compiled statement as this call means it."""
    if value == as_array(SOME_IDS):
        return as_array(ids)
    return as_of if value == SOME_MOMENT else value
