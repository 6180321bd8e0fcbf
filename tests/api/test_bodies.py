"""Hostile bodies are refused in a sentence, never with an accident."""

import pytest

from leads.models import Handoff, Lead
from tests.api.conftest import Api
from tests.api.test_access import TABLE, WRITES, filled
from tests.api.test_access import cast as cast
from tests.api.test_access import made as made
from tests.api.test_access import world as world
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LEADS = "/api/v1/leads/"

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
    "a name told twice": b'{"email": "ann@x.test", "email": "bob@x.test"}',
    "a name told twice inside": b'{"facts": {"a": "1", "a": "2"}}',
    "a list": b"[]",
    "a text": b'"ann@x.test"',
    "null": b"null",
    "true": b"true",
    "a number": b"1e400",
}


WRITING = [(route, method) for route, method, _sent, _answers in TABLE if method in ("post", "patch")]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_a_400_at_every_address_that_reads_one(name: str, api: Api, cast: Cast, made: Handoff) -> None:
    """Each body at every fourth address, so that each address is sent several. A manager of sales may answer, an
    admin everything else."""
    clients = {True: api(cast.sales_manager), False: api(cast.admin)}
    found = {}
    for route, method in WRITING[list(BROKEN).index(name) % 4 :: 4]:
        client = clients[WRITES[route] == "answer"]
        answer = client.generic(method.upper(), filled(route, made), BROKEN[name], content_type="application/json")
        # Where files are sent JSON is not read at all.
        expected = (415, "unsupported_media_type") if route == "imports/" else (400, answer.json()["code"])
        assert (answer.status_code, answer.json()["code"]) == expected, (method, route, answer.content[:300])
        found[route] = answer.json()["code"]
        assert answer.json()["message"]
    assert set(found.values()) <= {"parse_error", "invalid", "unsupported_media_type"}
    assert Lead.objects.count() == 1


def test_a_body_that_is_too_large_is_not_read(api: Api, cast: Cast) -> None:
    body = b'{"email": "' + b"x" * 2_600_000 + b'"}'
    answer = api(cast.admin).generic("POST", LEADS, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")
    assert "too large" in answer.json()["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_read(kind: str, api: Api, cast: Cast) -> None:
    answer = api(cast.admin).generic("POST", LEADS, b"email=ann@x.test", content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("charset", ["bz2_codec", "nonsense", "utf-16", "utf-7"])
def test_other_ways_of_writing_are_read_or_refused(charset: str, api: Api, cast: Cast) -> None:
    kind = f"application/json; charset={charset}"
    answer = api(cast.admin).generic("POST", LEADS, b'{"email": "bob@x.test"}', content_type=kind)
    assert answer.status_code in (201, 400), answer.content


def test_a_body_of_unknown_length_is_not_taken_for_an_empty_one(api: Api, cast: Cast) -> None:
    answer = api(cast.admin).post("/api/v1/leads/", headers={"Transfer-Encoding": "chunked"}, CONTENT_LENGTH="")
    assert (answer.status_code, answer.json()["code"]) == (400, "length_missing")


def test_many_unknown_fields_are_refused_in_a_short_answer(api: Api, cast: Cast) -> None:
    answer = api(cast.admin).post(LEADS, {f"f{n}": n for n in range(5_000)})
    assert (answer.status_code, len(answer.json()["fields"])) == (400, 20)
