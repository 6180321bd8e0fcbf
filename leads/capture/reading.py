"""What was posted, as texts: judged by the columns of a file of leads, further fields kept as facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError
from leads import further_facts as further
from leads.files import LEADS, row_told

# The address says which campaign and what kind of touch; whoever posts does not.
NOT_TOLD = ("campaign", "kind")
COLUMNS = [column for column in LEADS.columns if column.name not in NOT_TOLD]
NAMES = frozenset(column.name for column in COLUMNS)
# What tells by which way somebody came. The conversions of `feedback` look for click ids under these names.
TRACKED = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
    "gclid", "gbraid", "wbraid", "fbclid", "fbc", "msclkid", "li_fat_id",
)  # fmt: skip
REFERRER = "referrer"
# Older contacts are history: they come by file, where nobody is alarmed by them.
OLDEST = timedelta(days=7)
LONGEST_TRACKED = 500
DATED = ("captured_at",)


@dataclass(kw_only=True)
class Told:
    """What one post says: texts by column, further facts by name, and what was consented to.

    `key` names the post for ever, where its sender has a key for it; else the same content counts as told before
    for a while only.
    """

    values: dict[str, str]
    facts: dict[str, str] = field(default_factory=dict)
    consent: dict[str, Any] = field(default_factory=dict)
    key: str = ""


def told_of(sent: Mapping[str, Any]) -> Told:
    """The texts of a flat object. Raises DomainError `refused` for what is neither text nor number."""
    wrong: dict[str, str] = {}
    told = Told(values={}, facts={})
    facts = sent.get("facts", {})
    pairs = [(name, cell) for name, cell in sent.items() if name != "facts"]
    pairs += facts.items() if isinstance(facts, Mapping) else [("facts", [])]
    for name, cell in pairs:
        text = _text(cell)
        if text is None:
            wrong[str(name)[: further.LONGEST_NAME]] = _("Write a text or a number.")
        elif text:
            into = told.values if name in NAMES else told.facts
            into.setdefault(name.strip(), text)
    if wrong:
        raise _refused(dict(list(wrong.items())[: further.MOST]))
    return told


def tracked(*sources: Mapping[str, str]) -> dict[str, str]:
    """The tracking parameters that the sources name, the first source first."""
    found = ((name, source.get(name, "").strip()[:LONGEST_TRACKED]) for source in sources for name in TRACKED)
    facts: dict[str, str] = {}
    for name, text in found:
        if text and "\x00" not in text:
            facts.setdefault(name, text)
    return facts


def check(told: Told, *, at: datetime) -> None:
    """Raise DomainError `refused`, which names the fields, for what can't become a lead."""
    parsed(told, at=at)


def parsed(told: Told, *, at: datetime, number: int = 1) -> dict[str, Any]:
    """The values of a row of leads; `at` is when it came. Raises DomainError `refused`."""
    values, wrong = row_told(told.values, number=number, at=at, extra=told.facts, but=NOT_TOLD)
    if not wrong and values["captured_at"] < at - OLDEST:
        wrong["captured_at"] = _("It lies more than 7 days ago. Load older contacts by file.")
    if fault := further.fault(told.facts):
        wrong["facts"] = fault
    if wrong:
        raise _refused(wrong)
    if sentence := LEADS.check(values):
        raise DomainError("refused", sentence)
    return values


def _text(cell: Any) -> str | None:
    """A cell as text, "" for none, None for what is no cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell).strip() if isinstance(cell, str | int | float) else None


def _refused(fields: dict[str, str]) -> DomainError:
    return DomainError("refused", _("This can't be taken in. Each field says why."), fields)
