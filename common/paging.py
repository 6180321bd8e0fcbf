"""Pages by key: a page costs one page, at any depth."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import inf
from typing import Any, Generic, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model, Q, QuerySet
from psycopg2.errors import QueryCanceled

from common.moments import read_moment

M = TypeVar("M", bound=Model)
T = TypeVar("T")
SIZE = 50
# What a count may cost, as the planner reckons: some tens of milliseconds.
CHEAP = 2_000
CAPS = (10_000, 1_000)
PATIENCE_MS = 15
# What reading everything costs where a page is given a limit of time.
LONG = 5_000
# Up to so many ids are read at once; of more, a walk in the order of a list finds a page soon.
FEW = 5_000
# How many times too many the planner may think there are; and what reading them may cost.
DOUBT = 4.0
SOON_READ = 36_000


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of a page and the key of the next one, "" at the end."""

    rows: list[M]
    next: str


def page_by_moment(queryset: QuerySet[M], field: str, after: str = "", size: int = SIZE) -> Page[M]:
    """The rows after the key `after`, newest first by (`field`, id). A key that is none is the start."""
    return page_by(queryset, field, after, read=read_moment, size=size)


def page_by(
    queryset: QuerySet[M],
    field: str,
    after: str = "",
    *,
    read: Callable[[str], Any],
    falls: bool = True,
    size: int = SIZE,
) -> Page[M]:
    """The rows after the key `after` by (`field`, id), falling or rising. `read` turns the text of a key into
    a value of `field`, or raises ValueError: a key that is none is the start."""
    if bound := _parse(after, read):
        value, pk = bound
        beyond = "lt" if falls else "gt"
        # The bound on the field alone lets the index start at the key.
        queryset = queryset.filter(
            Q(**{f"{field}__{beyond}": value}) | Q(**{f"pk__{beyond}": pk}), **{f"{field}__{beyond}e": value}
        )
    sign = "-" if falls else ""
    rows = list(queryset.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1])
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], _key(more, field) if more else "")


def page_by_place(rows: list[T], after: str = "", size: int = SIZE) -> tuple[list[T], str]:
    """Of rows that are all at hand and stay as they are, those after the first `after`, and where the next page
    begins."""
    start = int(after) if after.isdecimal() and len(after) < 10 else 0
    end = start + size
    return rows[start:end], str(end) if end < len(rows) else ""


def _key(row: Any, field: str) -> str:
    value = getattr(row, field)
    return f"{value.isoformat() if isinstance(value, datetime) else value}~{row.pk}"


def _parse(key: str, read: Callable[[str], Any]) -> tuple[Any, int] | None:
    text, _tilde, pk = key.rpartition("~")
    try:
        return read(text), int(pk)
    except ValueError:
        return None


def capped_count(queryset: QuerySet[Any], cap: int = 10_000) -> tuple[int, bool]:
    """How many rows there are, counted no further than `cap`, and whether there are more."""
    count = queryset.order_by()[: cap + 1].count()
    return min(count, cap), count > cap


def cheap_count(queryset: QuerySet[Any], at_least: int) -> tuple[int, bool]:
    """The same with the highest cap at which counting is cheap; where none is, or the planner was wrong, the
    `at_least` rows that are known to be there, and more."""
    for cap in CAPS:
        if _cost(queryset.order_by().values("pk")[: cap + 1]) <= CHEAP:
            return within(PATIENCE_MS, partial(capped_count, queryset, cap)) or (at_least, True)
    return at_least, True


def within(milliseconds: int, ask: Callable[[], T]) -> T | None:
    """What `ask` answers, or None where one of its statements takes longer: the planner may be wrong."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{milliseconds}ms"])
            answer = ask()
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
    return answer


def is_long(queryset: QuerySet[Any]) -> bool:
    """Whether reading all of `queryset` may take longer than a page, as the planner reckons."""
    return _cost(queryset.order_by().values("pk")) > LONG


def few(rows: QuerySet[Any, T], doubt: float = DOUBT) -> list[T] | None:
    """All of `rows` where they are few and soon read; None where they are many, which the planner says first: it
    may take few for up to `doubt` times as many as that."""
    if expected(rows) > FEW * doubt:
        return None
    told = list(rows[: FEW + 1])
    return told if len(told) <= FEW else None


def expected(rows: QuerySet[Any]) -> float:
    """How many rows the planner expects; infinitely many where it takes reading them for dear."""
    plan = _plan(rows)
    return float(plan.get("Plan Rows", 0)) if plan.get("Total Cost", 0) <= SOON_READ else inf


def _cost(queryset: QuerySet[Any]) -> float:
    """What the planner thinks that reading costs, in its own unit."""
    return float(_plan(queryset).get("Total Cost", 0))


def _plan(queryset: QuerySet[Any]) -> dict[str, Any]:
    """What the planner says of `queryset`; nothing where no row can be."""
    told = queryset.explain(format="json")
    return json.loads(told)[0]["Plan"] if told else {}
