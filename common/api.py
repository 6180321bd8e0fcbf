"""How the API refuses, and the classes that the settings name.

Views import from `common/api_views.py`: REST framework itself loads this module while it is loading.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.exceptions import APIException, NotAuthenticated, ParseError, Throttled, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as refused_by_framework

from common.api_pages import CursorPagination
from common.errors import DomainError

__all__ = ["CursorPagination", "answers_with", "exception_handler", "unread"]

_statuses: dict[str, int] = {}


def answers_with(status: int, *codes: str) -> None:
    """Answer a DomainError of one of `codes` with `status`; any other is a 422."""
    _statuses.update(dict.fromkeys(codes, status))


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as `{code, message, fields}`; None leaves an accident to Django."""
    if isinstance(error, DomainError):
        return Response(_body(error.code, error.message, error.fields), status=_statuses.get(error.code, 422))
    if isinstance(error, RequestDataTooBig):
        error = ParseError(_("The body is too large. Send at most 2.5 MB."), code="too_large")
    response = refused_by_framework(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        response.data = unread(error)
    else:
        code = error.get_codes() if isinstance(error, APIException) else "not_found"
        message = response.data.get("detail", "") if isinstance(response.data, dict) else ""
        if isinstance(error, NotAuthenticated):
            message = _("Send a token in the header “Authorization: Bearer …”, or sign in.")
        if isinstance(error, Throttled):
            n = int(response["Retry-After"])
            words = ngettext("Too many calls. Go on in %(n)d second.", "Too many calls. Go on in %(n)d seconds.", n)
            message = words % {"n": n}
        response.data = _body(str(code), str(message), {})
    return response


def unread(error: ValidationError) -> dict[str, Any]:
    """What is told of a body, or of a row of one, whose shape is wrong."""
    fields = _flat(error.detail)
    general = fields.pop("non_field_errors", "")
    return _body("invalid", general or _("Some of what was sent can't be read. Each field says why."), fields)


def _body(code: str, message: str, fields: Mapping[str, str]) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": dict(fields)}


def _flat(detail: Any, name: str = "") -> dict[str, str]:
    """A sentence per field; a field within a field is called `outer.inner`."""
    if isinstance(detail, Mapping):
        inner = [_flat(value, f"{name}.{key}" if name else str(key)) for key, value in detail.items()]
        return {key: text for part in inner for key, text in part.items()}
    texts = detail if isinstance(detail, list) else [detail]
    return {name or "non_field_errors": " ".join(str(text) for text in texts)}
