"""Pages of the API by key: a page costs one page at any depth, and rows that come in meanwhile shift nothing."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from common.moments import read_moment
from common.paging import SIZE

MOST = 200
CURSOR, PAGE_SIZE, ORDER, ORDERING = "cursor", "page_size", "order", "ordering"


@dataclass(frozen=True)
class Cursor:
    """The row beside a page: `moment` (None where rows are ordered by id alone) and id."""

    back: bool
    moment: datetime | None
    pk: int

    def encoded(self) -> str:
        moment = self.moment.isoformat() if self.moment else None
        return urlsafe_b64encode(json.dumps([self.back, moment, self.pk]).encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str, *, by_moment: bool) -> "Cursor":
        """Raises ValueError for a text that is no cursor of such an order."""
        try:
            back, told, pk = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            moment = read_moment(told) if by_moment else None
            whole = pk.bit_length() < 64
        except (TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise ValueError from error
        if not whole:
            raise ValueError
        return cls(bool(back), moment, pk)


class CursorPagination(BasePagination):
    """`{next, previous, results}`, ordered as the view's `orders` allow and then by id."""

    @staticmethod
    def parameters(orders: tuple[str, ...]) -> set[str]:
        return {CURSOR, PAGE_SIZE, *([ORDER, ORDERING] if len(orders) > 1 else [])}

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        order, size = _order(request, getattr(view, "orders", ("-id",))), _size(request)
        self.field, descending = order.removeprefix("-"), order.startswith("-")
        cursor = self._cursor(request)
        falling = descending != bool(cursor and cursor.back)
        if cursor:
            queryset = queryset.filter(self._beyond(cursor, falling))
        sign = "-" if falling else ""
        names = [sign + "pk"] if self.field == "id" else [sign + self.field, sign + "pk"]
        rows = list(queryset.order_by(*names)[: size + 1])
        more = len(rows) > size
        self.rows = rows[:size]
        self.has_next, self.has_previous = more, cursor is not None
        if cursor and cursor.back:
            self.rows.reverse()
            self.has_next, self.has_previous = True, more
        return self.rows

    def _cursor(self, request: Request) -> Cursor | None:
        text = request.query_params.get(CURSOR)
        if text is None:
            return None
        try:
            return Cursor.decoded(text, by_moment=self.field != "id")
        except ValueError as error:
            raise ValidationError(
                {CURSOR: _("This is no cursor of this list. Follow `next` and `previous`.")}
            ) from error

    def _beyond(self, cursor: Cursor, falling: bool) -> Q:
        side = "lt" if falling else "gt"
        past = Q(**{f"pk__{side}": cursor.pk})
        if self.field == "id":
            return past
        # The outer bound alone lets the index start at the cursor.
        return Q(**{f"{self.field}__{side}e": cursor.moment}) & (Q(**{f"{self.field}__{side}": cursor.moment}) | past)

    def get_paginated_response(self, data: Any) -> Response:
        following = self._link(self.rows[-1], back=False) if self.rows and self.has_next else None
        previous = self._link(self.rows[0], back=True) if self.rows and self.has_previous else None
        return Response({"next": following, "previous": previous, "results": data})

    def _link(self, row: Any, *, back: bool) -> str:
        moment = None if self.field == "id" else getattr(row, self.field)
        cursor = Cursor(back, moment, row.pk).encoded()
        return replace_query_param(self.request.build_absolute_uri(), CURSOR, cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orders = getattr(view, "orders", ())
        schemas: dict[str, dict[str, Any]] = {
            CURSOR: {"type": "string"},
            PAGE_SIZE: {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE},
            ORDER: {"type": "string", "enum": list(orders), "default": orders[0] if orders else ""},
            ORDERING: {"type": "string", "enum": list(orders)},
        }
        words = {
            CURSOR: "Where to go on; next and previous carry it.",
            PAGE_SIZE: f"How many rows, at most {MOST}; {SIZE} where it is left out.",
            ORDER: "The order of the rows; the first is the usual one.",
            ORDERING: "Another name of order; send one of the two.",
        }
        return [
            {"name": name, "in": "query", "required": False, "description": words[name], "schema": schema}
            for name, schema in schemas.items()
            if name in self.parameters(orders)
        ]


def _order(request: Request, orders: tuple[str, ...]) -> str:
    name = ORDERING if ORDERING in request.query_params else ORDER
    if {ORDER, ORDERING} <= set(request.query_params):
        raise ValidationError({ORDERING: _("This is another name of order: send one of the two.")})
    asked = request.query_params.get(name, orders[0])
    if asked not in orders:
        raise ValidationError({name: _("Write one of: %(orders)s.") % {"orders": ", ".join(orders)}})
    return asked


def _size(request: Request) -> int:
    asked = request.query_params.get(PAGE_SIZE, str(SIZE))
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10 and 1 <= int(asked) <= MOST):
        raise ValidationError({PAGE_SIZE: _("Write a number between 1 and %(most)d.") % {"most": MOST}})
    return int(asked)
