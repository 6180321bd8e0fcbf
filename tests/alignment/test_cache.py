"""A cache that is away answers like an empty one, at once."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from alignment.cache import ForgivingRedisCache


@pytest.fixture
def away() -> Iterator[ForgivingRedisCache]:
    yield ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    ForgivingRedisCache.resting_until = 0.0


def test_it_is_a_cache() -> None:
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert cache.incr("a") == 2
    assert cache.delete("a")


def test_an_unreachable_cache_is_an_empty_one(away: ForgivingRedisCache) -> None:
    away.set("a", 1)
    assert away.get("a", "default") == "default"
    assert away.get_many(["a"]) == {}
    assert away.add("a", 1)
    assert away.incr("a") == 1
    assert not away.has_key("a")
    assert not away.delete("a")
    assert away.get_or_set("a", 5) == 5


def test_after_a_failure_nobody_waits_for_a_while(away: ForgivingRedisCache) -> None:
    away.get("a")
    assert ForgivingRedisCache.resting_until > time.monotonic()
    ForgivingRedisCache.resting_until = 0.0
    assert away.get("a") is None
