"""The description of the API, for programs and, as a page, for people."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from accounts.requests import Request as PageRequest
from common.api_limits import check_address
from common.api_views import ANY_SCOPE, ApiView

PREFIX = "/api/v1/"


class TokenScheme(OpenApiAuthenticationExtension):
    """Tells the description how a token is sent."""

    target_class = "accounts.api_auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class Description(SpectacularAPIView):
    """The API in OpenAPI 3. It tells no data, so it is open."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_address(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """In YAML, or in JSON with `?format=json`."""
        wanted = request.accepted_renderer
        made: Any = type(wanted)
        return HttpResponse(_written(made), content_type=f"{wanted.media_type}; charset=utf-8")


@cache
def described() -> dict[str, Any]:
    """The description, made once per process: it takes seconds."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


@cache
def _written(renderer: Any) -> bytes:
    return bytes(renderer().render(described(), renderer_context={}))


@extend_schema(exclude=True)
class Unknown(ApiView):
    """Every address below /api/ that is none."""

    reads = writes = ANY_SCOPE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_address(request)
        super(ApiView, self).initial(request, *args, **kwargs)
        raise NotFound(_("There is nothing at this address. Every address ends with a slash."))


# --- the page -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """A parameter of an address, or a field of a body."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """What one method of one address takes and answers."""

    method: str
    path: str
    words: str
    parameters: list[Field]
    sent: list[Field]
    told: list[tuple[str, str, list[Field]]]
    refusals: list[str]
    scope: str
    request: str
    answer: str


def guide(request: PageRequest) -> HttpResponse:
    """The description as a page."""
    return render(request, "api/docs.html", {"rooms": rooms(), "base": request.build_absolute_uri(PREFIX)})


@cache
def rooms() -> list[tuple[str, list[Operation]]]:
    """Every operation, by the first word of its path; made once per process."""
    shapes = described()["components"]["schemas"]
    operations = [
        _operation(path, method, found, shapes)
        for path, methods in described()["paths"].items()
        if path.startswith(PREFIX)
        for method, found in methods.items()
    ]
    return [(room, list(found)) for room, found in groupby(operations, lambda o: o.path.split("/")[3])]


def _operation(path: str, method: str, found: dict[str, Any], shapes: dict[str, Any]) -> Operation:
    parameters = [
        Field(p["name"], _kind(p["schema"], shapes), p.get("required", False), _words(p))
        for p in found.get("parameters", [])
    ]
    answers = {code: (body, _shape(body, shapes)) for code, body in found["responses"].items()}
    return Operation(
        method=method.upper(),
        path=path,
        words=found.get("description", ""),
        parameters=parameters,
        sent=_fields(_shape(found.get("requestBody", {}), shapes), shapes),
        told=[
            (code, body.get("description", ""), _fields(shape, shapes))
            for code, (body, shape) in answers.items()
            if code < "300"
        ],
        refusals=[code for code in answers if code >= "400"],
        scope=found.get("x-scope", "any"),
        request=_example(found.get("requestBody", {})),
        answer=next((text for code, (body, _s) in answers.items() if code < "300" and (text := _example(body))), ""),
    )


def _example(body: dict[str, Any]) -> str:
    """The example of a body as JSON, empty where it is none."""
    examples = [content["example"] for kind, content in body.get("content", {}).items() if kind == "application/json"]
    return json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else ""


def _shape(body: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    contents = list(body.get("content", {}).values())
    return _named(contents[0].get("schema", {}), shapes) if contents else {}


def _named(shape: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for; of a page of a list, one of its rows."""
    while "$ref" in shape or "allOf" in shape:
        name = (shape.get("$ref") or shape["allOf"][0]["$ref"]).rpartition("/")[2]
        shape = shapes[name]
    if "next" in shape.get("properties", {}):
        return _named(shape["properties"]["results"]["items"], shapes)
    return shape


def _fields(shape: dict[str, Any], shapes: dict[str, Any]) -> list[Field]:
    required = shape.get("required", [])
    return [
        Field(name, _kind(part, shapes), name in required, _words(part))
        for name, part in shape.get("properties", {}).items()
    ]


def _words(part: dict[str, Any]) -> str:
    """The description without the list of values, which stands with the type."""
    return "" if "$ref" in part else part.get("description", "").partition("* `")[0].strip()


def _kind(part: dict[str, Any], shapes: dict[str, Any]) -> str:
    """The type in a word or two, or the values to choose from."""
    part = _named(part, shapes)
    if "oneOf" in part:
        return " | ".join(filter(None, dict.fromkeys(_kind(one, shapes) for one in part["oneOf"])))
    if part.get("type") == "array":
        return f"[{_kind(part['items'], shapes)}]"
    if "enum" in part:
        return " | ".join(str(value) for value in part["enum"] if value not in (None, ""))
    return str(part.get("format") or part.get("type") or "object")
