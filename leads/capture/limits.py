"""How many posts an address takes in a minute, from everybody and from one client."""

from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

from common import limits
from leads.models import CaptureAddress


def wait(address: CaptureAddress, request: HttpRequest, *, now: float) -> int:
    """Count a post. Seconds to wait before another one is taken; 0 where this one is."""
    if address.is_own:
        # The platforms send everything from few addresses of theirs.
        client = limits.household(BaseThrottle().get_ident(request))  # type: ignore[arg-type]
        if left := limits.wait(f"capture:{address.pk}:{client}", address.per_client, now=now):
            return left
    return limits.wait(f"capture:{address.pk}", address.per_minute, now=now)
