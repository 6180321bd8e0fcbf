"""What holds for every request and every answer, whichever room serves it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class NoNulMiddleware:
    """Refuses a NUL character in the address or a cookie: no text holds one, and PostgreSQL stores none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _refused(request) if _holds_nul(request) else self.get_response(request)


def _holds_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    return "%00" in query or any("\x00" in text for text in (request.path_info, query, *request.COOKIES.values()))


def _refused(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        message = _("The address holds a character that is no text (NUL).")
        names = [name for name, values in request.GET.lists() if "\x00" in "".join(values)]
        told = {"code": "invalid", "message": message, "fields": dict.fromkeys(names, message)}
        return JsonResponse(told, status=400)
    return render(request, "400.html", status=400)


class PrivatePagesMiddleware:
    """Keeps what a signed-in person was shown out of every cache, unless the view decides itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
