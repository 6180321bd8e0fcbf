"""Events to a real receiver: what they say, who they are from, in which order they come."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from feedback.correcting import correct_verdict
from feedback.models import Reason
from feedback.outcomes import record_outcome
from feedback.undoing import undo_answer
from feedback.verdicts import Judgement, give_verdict
from leads.intake import take_in
from leads.models import Lead
from leads.privacy import erase_person
from leads.sweeping import sweep
from notices import subscribing
from notices.delivering import Delivered, deliver
from notices.models import Delivery, WebhookEndpoint
from tests.cast import Cast, handoff, lead, row
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


def test_what_sales_corrects_or_takes_back_is_told_again(cast: Cast, receiver: Receiver, now: datetime) -> None:
    added(cast, receiver, now, "verdict.given")
    first = handoff("ann@x.test", timezone.now(), cast.rep)
    undone = give_verdict(first, Judgement(verdict="accepted"), by=cast.rep)
    undo_answer(first, by=cast.rep, at=timezone.now())
    assert not type(undone).objects.exists()
    said = give_verdict(first, Judgement(verdict="accepted"), by=cast.rep)
    why = Judgement(verdict="rejected", reason=Reason.objects.get(key="too_small"))
    correct_verdict(said, why, version=1, by=cast.rep, at=timezone.now())
    deliver(now=timezone.now())
    told = [(body["data"]["corrected"], body["data"]["verdict"]["verdict"]) for body in receiver.bodies]
    # Each says what holds when it leaves.
    assert told == [(False, "rejected"), (True, "rejected"), (False, "rejected"), (True, "rejected")]


def test_who_was_erased_meanwhile_is_named_in_nothing(cast: Cast, receiver: Receiver, now: datetime) -> None:
    added(cast, receiver, now, "lead.captured", "verdict.given")
    made = handoff("ann@x.test", timezone.now(), cast.rep, name="Ann Becker", note="Ann called")
    give_verdict(made, Judgement(verdict="accepted", note="Ann is nice"), by=cast.rep)
    erase_person(made.lead, why="asked", by=cast.admin, at=timezone.now())
    deliver(now=timezone.now())
    assert heard(receiver) == ["lead.captured", "verdict.given"]
    assert b"ann" not in b"".join(receiver.requests).lower().replace(b"organisation", b"").replace(b"channel", b"")
    assert receiver.bodies[0]["data"]["lead"]["erased_at"]


def test_an_import_is_one_message_in_a_chat_and_an_event_each_for_a_program(
    cast: Cast, receiver: Receiver, other: Receiver, now: datetime
) -> None:
    added(cast, receiver, now, "lead.captured")
    added(cast, other, now, "lead.captured", form="message")
    take_in([row(f"p{n}@x.test", now, "D") for n in range(8)], at=now)
    assert deliver(now=now) == Delivered(sent=9)
    assert heard(receiver) == ["lead.captured"] * 8
    assert [body["text"] for body in other.bodies] == ["8 new leads"]


def test_a_chat_gets_a_line_that_people_read(cast: Cast, receiver: Receiver, now: datetime) -> None:
    added(cast, receiver, now, "lead.won", "verdict.given", form="message")
    made = handoff("ann@x.test", timezone.now(), cast.rep, name="Ann <b>")
    record_outcome(made.lead, by=cast.rep, kind="won", amount=12500)
    deliver(now=timezone.now())
    assert [body["text"] for body in receiver.bodies] == [
        "Accepted: Ann &lt;b&gt;", "Won: Ann &lt;b&gt;, 12,500.00 EUR",
    ]  # fmt: skip


def test_a_lead_that_is_gone_is_given_up(cast: Cast, receiver: Receiver, now: datetime) -> None:
    one, _secret = added(cast, receiver, now, "lead.captured")
    Lead.objects.filter(pk=lead("ann@x.test", now, "D").pk).delete()
    assert deliver(now=now) == Delivered(given_up=1)
    assert one.deliveries.get().last_error == "What it told is gone."


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
