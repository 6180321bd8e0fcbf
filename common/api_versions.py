"""Rows that are changed through the API only by who has read their latest version: ETag and If-Match."""

from collections.abc import Callable
from typing import Any

from django.utils.http import parse_etags
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
    wanted = tags_wanted(request)
    # What is read may carry a digest after the version: it changes with more than can be overwritten.
    if not any(tag == "*" or tag.strip('"').partition("-")[0] == str(row.version) for tag in wanted):
        raise DomainError("stale", _("It has changed since you read it. Read it again, then send your changes."))
    version: int = row.version
    return version


def tags_wanted(request: Request) -> list[str]:
    """The tags in the header If-Match, `*` for any. Raises DomainError `if_match_missing`.

    A tag that was made weak on its way is as good: that is what compressing an answer does to it.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise DomainError("if_match_missing", _("Send the ETag that you read in the header If-Match."))
    return [tag.removeprefix("W/") for tag in parse_etags(header)]


def etag(row: Any) -> str:
    return f'"{row.version}"'


def told(row: Any, shape: Callable[[Any], Any], status: int = 200) -> Response:
    """The row in its shape, with its ETag."""
    return Response(shape(row).data, status=status, headers={"ETag": etag(row)})
