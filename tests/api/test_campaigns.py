"""Campaigns, costs, activities and results through the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Change
from campaigns.models import Activity, Campaign, Cost
from tests.api.conftest import Api
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
URL = "/api/v1/campaigns/"


@pytest.fixture
def marketer(api: Api, cast: Cast) -> APIClient:
    return api(cast.marketer)


@pytest.fixture
def fair(cast: Cast) -> Campaign:
    return Campaign.objects.create(code="fair", name="Fair", owner=cast.marketer, starts_on=date(2026, 9, 1))


def refusal(answer: Any) -> tuple[int, str, list[str]]:
    told = answer.json()
    return answer.status_code, told["code"], list(told["fields"])


def test_a_campaign_is_made_and_told(marketer: APIClient, cast: Cast, fair: Campaign) -> None:
    sent = {
        "name": "Autumn fair 2026", "channel": "event", "parent": "fair", "starts_on": "2026-09-01",
        "ends_on": "2026-09-30", "sales_partner": cast.rep.pk, "budget": "12000.00",
    }  # fmt: skip
    answer = marketer.post(URL, sent)
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["code"], told["owner"]["id"], told["sales_partner"]["id"]) == (
        "autumn-fair-2026", cast.marketer.pk, cast.rep.pk,
    )  # fmt: skip
    assert (told["budget"], told["spent"], told["currency"], told["parent"]) == ("12000.00", None, "EUR", "fair")
    assert marketer.get(f"{URL}autumn-fair-2026/").json() == told
    assert [row["code"] for row in marketer.get(URL).json()["results"]] == ["autumn-fair-2026", "fair"]
    assert refusal(marketer.post(URL, sent)) == (409, "code_taken", ["code"])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, (400, "invalid", ["name"])),
        ({"name": "   "}, (400, "invalid", ["name"])),
        ({"name": "x" * 201}, (400, "invalid", ["name"])),
        ({"name": "A", "code": "no spaces"}, (422, "bad_code", ["code"])),
        ({"name": "A", "channel": "pigeon"}, (422, "unknown_channel", ["channel"])),
        ({"name": "A", "parent": "none"}, (400, "invalid", ["parent"])),
        ({"name": "A", "parent": {"code": "fair"}}, (400, "invalid", ["parent"])),
        ({"name": "A", "owner": 10**30}, (400, "invalid", ["owner"])),
        ({"name": "A", "owner": True}, (400, "invalid", ["owner"])),
        ({"name": "A", "starts_on": "0001-01-01"}, (400, "invalid", ["starts_on"])),
        ({"name": "A", "starts_on": "2026-10-02", "ends_on": "2026-10-01"}, (422, "ends_before_start", ["ends_on"])),
        ({"name": "A", "budget": "-1"}, (422, "amount_out_of_range", ["budget"])),
        ({"name": "A", "version": 3}, (400, "invalid", ["version"])),
    ],
)
def test_a_campaign_that_is_none_is_refused(sent: dict[str, Any], said: Any, marketer: APIClient) -> None:
    assert refusal(marketer.post(URL, sent)) == said
    assert Campaign.objects.count() == 0


def test_owner_and_partner_stand_on_their_sides(marketer: APIClient, cast: Cast) -> None:
    assert refusal(marketer.post(URL, {"name": "A", "owner": cast.rep.pk})) == (422, "wrong_owner", ["owner"])
    wrong = {"name": "A", "sales_partner": cast.marketer.pk}
    assert refusal(marketer.post(URL, wrong)) == (422, "wrong_partner", ["sales_partner"])


def test_facts_change_by_the_version_that_was_read(marketer: APIClient, fair: Campaign, cast: Cast) -> None:
    read = marketer.get(f"{URL}fair/")
    sent = {
        "name": "Spring fair", "audience": "Plant managers", "offer": "A trial", "priority": "high", "expected_a": 9,
        "countries": ["DE"], "for_targets": True,
        "links": ["https://example.com/fair"], "aliases": ["utm_fair", "Messe"], "ends_on": "2026-09-30",
        "sales_partner": cast.rep.pk,
    }  # fmt: skip
    changed = marketer.patch(f"{URL}fair/", sent, headers={"If-Match": read["ETag"]})
    assert changed.status_code == 200, changed.json()
    told = changed.json()
    assert {name: told[name] for name in sent if name != "sales_partner"} | {"aliases": ["Messe", "utm_fair"]} == {
        **{name: value for name, value in sent.items() if name != "sales_partner"}, "aliases": ["Messe", "utm_fair"],
    }  # fmt: skip
    assert (told["sales_partner"]["id"], told["status"], told["code"]) == (cast.rep.pk, "ended", "fair")
    assert (changed["ETag"], marketer.get(f"{URL}fair/").json()) == ('"2"', told)
    assert Change.objects.filter(object_id=fair.pk, what="campaigns.campaign").count() == 1
    late = marketer.patch(f"{URL}fair/", {"name": "Mine"}, headers={"If-Match": read["ETag"]})
    assert refusal(late) == (412, "stale", [])
    assert refusal(marketer.patch(f"{URL}fair/", {"name": "Mine"})) == (428, "if_match_missing", [])
    assert Campaign.objects.get().name == "Spring fair"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"code": "other"}, (400, "invalid", ["code"])),
        ({"version": 3}, (400, "invalid", ["version"])),
        ({"set_status": "ended"}, (400, "invalid", ["set_status"])),
        ({"aliases": ["webinar"]}, (422, "alias_taken", ["aliases"])),
        ({"aliases": "one"}, (400, "invalid", ["aliases"])),
        ({"links": ["nowhere"]}, (422, "bad_link", ["links"])),
        ({"priority": "urgent"}, (422, "unknown_priority", ["priority"])),
        ({"parent": "fair"}, (422, "wrong_programme", ["parent"])),
        ({"expected_a": -1}, (400, "invalid", ["expected_a"])),
        ({"starts_on": "2026-10-02", "ends_on": "2026-10-01"}, (422, "ends_before_start", ["ends_on"])),
    ],
)
def test_a_change_that_is_none_leaves_the_campaign_as_it_was(
    sent: dict[str, Any], said: Any, marketer: APIClient, fair: Campaign
) -> None:
    Campaign.objects.create(code="webinar", name="Webinar")
    before = marketer.get(f"{URL}fair/").json()
    assert refusal(marketer.patch(f"{URL}fair/", sent, headers={"If-Match": "*"})) == said
    assert marketer.get(f"{URL}fair/").json() == before


def test_a_campaign_ends_and_is_taken_up_again_with_a_why(marketer: APIClient, fair: Campaign) -> None:
    def step(act: str, why: str = "Hall closed") -> Any:
        return marketer.post(f"{URL}fair/statuses/", {"act": act, "why": why}, headers={"If-Match": "*"})

    told = step("abandon").json()
    assert (told["status"], told["status_why"], told["version"]) == ("abandoned", "Hall closed", 2)
    assert refusal(step("end")) == (409, "over_already", [])
    assert step("reopen").json()["status"] == "running"
    assert refusal(step("reopen")) == (409, "not_over", [])
    assert refusal(step("burn")) == (400, "invalid", ["act"])
    assert refusal(step("end", " ")) == (400, "invalid", ["why"])


def test_a_cost_is_changed_and_taken_away_by_the_version_that_was_read(marketer: APIClient, fair: Campaign) -> None:
    dollars = {"kind": "media", "on": "2026-09-02", "actual": "100.00", "currency": "USD", "rate": "0.9"}
    made = marketer.post(f"{URL}fair/costs/", dollars)
    url = f"{URL}fair/costs/{made.json()['id']}/"
    assert (marketer.get(url)["ETag"][:3], made["ETag"]) == ('"1-', '"1"')
    changed = marketer.patch(url, {"actual": "200.00", "note": "Twice"}, headers={"If-Match": made["ETag"]})
    assert (changed.json()["actual"], changed.json()["entered"]["actual"]) == ("180.00", "200.00")
    assert refusal(marketer.delete(url, headers={"If-Match": made["ETag"]})) == (412, "stale", [])
    assert refusal(marketer.patch(url, {"actual": None}, headers={"If-Match": "*"})) == (
        422, "amount_missing", ["actual"],
    )  # fmt: skip
    Campaign.objects.create(code="webinar", name="Webinar")
    assert marketer.get(url.replace("fair", "webinar")).status_code == 404
    assert marketer.delete(url, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert (Cost.objects.count(), marketer.get(url).status_code) == (0, 404)


def test_costs_are_added_and_summed(marketer: APIClient, fair: Campaign) -> None:
    answer = marketer.post(
        f"{URL}fair/costs/", {"kind": "media", "on": "2026-09-02", "planned": "500", "actual": 450.5}
    )
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["actual"], answer.json()["planned"], answer.json()["currency"]) == ("450.50", "500.00", "EUR")
    assert marketer.post(f"{URL}fair/costs/", {"kind": "tools", "on": "2026-09-03", "planned": 1}).status_code == 201
    costs = marketer.get(f"{URL}fair/costs/").json()["results"]
    assert [(row["kind"], row["actual"]) for row in costs] == [("tools", None), ("media", "450.50")]
    assert marketer.get(f"{URL}fair/").json()["spent"] == "450.50"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, (400, "invalid", ["kind", "on"])),
        ({"kind": "bribes", "on": "2026-09-02", "actual": 1}, (422, "unknown_kind", ["kind"])),
        ({"kind": "media", "on": "2026-09-02"}, (422, "amount_missing", ["actual"])),
        ({"kind": "media", "on": "2026-02-30", "actual": 1}, (400, "invalid", ["on"])),
        ({"kind": "media", "on": "2026-09-02", "actual": "-1"}, (422, "amount_out_of_range", ["actual"])),
        ({"kind": "media", "on": "2026-09-02", "actual": "10000000000000"}, (400, "invalid", ["actual"])),
    ],
)
def test_a_cost_that_is_none_is_refused(sent: dict[str, Any], said: Any, marketer: APIClient, fair: Campaign) -> None:
    assert refusal(marketer.post(f"{URL}fair/costs/", sent)) == said
    assert Cost.objects.count() == 0


def test_activities_are_logged(marketer: APIClient, cast: Cast, fair: Campaign) -> None:
    answer = marketer.post(f"{URL}fair/activities/", {"what": "Built the stand", "on": "2026-01-05"})
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["what"], answer.json()["by"]["id"]) == ("Built the stand", cast.marketer.pk)
    assert marketer.get(f"{URL}fair/activities/").json()["results"] == [answer.json()]
    future = {"what": "Build", "on": "2999-01-01"}
    assert refusal(marketer.post(f"{URL}fair/activities/", future)) == (422, "in_future", ["on"])
    assert refusal(marketer.post(f"{URL}fair/activities/", {"what": 1})) == (400, "invalid", ["on"])
    assert Activity.objects.count() == 1


@pytest.mark.parametrize("what", ["", "costs/", "activities/"])
def test_sales_reads_and_does_not_write(what: str, api: Api, cast: Cast, fair: Campaign) -> None:
    rep, url = api(cast.rep), URL + (f"fair/{what}" if what else "")
    assert rep.get(url).status_code == 200
    sent = {"": {"name": "A"}, "costs/": {"kind": "media", "on": "2026-09-02", "actual": 1}}
    answer = rep.post(url, sent.get(what, {"what": "A", "on": "2026-01-05"}))
    assert refusal(answer) == (403, "not_marketing", [])


def test_results_are_the_figures_of_the_page(
    marketer: APIClient, cast: Cast, now: datetime, time_machine: Any, fair: Campaign
) -> None:
    time_machine.move_to(now, tick=False)
    lead("ann@x.test", now, "A", campaign="fair")
    lead("bob@y.test", now, "D")
    Cost.objects.create(campaign=fair, kind="media", on=now.date(), actual=Decimal(300))
    told = marketer.get(f"{URL}fair/results/").json()
    (quarter,) = told["quarters"]
    assert (told["code"], told["currency"], quarter["quarter"]) == ("fair", "EUR", "2026-Q3")
    assert (quarter["figures"]["leads"]["value"], quarter["figures"]["cost_per_lead"]["value"]) == (1, "300.00")
    assert quarter["from"] == "2026-07-01T00:00:00+00:00"


@pytest.mark.parametrize("what", ["", "costs/", "activities/", "results/"])
def test_an_unknown_code_is_not_found(what: str, marketer: APIClient) -> None:
    assert refusal(marketer.get(f"{URL}none/{what}")) == (404, "not_found", [])
