from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import company


class CompanyMiddleware:
    """Reads the company once per request of a signed-in person and shows times in its time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A post to a capture address asks for none of it, and may come a hundred times in a second.
        if request.path_info.startswith(("/healthz", "/readyz", "/static/", "/capture/")):
            return self.get_response(request)
        with company.held() as row, timezone.override(row.zone):
            return self.get_response(request)
