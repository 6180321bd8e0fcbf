"""How long a session lives: 8 hours without a request, 7 days in all."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Writing at each request would cost a row update per page; ten minutes of slack cost nobody anything.
_SLACK_SECONDS = 600


class SessionLifetimeMiddleware:
    """Moves the idle limit forward now and then, and ends a session that reached its absolute limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._keep(request, now=time.time())
        return self.get_response(request)

    def _keep(self, request: HttpRequest, *, now: float) -> None:
        session = request.session
        began = session.setdefault("began", now)
        if now - began > settings.SESSION_LIFETIME.total_seconds():
            session.flush()
            request.user = _anonymous()
        elif now - session.get("seen", 0) > _SLACK_SECONDS:
            session["seen"] = now


def _anonymous():
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()
