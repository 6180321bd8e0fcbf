"""How often the API may be asked: by address, by token or person, and by address without a key that opens."""

from typing import Any

from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from common.limits import household, wait


def check_address(request: Request) -> None:
    """Count a call from its address, whoever asks. Raises Throttled above the limit."""
    _check(f"address:{_address(request)}", "address")


def check_refused(request: Request) -> None:
    """Count a call that no key opened. Raises Throttled above the limit: a key that opens is heard all the same."""
    _check(f"refused:{_address(request)}", "refused")


class PerCaller(BaseThrottle):
    """The limit of one token, or of one person who is signed in."""

    left = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.user.is_authenticated:
            caller = f"token:{request.auth.pk}" if request.auth else f"person:{request.user.pk}"
            self.left = wait(caller, settings.API_LIMITS["caller"])
        return not self.left

    def wait(self) -> int:
        return self.left


def _check(who: str, limit: str) -> None:
    if left := wait(who, settings.API_LIMITS[limit]):
        raise Throttled(left)


def _address(request: Request) -> str:
    return household(BaseThrottle().get_ident(request))
