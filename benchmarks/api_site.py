"""The product as granian serves it, and beside it a bare Django view for each question of benchmarks/api.py."""

# The servers are named by whoever starts this; Django is set up before anything imports a model.

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.wsgi import application as product

# isort: split
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from leads.api_shapes import LeadTold
from leads.models import Lead

RELATED = ("organisation", "campaign", "owner")
FIELDS = [
    *(name for name in LeadTold.Meta.fields if name not in RELATED),
    "organisation__id", "organisation__name", "organisation__domain", "campaign__code", "owner__id", "owner__name",
    "owner__email",
]  # fmt: skip


def one(request: HttpRequest, pk: int) -> HttpResponse:
    return told(Lead.objects.values(*FIELDS).get(pk=pk))


def latest(request: HttpRequest) -> HttpResponse:
    return told({"results": list(Lead.objects.order_by("-captured_at", "-pk").values(*FIELDS)[:51])})


@csrf_exempt
def create(request: HttpRequest) -> HttpResponse:
    lead = Lead.objects.create(**json.loads(request.body))
    return told({"id": lead.pk, "email": lead.email}, status=201)


def told(data: dict[str, Any], status: int = 200) -> HttpResponse:
    response = JsonResponse(data, status=status)
    response["Content-Length"] = len(response.content)
    return response


urlpatterns = [path("bare/one/<int:pk>/", one), path("bare/latest/", latest), path("bare/create/", create)]

with override_settings(MIDDLEWARE=[]):
    bare = WSGIHandler()
_resolve = bare.resolve_request


def _bare_addresses(request: HttpRequest) -> Any:
    request.urlconf = __name__  # type: ignore[attr-defined]
    return _resolve(request)


bare.resolve_request = _bare_addresses  # type: ignore[method-assign]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    handler = bare if environ["PATH_INFO"].startswith("/bare/") else product
    return handler(environ, start_response)
