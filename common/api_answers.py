"""What a GET answers beyond its rows: only the fields that were asked for, and nothing where nothing changed."""

import hashlib
from collections.abc import Collection
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from common.api_shapes import MOST_FIELDS_NAMED

FIELDS = "fields"
Wanted = frozenset[str] | None


def wanted_fields(request: Request, shape: serializers.BaseSerializer[Any]) -> Wanted:
    """The names of `?fields=id,name`; None where all are wanted. Raises ValidationError for one that there is not."""
    if FIELDS not in request.query_params:
        return None
    asked = {name.strip() for name in ",".join(request.query_params.getlist(FIELDS)).split(",")} - {""}
    known = row_of(shape).fields
    if not asked or not asked <= set(known):
        unknown = ", ".join(sorted(asked - set(known))[:MOST_FIELDS_NAMED])
        sentence = _("There is no field “%(unknown)s”.") % {"unknown": unknown} if unknown else _("Name a field.")
        words = _("%(sentence)s The fields are: %(known)s.") % {"sentence": sentence, "known": ", ".join(known)}
        raise ValidationError({FIELDS: words})
    return frozenset(asked)


def row_of(shape: serializers.BaseSerializer[Any]) -> Any:
    """The shape of one row: of a list in `results` that of its rows."""
    shape = getattr(shape, "child", shape)
    results = getattr(shape, "fields", {}).get("results")
    return getattr(results, "child", shape)


def leave_out(shape: serializers.BaseSerializer[Any], wanted: Collection[str]) -> None:
    """Have `shape` tell only what is wanted: the rest is not even read."""
    fields = row_of(shape).fields
    for name in set(fields) - set(wanted):
        fields.pop(name)


def narrowed(data: Any, wanted: Collection[str]) -> Any:
    """What was told of one thing, or of rows in `results`, without what is not wanted."""
    if isinstance(data.get("results"), list):
        return {**data, "results": [narrowed(row, wanted) for row in data["results"]]}
    return {name: value for name, value in data.items() if name in wanted}


def with_tag(request: Request, response: Response) -> None:
    """Once it is written down, the answer gets an ETag that changes with anything in it, after the version that
    the view may have named; a 304 stands for what was read before."""
    patch_cache_control(response, private=True, no_cache=True)
    response.add_post_render_callback(partial(_tagged, request))


def _tagged(request: Request, response: Response) -> HttpResponseBase:
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    version = response.get("ETag", "").strip('"')
    response["ETag"] = f'"{version}-{digest}"' if version else f'"{digest}"'
    return get_conditional_response(request._request, etag=response["ETag"], response=response) or response
