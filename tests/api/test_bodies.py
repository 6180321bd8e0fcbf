"""Hostile bodies are refused in a sentence, never with an accident."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Campaign
from leads.models import Lead
from tests.api.conftest import Api
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db

BROKEN = {
    "nothing of JSON": b"not json",
    "cut off": b'{"email": "ann@',
    "NaN": b'{"email": NaN}',
    "no UTF-8": b'{"email": "\xff\xfe"}',
    "NUL in a text": b'{"email": "ann@x.test", "note": "a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000b": 1}',
    "half of a pair": b'{"email": "ann@x.test", "note": "\\ud800"}',
    "half of a pair deep inside": b'{"facts": {"a": ["\\udfff"]}}',
    "deep": b"[" * 100_000,
    "deep and closed": b'{"facts":' * 50_000 + b"1" + b"}" * 50_000,
    "a number too long to read": b'{"employees": ' + b"9" * 5_000 + b"}",
    "a list": b"[]",
    "a text": b'"ann@x.test"',
    "null": b"null",
    "true": b"true",
    "a number": b"1e400",
}


@pytest.fixture
def urls(cast: Cast) -> list[str]:
    made = handoff("ann@x.test", datetime.now(UTC) - timedelta(days=1), cast.rep)
    Campaign.objects.create(code="fair", name="Fair")
    paths = [
        "leads/", f"leads/{made.lead_id}/outcomes/", f"handoffs/{made.pk}/responses/", f"handoffs/{made.pk}/verdicts/",
        "campaigns/", "campaigns/fair/costs/", "campaigns/fair/activities/",
    ]  # fmt: skip
    return [f"/api/v1/{path}" for path in paths]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_a_400_everywhere(name: str, urls: list[str], api: Api, cast: Cast) -> None:
    client = api(cast.admin)
    for url in urls:
        answer = client.generic("POST", url, BROKEN[name], content_type="application/json")
        assert answer.status_code == 400, (url, answer.content[:300])
        assert answer.json()["code"] in ("parse_error", "invalid")
        assert answer.json()["message"]
    assert Lead.objects.count() == 1


def test_a_body_that_is_too_large_is_not_read(urls: list[str], api: Api, cast: Cast) -> None:
    body = b'{"email": "' + b"x" * 2_600_000 + b'"}'
    answer = api(cast.admin).generic("POST", urls[0], body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")
    assert "too large" in answer.json()["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_read(kind: str, urls: list[str], api: Api, cast: Cast) -> None:
    answer = api(cast.admin).generic("POST", urls[0], b"email=ann@x.test", content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("charset", ["bz2_codec", "nonsense", "utf-16", "utf-7"])
def test_other_ways_of_writing_are_read_or_refused(charset: str, urls: list[str], api: Api, cast: Cast) -> None:
    kind = f"application/json; charset={charset}"
    answer = api(cast.admin).generic("POST", urls[0], b'{"email": "bob@x.test"}', content_type=kind)
    assert answer.status_code in (201, 400), answer.content


def test_many_unknown_fields_are_refused_in_a_short_answer(urls: list[str], api: Api, cast: Cast) -> None:
    answer = api(cast.admin).post(urls[0], {f"f{n}": n for n in range(5_000)})
    assert (answer.status_code, len(answer.json()["fields"])) == (400, 20)
