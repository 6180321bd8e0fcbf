"""Who asks too often is told for how long to wait."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import override_settings
from rest_framework.test import APIClient

from tests.api.conftest import Api
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LEADS = "/api/v1/leads/"


@pytest.fixture(autouse=True)
def halfway() -> Iterator[None]:
    """Half a minute is left, and nobody has asked yet."""
    cache.clear()
    with time_machine.travel(datetime(2026, 9, 16, 12, 0, 30, tzinfo=UTC), tick=False):
        yield


def limits(settings: Any, **most: int) -> None:
    settings.API_LIMITS = {"caller": 0, "address": 0, "refused": 0, **most}


def check_waits(answer: Any) -> None:
    assert (answer.status_code, answer["Retry-After"]) == (429, "30")
    words = "Too many calls. Go on in 30 seconds."
    assert answer.json() == {"code": "throttled", "message": words, "fields": {}}


def test_each_token_has_its_own_limit(api: Api, cast: Cast, settings: Any) -> None:
    limits(settings, caller=2)
    one, other = api(cast.marketer), api(cast.marketer)
    assert [one.get(LEADS).status_code for _n in range(2)] == [200, 200]
    check_waits(one.get(LEADS))
    assert other.get(LEADS).status_code == 200


def test_what_is_too_much_does_nothing(api: Api, cast: Cast, settings: Any) -> None:
    from leads.models import Lead

    limits(settings, caller=1)
    client = api(cast.marketer)
    assert client.post(LEADS, {"email": "a@x.test"}).status_code == 201
    check_waits(client.post(LEADS, {"email": "b@x.test"}))
    assert Lead.objects.count() == 1


def test_an_address_has_a_limit_over_all_tokens_and_for_the_description(api: Api, cast: Cast, settings: Any) -> None:
    limits(settings, address=3)
    assert [api(user).get(LEADS).status_code for user in (cast.rep, cast.mate, cast.admin)] == [200] * 3
    check_waits(api(cast.marketer).get(LEADS))
    check_waits(APIClient().get("/api/v1/nothing/"))
    assert APIClient().get("/api/schema/").status_code == 429
    assert APIClient(REMOTE_ADDR="192.0.2.1").get(LEADS).status_code == 401


def test_whoever_tries_keys_is_slowed_down_and_a_key_that_opens_is_heard(api: Api, cast: Cast, settings: Any) -> None:
    limits(settings, refused=2)
    wrong = APIClient()
    wrong.credentials(HTTP_AUTHORIZATION="Bearer al_nonsense")
    assert [wrong.get(LEADS).status_code, APIClient().get(LEADS).status_code] == [401, 401]
    check_waits(wrong.get(LEADS))
    assert api(cast.rep).get(LEADS).status_code == 200


def test_a_header_of_a_proxy_that_is_none_changes_no_address(cast: Cast, settings: Any) -> None:
    limits(settings, refused=1)
    told = [APIClient().get(LEADS, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(2)]
    assert told == [401, 429]


def test_without_the_cache_everybody_is_answered(api: Api, cast: Cast, settings: Any) -> None:
    limits(settings, caller=1, address=1, refused=1)
    away = {"default": {"BACKEND": "alignment.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    from alignment.cache import ForgivingRedisCache

    with override_settings(CACHES=away):
        assert [api(cast.rep).get(LEADS).status_code for _n in range(3)] == [200] * 3
    ForgivingRedisCache.resting_until = 0.0
