"""Campaigns, costs, activities and results through the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

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
