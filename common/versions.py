"""Rows that several people edit: whoever has not seen the latest version is told so."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from common.errors import DomainError

Row = TypeVar("Row", bound=Model)


def locked(rows: QuerySet[Row], pk: Any, version: int) -> Row:
    """The row `pk`, locked until the transaction ends.

    Raises DomainError `gone` where it is no more, `stale` where it is not of `version` any longer.
    """
    row = rows.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        raise DomainError("gone", _("Somebody took this away meanwhile."))
    if row.version != version:  # type: ignore[attr-defined]
        raise DomainError("stale", _("Somebody changed this since you opened it. Compare, then save again."))
    return row


def keep(row: Row, facts: Mapping[str, Any]) -> Row:
    """Write `facts` into a row, new or locked. Raises DomainError `bad_value`, which names the fields."""
    for name, value in facts.items():
        setattr(row, name, value)
    if row.pk and not row._state.adding:
        row.version += 1  # type: ignore[attr-defined]
    try:
        row.full_clean()
    except ValidationError as error:
        told = {name: " ".join(words) for name, words in error.message_dict.items()}
        general = told.pop(NON_FIELD_ERRORS, "")
        fields = told | ({"": general} if general else {})
        raise DomainError("bad_value", " ".join(fields.values()), fields) from error
    row.save()
    return row
