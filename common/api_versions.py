"""Rows that are changed through the API only by who has read their latest version: ETag and If-Match."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import answers_with
from common.api_schema import Refusal
from common.errors import DomainError

answers_with(412, "stale")
answers_with(428, "if_match_missing")

IF_MATCH = extend_schema(parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)])


def answers(told: Any, status: int = 200) -> dict[int, Any]:
    """What an address answers that asks for If-Match."""
    return {
        status: told,
        412: OpenApiResponse(Refusal, description="It has changed since."),
        428: OpenApiResponse(Refusal, description="The header If-Match is missing."),
    }


def known_version(request: Request, row: Any) -> int:
    """The version of `row` that the header If-Match names. Raises DomainError `if_match_missing`, `stale`."""
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted:
        raise DomainError("if_match_missing", _("Send the ETag that you read in the header If-Match."))
    if wanted not in ("*", etag(row)):
        raise DomainError("stale", _("It has changed since you read it. Read it again, then send your changes."))
    version: int = row.version
    return version


def etag(row: Any) -> str:
    return f'"{row.version}"'


def told(row: Any, shape: Callable[[Any], Any], status: int = 200) -> Response:
    """The row in its shape, with its ETag."""
    return Response(shape(row).data, status=status, headers={"ETag": etag(row)})
