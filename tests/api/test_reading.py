"""What holds for every GET: fields, order, tags, and the methods that ask about an address."""

from datetime import datetime, timedelta

import pytest
from rest_framework.test import APIClient

from campaigns.costs import add_cost
from campaigns.models import Campaign
from leads.models import Handoff
from tests.api.conftest import Api
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


@pytest.fixture
def made(cast: Cast, now: datetime) -> Handoff:
    return handoff("ann@x.test", now - timedelta(days=1), cast.rep, campaign="Fair")


@pytest.fixture
def marketer(api: Api, cast: Cast) -> APIClient:
    return api(cast.marketer)


def test_only_the_fields_that_are_asked_for_are_told(marketer: APIClient, made: Handoff) -> None:
    (row,) = marketer.get(f"{V1}leads/?fields=id,grade&fields=email").json()["results"]
    assert row == {"id": made.lead_id, "grade": "A", "email": "ann@x.test"}
    assert marketer.get(f"{V1}leads/{made.lead_id}/?fields=grade").json() == {"grade": "A"}
    assert marketer.get(f"{V1}campaigns/fair/?fields=code,spent").json() == {"code": "fair", "spent": None}
    assert marketer.get(f"{V1}reasons/?fields=key").json()["results"][0].keys() == {"key"}
    assert marketer.get(f"{V1}reviews/2026-Q3/?fields=status").json() == {"status": "preparing"}
    assert marketer.get(f"{V1}me/?fields=side").json() == {"side": "marketing"}


@pytest.mark.parametrize("asked", ["", ",", "id,secret", "digest"])
def test_a_field_that_there_is_not_is_refused(asked: str, marketer: APIClient, made: Handoff) -> None:
    for path in ("leads/", f"leads/{made.lead_id}/", "campaigns/", "me/"):
        answer = marketer.get(f"{V1}{path}?fields={asked}")
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["fields"])


def test_an_order_has_two_names_and_unknown_ones_are_refused(marketer: APIClient, cast: Cast, now: datetime) -> None:
    for n in range(3):
        handoff(f"p{n}@x.test", now - timedelta(days=n), cast.rep)

    def found(asked: str) -> list[str]:
        return [row["email"][:2] for row in marketer.get(f"{V1}leads/?{asked}").json()["results"]]

    assert found("order=captured_at") == found("ordering=captured_at") == found("ordering=-id") == ["p2", "p1", "p0"]
    assert found("order=id") == found("") == ["p0", "p1", "p2"]
    page = marketer.get(f"{V1}leads/?ordering=id&page_size=2&fields=email").json()
    assert [row["email"][:2] for row in marketer.get(page["next"]).json()["results"]] == ["p2"]
    for asked, name in (("ordering=email", "ordering"), ("order=", "order"), ("order=id&ordering=id", "ordering")):
        answer = marketer.get(f"{V1}leads/?{asked}")
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [name])


def test_what_was_read_and_has_not_changed_is_not_told_again(marketer: APIClient, made: Handoff, cast: Cast) -> None:
    paths = [
        "campaigns/fair/", f"leads/{made.lead_id}/", f"leads/{made.lead_id}/explanation/", "reviews/2026-Q3/", "me/",
        "reasons/",
    ]  # fmt: skip
    for path in paths:
        tag = marketer.get(V1 + path)["ETag"]
        again = marketer.get(V1 + path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag), path
    tag = marketer.get(f"{V1}campaigns/fair/")["ETag"]
    add_cost(Campaign.objects.get(), by=cast.marketer, kind="media", on=made.at.date(), actual=5)
    spent = marketer.get(f"{V1}campaigns/fair/", headers={"If-None-Match": tag})
    assert (spent.status_code, spent.json()["spent"]) == (200, "5.00")
    # What was spent is no fact of the campaign that a change could overwrite.
    changed = marketer.patch(f"{V1}campaigns/fair/", {"offer": "x"}, headers={"If-Match": tag})
    assert changed.status_code == 200


def test_a_tag_that_compressing_made_weak_is_as_good(marketer: APIClient, made: Handoff) -> None:
    for path, sent in (("campaigns/fair/", {"offer": "x"}), (f"leads/{made.lead_id}/", {"phone": "1"})):
        read = marketer.get(V1 + path, headers={"Accept-Encoding": "gzip"})
        assert read["ETag"].startswith('W/"')
        late = marketer.patch(V1 + path, sent, headers={"If-Match": f'"0", {read["ETag"]}'})
        assert late.status_code == 200, late.json()
        assert marketer.patch(V1 + path, sent, headers={"If-Match": read["ETag"]}).status_code == 412
        assert marketer.patch(V1 + path, sent, headers={"If-Match": "nonsense"}).status_code == 412


def test_head_and_options_and_what_is_not_served(marketer: APIClient, made: Handoff) -> None:
    for path in ("leads/", f"leads/{made.lead_id}/"):
        asked, told = marketer.head(V1 + path), marketer.get(V1 + path)
        assert (asked.status_code, asked.content, asked.get("ETag")) == (200, b"", told.get("ETag"))
    answer = marketer.options(f"{V1}leads/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert {"GET", "POST", "HEAD", "OPTIONS"} >= set(answer["Allow"].split(", ")) >= {"GET", "POST"}
    answer = marketer.put(f"{V1}leads/", {})
    assert (answer.status_code, answer.json()["code"], answer["Allow"]) == (
        405, "method_not_allowed", "GET, POST, HEAD, OPTIONS",
    )  # fmt: skip
    assert APIClient().options(f"{V1}leads/").status_code == 401


def test_everything_is_answered_in_json_whatever_is_accepted(marketer: APIClient) -> None:
    for accepted in ("text/html", "[+t:d", ""):
        answer = marketer.get(f"{V1}me/", headers={"Accept": accepted})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
