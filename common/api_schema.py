"""What the OpenAPI description says of every address beyond what its view shows."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

REPEATABLE = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A key of yours: within 24 hours the same request with it is done once, and answered the same again.",
)
NARROWED = OpenApiParameter(
    "fields", str, description="The keys to tell, separated by commas; the others are left out."
)

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of what was read; 304 where it is the same."
)
ANSWERS = {
    "200": "Here it is.",
    "201": "It was made.",
    "204": "It is gone.",
    "304": "Nothing has changed since it was read.",
    "400": "The address or the body can't be read; each field says why.",
    "401": "No key, or one that does not open.",
    "403": "The token lacks the scope, or the person may not do this.",
    "404": "There is no such thing, or the person may not see it.",
    "409": "It stands otherwise by now.",
    "415": "The body is of a kind that is not read here.",
    "422": "A rule forbids it; the code says which.",
    "429": "Too many calls; Retry-After says for how many seconds to wait.",
}


class Refusal(serializers.Serializer[Any]):
    """Why something was refused: a code for programs, a sentence for people, and a sentence per field."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]


class Schema(AutoSchema):
    """Adds to each operation the refusals that it may answer with, to each POST that it can be repeated, and to
    each GET that it can be narrowed."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        scope_for = getattr(self.view, "scope_for", None)
        if operation and scope_for:
            operation["x-scope"] = scope_for(self.method) or "any"
        return operation

    def get_override_parameters(self) -> list[Any]:
        repeatable = [REPEATABLE] if getattr(self.view, "repeatable", False) else []
        tagged = [IF_NONE_MATCH] if self._is_one_thing() else []
        more = {"POST": repeatable, "GET": [NARROWED, *tagged]}.get(self.method, [])
        return [*super().get_override_parameters(), *more]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for code in self._refusals():
            bodies.setdefault(code, self._get_response_for_code(Refusal, code))
        if self._is_one_thing():
            bodies["304"] = {"description": ""}
        for code, body in bodies.items():
            body["description"] = body.get("description") or ANSWERS[code]
        return dict(sorted(bodies.items()))

    def _refusals(self) -> list[str]:
        codes = ["400", "401", "429"]
        writes = self.method not in SAFE_METHODS
        scope_for = getattr(self.view, "scope_for", None)
        codes += ["403"] if scope_for and scope_for(self.method) is not None else []
        codes += ["404"] if "{" in self.path else []
        codes += ["409", "422"] if writes else []
        codes += ["415"] if self.method in ("POST", "PATCH") else []
        return codes

    def _is_one_thing(self) -> bool:
        """Whether what is told has a tag: lists in pages have none."""
        return self.method == "GET" and not hasattr(self.view, "orders")
