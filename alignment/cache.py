"""Redis as a cache that may be away: pages answer all the same, only without what the cache knew."""

import functools
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = structlog.get_logger(__name__)

_REST_SECONDS = 10  # after a failure nobody waits for a hung server again until this has passed


COUNT = """
local counted = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return counted
"""


class CountingRedisCache(RedisCache):
    """Redis as a cache that can also count."""

    def count(self, key: str, seconds: int) -> int:
        """One more: how many there were, this one included, until `seconds` after the last. Counted by the server
        in one step, so no two calls are told the same number."""
        name = self.make_and_validate_key(key)
        return int(self._cache.get_client(name, write=True).eval(COUNT, 1, name, seconds))


def _forgiving(name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    real = getattr(CountingRedisCache, name)

    @functools.wraps(real)
    def method(self: "ForgivingRedisCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < ForgivingRedisCache.resting_until:
            return answer(*args, **kwargs)
        try:
            return real(self, *args, **kwargs)
        except (RedisConnectionError, RedisTimeoutError, ResponseError) as error:
            ForgivingRedisCache.resting_until = time.monotonic() + _REST_SECONDS
            log.warning("cache_away", error=str(error))
            return answer(*args, **kwargs)

    return method


def _given_default(_key: str, default: Any = None, **_kwargs: Any) -> Any:
    return default


class ForgivingRedisCache(CountingRedisCache):
    """Django's Redis cache that answers like an empty one while the server can't be reached."""

    resting_until = 0.0

    get = _forgiving("get", _given_default)
    get_many = _forgiving("get_many", lambda *a, **k: {})
    has_key = _forgiving("has_key", lambda *a, **k: False)
    set = _forgiving("set", lambda *a, **k: None)
    set_many = _forgiving("set_many", lambda *a, **k: [])
    add = _forgiving("add", lambda *a, **k: True)
    touch = _forgiving("touch", lambda *a, **k: False)
    incr = _forgiving("incr", lambda _key, delta=1, **k: delta)
    count = _forgiving("count", lambda *a, **k: 0)
    delete = _forgiving("delete", lambda *a, **k: False)
    delete_many = _forgiving("delete_many", lambda *a, **k: None)
    clear = _forgiving("clear", lambda *a, **k: False)
