"""Querysets inside hand-written statements."""

from typing import Any

from django.db.models import QuerySet


def nested(statement: str, **values: Any) -> tuple[str, dict[str, Any]]:
    """`statement` with each queryset among `values` compiled in place of its `{name}`, and one
    dictionary of parameters for it all; the other values stand for `%(name)s`."""
    querysets = {name: value for name, value in values.items() if isinstance(value, QuerySet)}
    params = {name: value for name, value in values.items() if name not in querysets}
    compiled = {}
    for name, queryset in querysets.items():
        sql, given = queryset.order_by().query.sql_with_params()
        compiled[name] = sql % tuple(f"%({name}_{n})s" for n in range(len(given)))
        params |= {f"{name}_{n}": value for n, value in enumerate(given)}
    return statement.format(**compiled), params
