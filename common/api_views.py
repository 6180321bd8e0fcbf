"""The base of every view of the API."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from common.api_answers import FIELDS, Wanted, leave_out, narrowed, wanted_fields, with_tag
from common.api_limits import PerCaller, check_address, check_refused
from common.api_pages import CursorPagination
from common.api_repeats import answered_once
from common.api_schema import Schema
from common.api_shapes import Shape, TextParser, read_body, refuse_chunked, refuse_nul, refuse_unknown

ANY_SCOPE = None
READING, SENDING = ("GET", "HEAD"), ("POST", "PUT", "PATCH")


class JsonAlone(DefaultContentNegotiation):
    """Everything is answered in JSON, whatever a program says that it accepts."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(GenericAPIView[Any]):
    """An address of the API: reads strict JSON, refuses parameters that it does not know, and does what a POST
    with a key asks for once.

    `reads` and `writes` are the scopes that a token needs here; where something is written, the view says which.
    """

    reads: str | None = "read"
    writes: str | None = ""

    # Whether a POST with a key is done once; not where the body is too large to be compared, nor where the answer
    # is a secret, which is kept nowhere.
    repeatable = True
    # How many bytes a body may have where they may be more than elsewhere.
    most_bytes: int | None = None
    parser_classes = [TextParser]
    content_negotiation_class = JsonAlone
    throttle_classes = [PerCaller]
    filter_backends = []
    schema = Schema()
    wanted: Wanted = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_address(request)
        super().initial(request, *args, **kwargs)
        reading = request.method in READING
        refuse_unknown(request.query_params, self.parameters() if reading else set(), _("There is no such parameter."))
        refuse_nul(request.query_params)
        self.wanted = wanted_fields(request, super().get_serializer()) if reading else None
        refuse_chunked(request._request)
        if self.most_bytes:
            read_body(request._request, self.most_bytes)
        served = hasattr(self, (request.method or "").lower())
        if served and request.method in SENDING and issubclass(self.parser_classes[0], TextParser):
            _check_object(request.data)
        if request.method == "POST" and self.repeatable and (post := getattr(self, "post", None)):
            # The dispatch asks for the handler after this.
            self.post = answered_once(post)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, NotAuthenticated | AuthenticationFailed):
            try:
                check_refused(self.request)
            except Throttled as limit:
                exc = limit
        return super().handle_exception(exc)

    @classmethod
    def scope_for(cls, method: str) -> str | None:
        """The scope that a token needs for `method`, None: any; empty where nobody said it, which opens nothing."""
        return cls.reads if method in SAFE_METHODS else cls.writes

    def parameters(self) -> set[str]:
        """The names of the query parameters that GET takes."""
        return {FIELDS}

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """The methods, in the header Allow."""
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        if request.method in READING and response.status_code == 200 and not response.has_header("Cache-Control"):
            self.complete(request, response)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    def complete(self, request: Request, response: Response) -> None:
        """What is told of one thing is narrowed to the fields that are wanted, and tagged."""
        if self.wanted:
            response.data = narrowed(response.data, self.wanted)
        with_tag(request, response)

    def body(self, shape: type[Shape]) -> dict[str, Any]:
        """What was sent, checked by `shape`; raises ValidationError."""
        sent = shape(data=self.request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return sent.validated_data


def _check_object(data: Any) -> None:
    """A body that can't be read is told so before anything else is asked of the request."""
    if not isinstance(data, Mapping):
        raise ValidationError(_("Send one JSON object, such as {}."))


class ListView(ListModelMixin, ApiView):
    """A list in pages by key. `orders` are the orders that may be asked for, the usual one first."""

    filter_backends = [DjangoFilterBackend]
    filterset_class: Any = None
    orders: tuple[str, ...] = ("-id",)

    def parameters(self) -> set[str]:
        filters = set(self.filterset_class.base_filters) if self.filterset_class else set()
        return filters | super().parameters() | CursorPagination.parameters(self.orders)

    def filter_queryset(self, queryset: Any) -> Any:
        """What was asked for; a list of filters of which none is asked is not made."""
        asked = self.filterset_class and not set(self.filterset_class.base_filters).isdisjoint(
            self.request.query_params
        )
        return super().filter_queryset(queryset) if asked else queryset

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        shape = super().get_serializer(*args, **kwargs)
        if self.wanted:
            leave_out(shape, self.wanted)
        return shape

    def complete(self, request: Request, response: Response) -> None:
        """A page has no tag: the next call may find other rows."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)
