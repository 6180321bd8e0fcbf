"""How often somebody may come: every call is counted by one step of the cache's server, so that calls at the
same moment are all counted."""

import ipaddress
import math
import time
from typing import Any, cast

from django.core.cache import cache

SECONDS = 60


def wait(who: str, most: int, *, now: float | None = None) -> int:
    """Count a call of `who`. For how many seconds to wait where there were more than `most` in this minute, else 0.

    With no `most` nothing is counted. While the cache is away nobody waits.
    """
    if not most:
        return 0
    minute, passed = divmod(time.time() if now is None else now, SECONDS)
    counted = cast(Any, cache).count(f"calls:{who}:{minute:.0f}", SECONDS)
    return 0 if counted <= most else max(1, math.ceil(SECONDS - passed))


def household(address: str) -> str:
    """An address as it is counted: of IPv6 the network of a household, which has 2**64 addresses to choose from."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
