"""The trail: who changed what of the settings, when, from where, from what to what. It is only added to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

import structlog
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Change, User
from common import versions

Row = TypeVar("Row", bound=Model)
Act = Change.Act


def kept(
    row: Row, facts: Mapping[str, Any], *, by: User | None, act: str = "", beside: Mapping[str, list[Any]] | None = None
) -> Row:
    """Write `facts` into a row, new or locked, and note it; the same again changes and notes nothing.

    `beside` is what belongs to the row and stands elsewhere, as it was and as it is.
    Raises DomainError `bad_value`, which names the fields.
    """
    added = row._state.adding
    changes = {name: [_told(getattr(row, name, None)), _told(value)] for name, value in facts.items()}
    changes |= beside or {}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not (added or changes):
        return row
    row = versions.keep(row, facts)
    note(row, act or (Act.ADDED if added else Act.CHANGED), by=by, changes={} if added else changes)
    return row


def note(row: Model, act: str, *, by: User | None, changes: Mapping[str, list[Any]] | None = None) -> Change:
    """Add a line to the trail about `row`, which keeps its name there when it is gone; by nobody: a command."""
    return Change.objects.create(
        by=by,
        address=structlog.contextvars.get_contextvars().get("ip"),
        what=row._meta.label_lower,
        object_id=row.pk,
        label=str(row)[:200],
        act=act,
        changes=dict(changes or {}),
    )


def _told(value: Any) -> Any:
    """A value as the trail keeps it."""
    if isinstance(value, bool | int | str | list | dict) or value is None:
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def what_words(what: str) -> str:
    """What a line is about, in words."""
    return str(apps.get_model(what)._meta.verbose_name)


def changes_words(change: Change) -> list[str]:
    """Each field of a line with what it was and what it is."""
    fields = apps.get_model(change.what)._meta
    said = []
    for name, pair in change.changes.items():
        try:
            field = fields.get_field(name)
            label, choices = str(getattr(field, "verbose_name", name)), dict(getattr(field, "flatchoices", ()))
        except FieldDoesNotExist:
            label, choices = name.replace("_", " "), {}
        before, after = (choices.get(value, value) if isinstance(value, str) else value for value in pair)
        said.append(_("%(field)s: from %(before)s to %(after)s") % {
            "field": label, "before": _said(before), "after": _said(after),
        })  # fmt: skip
    return said


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return _("nothing") if value in (None, "", [], {}) else f"“{value}”"
