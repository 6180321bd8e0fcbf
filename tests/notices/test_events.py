"""Events to a real receiver: what they say, who they are from, in which order they come."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from feedback.outcomes import record_outcome
from feedback.verdicts import Judgement, give_verdict
from leads.sweeping import sweep
from notices import subscribing
from notices.delivering import deliver
from notices.models import Delivery, WebhookEndpoint
from tests.cast import Cast, handoff, lead
from tests.notices.receivers import Receiver

pytestmark = pytest.mark.django_db
ALL = (
    "lead.captured", "lead.graded", "handoff.created", "handoff.breached", "verdict.given", "lead.won",
    "review.signed",
)  # fmt: skip
Hook = tuple[WebhookEndpoint, str]


def added(cast: Cast, receiver: Receiver, now: datetime, *events: str, **more: Any) -> Hook:
    said = {"name": "CRM", "url": receiver.url, "wanted": events or ALL, "by": cast.sales_manager, "at": now}
    return subscribing.subscribe(**{**said, **more})


@pytest.fixture
def other() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.end()


def heard(receiver: Receiver) -> list[str]:
    return [body["event"] for body in receiver.bodies]


def test_the_life_of_a_lead_is_told_in_its_order(cast: Cast, receiver: Receiver, now: datetime) -> None:
    added(cast, receiver, now)
    made = handoff("ann@x.test", timezone.now(), cast.rep, campaign="fair", external_id="E-1")
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    record_outcome(made.lead, by=cast.rep, kind="won", amount=12500)
    assert deliver(now=timezone.now()).sent == 5
    assert heard(receiver) == ["lead.captured", "lead.graded", "handoff.created", "verdict.given", "lead.won"]
    versions = [body["version"] for body in receiver.bodies]
    assert versions == sorted(set(versions))
    won = receiver.bodies[-1]["data"]
    assert won["lead"]["external_id"] == "E-1"
    assert (won["outcome"]["kind"], won["outcome"]["amount"], won["outcome"]["currency"]) == ("won", "12500.00", "EUR")
    assert (won["verdict"]["verdict"], won["campaign"]["code"], won["corrected"]) == ("accepted", "fair", False)
    assert [touch["kind"] for touch in won["touches"]] == ["quote"]
    assert receiver.bodies[1]["data"]["from"] is None
    assert receiver.bodies[1]["data"]["to"] == "A"


def test_nothing_is_written_down_where_nobody_listens(cast: Cast, receiver: Receiver, now: datetime) -> None:
    one, _secret = added(cast, receiver, now, "lead.won")
    lead("ann@x.test", now, "A")
    assert not Delivery.objects.filter(endpoint=one).exists()


def test_a_breach_is_told_once_with_its_handoff(cast: Cast, receiver: Receiver, now: datetime) -> None:
    added(cast, receiver, now, "handoff.breached")
    made = handoff("ann@x.test", now, cast.rep)
    for _n in range(2):
        sweep(now=now + timedelta(days=8))
    deliver(now=now + timedelta(days=8))
    (said,) = [body for body in receiver.bodies if "event" in body]
    assert (said["event"], said["data"]["handoff"]["id"]) == ("handoff.breached", made.pk)
    assert said["data"]["handoff"]["state"] == "breached"


def test_the_receiver_can_tell_that_it_is_us(cast: Cast, receiver: Receiver, now: datetime) -> None:
    one, secret = added(cast, receiver, now, "lead.captured")
    renewed = subscribing.renew_secret(one, by=cast.admin, at=timezone.now())
    lead("ann@x.test", now, "D")
    deliver(now=now)
    head, body = receiver.requests[0].split(b"\r\n\r\n", 1)
    told = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert told["Alignment-Event"] == "lead.captured"
    assert told["webhook-id"] == str(one.deliveries.get().pk) == receiver.bodies[0]["id"]
    assert abs(int(told["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
    by_hand = [
        "v1," + b64encode(hmac.digest(b64decode(key.removeprefix("whsec_")), signed, "sha256")).decode()
        for key in (renewed, secret)
    ]
    assert told["webhook-signature"].split() == by_hand
    WebhookEndpoint.objects.update(former_until=timezone.now())
    subscribing.replay(one.deliveries.get(), by=cast.admin, at=now)
    deliver(now=now)
    assert len(receiver.requests[1].split(b"webhook-signature: ")[1].split(b"\r\n")[0].split()) == 1
