"""A cache that is away answers like an empty one, at once."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

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
    assert away.count("a", 60) == 0
    assert not away.has_key("a")
    assert not away.delete("a")
    assert away.get_or_set("a", 5) == 5


def test_after_a_failure_nobody_waits_for_a_while(away: ForgivingRedisCache) -> None:
    away.get("a")
    assert ForgivingRedisCache.resting_until > time.monotonic()
    ForgivingRedisCache.resting_until = 0.0
    assert away.get("a") is None


@pytest.mark.django_db
def test_signing_in_answers_while_the_cache_is_away(client: Client, away: ForgivingRedisCache) -> None:
    location = {"default": {"BACKEND": "alignment.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=location):
        answer = client.post("/accounts/login/", {"login": "nobody@example.com", "password": "wrong"})
    assert answer.status_code in {200, 422}
    assert ForgivingRedisCache.resting_until > 0
