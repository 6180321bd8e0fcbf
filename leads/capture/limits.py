"""How many posts an address takes in a minute, from everybody and from one client. Counted in Redis, where one counter
is exact however many ask at once; while Redis is away nobody is held back but by what PostgreSQL takes."""

import math
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from leads.models import CaptureAddress

SECONDS = 60


def wait(address: CaptureAddress, client: str, *, now: float) -> int:
    """Seconds to wait before another post is taken; 0 where this one is. `now` in seconds of the epoch."""
    minute = int(now // SECONDS)
    counters = [(f"capture:{address.pk}:{minute}", address.per_minute)]
    # The platforms send everything from few addresses of theirs.
    if address.is_own:
        counters.insert(0, (f"capture:{address.pk}:{client}:{minute}", address.per_client))
    if all(_counted(key) <= most for key, most in counters):
        return 0
    return max(1, math.ceil((minute + 1) * SECONDS - now))


def client_of(request: HttpRequest) -> str:
    """The network address of whoever asks; of IPv6 the network, which one customer has whole."""
    named = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # What stands last was written by our proxy, the rest by whoever asked.
        named = request.META.get("HTTP_X_FORWARDED_FOR", named).rpartition(",")[2].strip()
    try:
        found = ip_address(named)
    except ValueError:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def _counted(key: str) -> int:
    """This one's place among those of the minute."""
    cache.add(key, 0, 2 * SECONDS)
    try:
        return int(cache.incr(key))
    except ValueError:  # the server was emptied between the two
        return 1
