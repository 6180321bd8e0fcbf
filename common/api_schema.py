"""What the OpenAPI description says of every address beyond what its view shows."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

REPEATABLE = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A key of yours: within 24 hours the same request with it is done once, and answered the same again.",
)
NARROWED = OpenApiParameter(
    "fields", str, description="The keys to tell, separated by commas; the others are left out."
)


class Refusal(serializers.Serializer[Any]):
    """Why something was refused: a code for programs, a sentence for people, and a sentence per field."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]


class Schema(AutoSchema):
    """Adds to each operation the refusals that it may answer with, to each POST that it can be repeated, and to
    each GET that it can be narrowed."""

    def get_override_parameters(self) -> list[Any]:
        repeatable = [REPEATABLE] if getattr(self.view, "repeatable", False) else []
        more = {"POST": repeatable, "GET": [NARROWED]}.get(self.method, [])
        return [*super().get_override_parameters(), *more]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        codes = ["400", "401", "404", "429"]
        if self.method in ("POST", "PUT", "PATCH", "DELETE"):
            codes += ["403", "409", "422"]
        refused = {code: self._get_response_for_code(Refusal, code) for code in codes if code not in bodies}
        return dict(sorted({**bodies, **refused}.items()))
