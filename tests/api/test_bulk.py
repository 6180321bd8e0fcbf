"""Many leads at once: every row is answered for itself, and a bad one stops no other."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Campaign
from leads.api_bulk import MOST_ROWS, Bulk
from leads.models import Event, Handoff, Lead, Touch
from tests.api.conftest import Api, Counted
from tests.cast import FACTS_OF, Cast, lead

pytestmark = pytest.mark.django_db
URL = "/api/v1/leads/bulk/"


@pytest.fixture
def marketer(api: Api, cast: Cast) -> APIClient:
    return api(cast.marketer)


def send(client: APIClient, *rows: Any, **more: Any) -> Any:
    return client.post(URL, {"rows": list(rows)}, **more)


def test_every_row_is_answered_in_order(marketer: APIClient, now: datetime) -> None:
    lead("known@x.test", now, external_id="7")
    told = send(
        marketer,
        {"email": "Ann@X.test", "campaign": "Fair", **FACTS_OF["A"]},
        {"email": "no address", "employees": "some"},
        {"email": "known@x.test", "phone": "1", "captured_at": now.isoformat()},
        {"first_name": "Nobody"},
        "a text",
        {"email": "bob@x.test", "colour": "red"},
        {"email": "bob@x.test", "external_id": "7"},
        {"email": "ann@x.test", "kind": "call"},
        {"email": "carl@x.test", "note": "a\x00b"},
        {"email": "ann@x.test", "campaign": "fair", "kind": "quote"},
        None,
    ).json()
    results = told.pop("results")
    assert [row["row"] for row in results] == list(range(1, 12))
    fates = ["created", "refused", "updated", "refused", "refused", "refused", "refused", "updated", "refused"]
    assert [row["result"] for row in results] == [*fates, "unchanged", "refused"]
    assert told == {"rows": 11, "created": 1, "updated": 2, "unchanged": 1, "refused": 7}
    ann = Lead.objects.get(email="ann@x.test")
    assert [row["id"] for row in results if row["result"] != "refused"].count(ann.pk) == 3
    assert (ann.grade, ann.touches.count(), Handoff.objects.get().lead) == ("A", 2, ann)
    refused = [row for row in results if row["result"] == "refused"]
    assert Counter(row["code"] for row in refused) == {"refused": 3, "invalid": 4}
    assert set(refused[0]["fields"]) == {"email", "employees"}
    assert all(row["message"] and set(row) == {"row", "result", "code", "message", "fields"} for row in refused)
    assert Lead.objects.count() == 2
    assert Event.objects.filter(lead=ann, kind="captured").count() == 1


def test_sent_again_with_its_key_it_is_done_once(marketer: APIClient) -> None:
    rows = [{"email": f"p{n}@x.test"} for n in range(3)]
    first, second = (send(marketer, *rows, headers={"Idempotency-Key": "k"}) for _twice in range(2))
    assert first.content == second.content
    assert (first.json()["created"], Touch.objects.count()) == (3, 3)


def test_no_rows_are_no_fault(marketer: APIClient) -> None:
    told = send(marketer)
    assert (told.status_code, told.json()["rows"], told.json()["results"]) == (200, 0, [])


@pytest.mark.parametrize(
    "sent",
    [{}, {"rows": {}}, {"rows": None}, {"rows": [], "more": 1}, [], {"rows": [{}] * (MOST_ROWS + 1)}],
    ids=["nothing", "an object", "null", "more", "a list", "too many"],
)
def test_what_is_no_list_of_rows_is_refused_whole(sent: Any, marketer: APIClient) -> None:
    answer = marketer.post(URL, sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["message"]
    if sent and len(sent.get("rows") or []) > MOST_ROWS:
        assert "10,000 rows" in answer.json()["fields"]["rows"]


def test_a_body_may_be_larger_than_elsewhere_but_not_without_end(
    marketer: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"email": "ann@x.test", "facts": {f"f{n}": "x" * 9_000 for n in range(300)}}
    answer = send(marketer, row)
    assert (answer.status_code, answer.json()["refused"]) == (200, 1)
    monkeypatch.setattr(Bulk, "most_bytes", 2_700_000)
    answer = send(marketer, row)
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")
    assert "2 MB" in answer.json()["message"]


def test_fifty_rows_cost_as_many_queries_as_five(marketer: APIClient, queries: Counted) -> None:
    def rows(count: int, mark: str) -> list[dict[str, Any]]:
        return [{"email": f"{mark}{n}@{mark}{n}.test", "campaign": "fair", **FACTS_OF["A"]} for n in range(count)]

    send(marketer, *rows(1, "a"))
    few = queries(lambda: send(marketer, *rows(5, "b")))
    assert queries(lambda: send(marketer, *rows(50, "c"))) == few
    assert (Lead.objects.count(), Campaign.objects.count(), Handoff.objects.count()) == (56, 1, 56)
