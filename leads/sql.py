"""Querysets inside hand-written statements."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def nested(statement: str, **values: Any) -> tuple[str, dict[str, Any]]:
    """`statement` with each queryset among `values` compiled in place of its `{name}`, and one
    dictionary of parameters for it all; the other values stand for `%(name)s`."""
    querysets = {name: value for name, value in values.items() if isinstance(value, QuerySet)}
    params = {name: value for name, value in values.items() if name not in querysets}
    compiled = {}
    for name, queryset in querysets.items():
        # An order matters only where it says which rows are taken.
        rows = queryset if queryset.query.is_sliced else queryset.order_by()
        sql, given = rows.query.sql_with_params()
        compiled[name] = sql % tuple(f"%({name}_{n})s" for n in range(len(given)))
        params |= {f"{name}_{n}": value for n, value in enumerate(given)}
    return statement.format(**compiled), params


def lock(rows: QuerySet[Any]) -> int:
    """Lock `rows` for a change of anything but their keys, in their order; how many there are. What
    they are stays in the database."""
    sql, params = rows.select_for_update(no_key=True, of=("self",)).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS locked", params)  # noqa: S608 - a compiled queryset
        return int(cursor.fetchone()[0])
