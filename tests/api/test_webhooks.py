"""Webhooks through the API, the hand-over of a lead, and the way back by the CRM's own key."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feedback.verdicts import Judgement, give_verdict
from leads.merging import merge
from notices.delivering import deliver
from notices.models import Delivery, WebhookEndpoint
from tests.api.conftest import Api
from tests.cast import Cast, handoff, lead
from tests.notices.receivers import Receiver

pytestmark = pytest.mark.django_db
URL = "/api/v1/webhooks/"
SENT = {"name": "CRM", "url": "https://crm.example.com/x?key=1", "events": ["lead.won", "lead.captured"]}


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    found = Receiver()
    yield found
    found.end()


def test_the_secret_is_told_once_and_the_address_never(api: Api, cast: Cast) -> None:
    client = api(cast.marketing_manager)
    made = client.post(URL, SENT)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert (made.json()["events"], made.json()["state"]) == (["lead.captured", "lead.won"], "on")
    listed = client.get(URL)
    assert [one["host"] for one in listed.json()["results"]] == ["crm.example.com"]
    stored = WebhookEndpoint.objects.get().secret
    for told in (listed.content.decode(), client.get(f"{URL}{made.json()['id']}/").content.decode(), stored):
        assert made.json()["secret"] not in told
        assert "key=1" not in told
    renewed = client.post(f"{URL}{made.json()['id']}/secrets/").json()["secret"]
    assert renewed != made.json()["secret"]


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"url": "http://crm.example.com/"}, 422, "url"), ({"events": ["lead.lost"]}, 422, "events"),
        ({"events": "lead.won"}, 400, "events"), ({"secret": "x"}, 400, "secret"), ({"form": "xml"}, 422, "form"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_of_its_field(
    api: Api, cast: Cast, said: dict[str, Any], status: int, field: str
) -> None:
    refused = api(cast.admin).post(URL, SENT | said)
    assert (refused.status_code, list(refused.json()["fields"])) == (status, [field])


def test_a_program_tests_pauses_reads_the_log_and_replays(api: Api, cast: Cast, receiver: Receiver) -> None:
    client = api(cast.sales_manager)
    one = f"{URL}{client.post(URL, SENT | {'url': receiver.url}).json()['id']}/"
    assert client.post(f"{one}states/", {"act": "pause"}).json()["state"] == "paused"
    made = client.post(f"{one}tests/")
    deliver(now=timezone.now())
    assert receiver.requests == []
    assert client.post(f"{one}states/", {"act": "resume"}).json()["state"] == "on"
    deliver(now=timezone.now())
    (told,) = client.get(f"{one}deliveries/?state=sent").json()["results"]
    assert (told["id"], told["event"], told["status"], told["attempts"]) == (made.json()["id"], "ping", 200, 1)
    assert client.post(f"{one}deliveries/", {"delivery": told["id"]}).json() == {"sent_again": 1}
    Delivery.objects.update(state="given_up", last_error="No.")
    again = {"failed_since": (timezone.now() - timedelta(hours=1)).isoformat()}
    assert client.post(f"{one}deliveries/", again).json() == {"sent_again": 1}
    deliver(now=timezone.now())
    assert len(receiver.requests) == 2
    for wrong in ({}, {"delivery": told["id"], **again}):
        assert client.post(f"{one}deliveries/", wrong).status_code == 400
    assert client.get(f"{one}deliveries/?state=lost").status_code == 400


def test_a_change_names_the_version_that_was_read(api: Api, cast: Cast) -> None:
    client = api(cast.admin)
    made = client.post(URL, SENT)
    one = f"{URL}{made.json()['id']}/"
    changed = client.patch(one, {"events": ["review.signed"]}, headers={"If-Match": made["ETag"]})
    assert (changed.json()["events"], changed.json()["name"]) == (["review.signed"], "CRM")
    assert client.patch(one, {"name": "ERP"}, headers={"If-Match": made["ETag"]}).status_code == 412
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404


def test_a_lead_is_handed_over_as_a_whole_and_found_by_the_key_of_the_crm(api: Api, cast: Cast) -> None:
    made = handoff("ann@x.test", timezone.now(), cast.rep, campaign="fair", external_id="E-1", organisation="Firm")
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    told = api(cast.rep).get(f"/api/v1/leads/{made.lead_id}/hand-over/").json()
    assert (told["lead"]["external_id"], told["campaign"]["code"], told["verdict"]["verdict"]) == (
        "E-1", "fair", "accepted",
    )  # fmt: skip
    assert (told["organisation"]["name"], told["handoff"]["id"], len(told["touches"])) == ("Firm", made.pk, 1)
    twin = lead("twin@x.test", timezone.now(), external_id="E-2")
    merge(made.lead, twin, by=cast.marketer, at=timezone.now())
    client = api(cast.marketer)
    for asked in ("external_id=E-1", "external_id=E-2", "email=ANN@x.test", "email=twin@x.test"):
        found = client.get(f"/api/v1/leads/?{asked}").json()["results"]
        assert [one["id"] for one in found] == [made.lead_id], asked
    assert client.get("/api/v1/leads/?external_id=E-3").json()["results"] == []


def test_the_page_shows_the_secret_once_and_what_an_event_says(cast: Cast, client: Client) -> None:
    client.force_login(cast.marketing_manager)
    added = client.post("/settings/webhooks/", SENT | {"form": "event"})
    assert (added.status_code, added.text.count("whsec_")) == (201, 1)
    made = lead("ann@x.test", timezone.now(), "D", name="Ann <b>")
    told = WebhookEndpoint.objects.get().deliveries.get()
    page = f"/settings/webhooks/{told.endpoint_id}/"
    assert "whsec_" not in client.get(page).text
    assert "&quot;name&quot;: &quot;Ann &lt;b&gt;&quot;" in client.get(f"{page}deliveries/{told.pk}/").text
    fragment = client.get(page, headers={"HX-Request": "true", "HX-Target": "deliveries"}).text
    assert fragment.lstrip().startswith('<div id="deliveries"')
    assert f"lead:{made.pk}" in fragment
    sent = {"name": "ERP", "events": ["lead.won"], "version": 1}
    assert client.post(page, sent).status_code == 302
    assert client.post(page, sent).status_code == 409
    assert client.post(page, sent | {"version": 2, "events": []}).status_code == 422
    client.post(f"{page}removals/")
    assert client.get(page).status_code == 404
