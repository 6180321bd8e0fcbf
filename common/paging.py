"""Pages by key: a page costs one page, at any depth."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of a page and the key of the next one, "" at the end."""

    rows: list[M]
    next: str


def page_by_moment(queryset: QuerySet[M], field: str, after: str = "", size: int = SIZE) -> Page[M]:
    """The rows after the key `after`, newest first by (`field`, id). A key that is none is the start."""
    if bound := _parse(after):
        moment, pk = bound
        beyond = Q(**{f"{field}__lt": moment}) | Q(pk__lt=pk)
        # The bound on the moment alone lets the index start at the key.
        queryset = queryset.filter(beyond, **{f"{field}__lte": moment})
    rows = list(queryset.order_by(f"-{field}", "-pk")[: size + 1])
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], _key(more, field) if more else "")


def _key(row: Any, field: str) -> str:
    return f"{getattr(row, field).isoformat()}~{row.pk}"


def _parse(key: str) -> tuple[datetime, int] | None:
    moment, _tilde, pk = key.partition("~")
    try:
        found = datetime.fromisoformat(moment)
        return (found, int(pk)) if found.tzinfo else None
    except ValueError:
        return None


def capped_count(queryset: QuerySet[Any], cap: int = 10_000) -> tuple[int, bool]:
    """How many rows there are, counted no further than `cap`, and whether there are more."""
    count = queryset.order_by()[: cap + 1].count()
    return min(count, cap), count > cap
