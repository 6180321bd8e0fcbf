"""Which webhook is tried when: in order per lead, nobody before all others, and an end to what does not work."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Change
from common.errors import DomainError
from notices import events, lanes, outbox, subscribing
from notices.delivering import Delivered, deliver
from notices.events import Fact
from notices.models import Delivery, WebhookEndpoint
from tests.cast import Cast
from tests.notices.receivers import Receiver

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that is there for the test: it says what it is about."""

    def tell(deliveries: Any) -> dict[Any, events.Told]:
        return {one.pk: events.Told({"about": one.subject}, one.subject, "/") for one in deliveries}

    monkeypatch.setitem(events._kinds, "said", events.Kind("said", "Said", "%(n)d said", "/", tell))


@pytest.fixture
def other() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.end()


def hook(cast: Cast, receiver: Receiver, now: datetime, **more: Any) -> WebhookEndpoint:
    said = {"name": "CRM", "url": receiver.url, "wanted": ["said"], "by": cast.sales_manager, "at": now}
    return subscribing.subscribe(**{**said, **more})[0]


def say(now: datetime, *facts: tuple[str, int]) -> None:
    events.announce("said", [Fact(*fact) for fact in facts], at=now)


def heard(receiver: Receiver) -> list[tuple[str, int]]:
    return [(body["data"]["about"], body["version"]) for body in receiver.bodies]


def claimed(now: datetime) -> list[tuple[str, int | None]]:
    return [(one.subject, one.version) for one in lanes.claim(now, busy={}, room=99)]


def test_what_happened_later_to_a_lead_waits_for_what_happened_earlier(
    cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hook(cast, receiver, now)
    say(now, ("lead:1", 1), ("lead:2", 2), ("lead:1", 3), ("lead:1", 4))
    assert claimed(now) == [("lead:1", 1), ("lead:2", 2)]
    assert claimed(now) == []
    Delivery.objects.filter(version=1).update(state="sent", sent_at=now)
    assert claimed(now) == [("lead:1", 3)]
    Delivery.objects.filter(version=3).update(state="given_up", last_error="No.")
    assert claimed(now) == [("lead:1", 4)]


def test_a_refused_event_holds_up_its_lead_and_no_other(cast: Cast, receiver: Receiver, now: datetime) -> None:
    hook(cast, receiver, now)
    say(now, ("lead:1", 1))
    receiver.answer("500 Broken")
    assert deliver(now=now) == Delivered(put_off=1)
    receiver.answer("200 OK")
    say(now, ("lead:1", 2), ("lead:2", 3))
    assert deliver(now=now) == Delivered(sent=1)
    assert deliver(now=now + 2 * MINUTE) == Delivered(sent=2)
    assert heard(receiver) == [("lead:1", 1), ("lead:2", 3), ("lead:1", 1), ("lead:1", 2)]
    assert receiver.bodies[0]["id"] == receiver.bodies[2]["id"]


def test_each_receiver_has_its_turn_and_no_more_than_so_many_at_once(
    cast: Cast, receiver: Receiver, other: Receiver, now: datetime
) -> None:
    busy = hook(cast, receiver, now)
    say(now, *((f"lead:{n}", n) for n in range(1, 30)))
    hook(cast, other, now)
    say(now + MINUTE, ("lead:99", 99))
    assert len(lanes.claim(now + MINUTE, busy={}, room=2)) == 2
    assert set(Delivery.objects.filter(attempts=1).values_list("version", flat=True)) == {1, 99}
    assert len(lanes.claim(now + MINUTE, busy={busy.pk: 3}, room=99)) == lanes.AT_A_TIME - 3


def test_a_chat_gets_one_at_a_time(cast: Cast, receiver: Receiver, now: datetime) -> None:
    hook(cast, receiver, now, form="message")
    say(now, ("lead:1", 1), ("lead:2", 2))
    assert claimed(now) == [("lead:1", 1)]


def test_who_hangs_delays_nobody(
    cast: Cast, receiver: Receiver, other: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others get theirs while the one hangs, and it is left alone afterwards."""
    monkeypatch.setattr("common.outgoing.post.__kwdefaults__", {"seconds": 1.0})
    slow = hook(cast, receiver, now)
    receiver.pause = 30
    hook(cast, other, now)
    say(now, *((f"lead:{n}", n) for n in range(1, 21)))
    began, took = time.monotonic(), []
    monkeypatch.setattr(outbox, "sent", _timed(outbox.sent, began, took))
    done = deliver(now=now)
    assert (done.sent, done.put_off) == (20, lanes.AT_A_TIME)
    assert max(took) < 1 <= time.monotonic() - began
    assert deliver(now=now + timedelta(seconds=30)) == Delivered()
    assert WebhookEndpoint.objects.get(pk=slow.pk).failures == lanes.AT_A_TIME
    assert len(lanes.claim(now + 3 * MINUTE, busy={}, room=99)) == 1


def test_when_time_is_up_others_go_on_while_one_that_hangs_is_waited_for(
    cast: Cast, receiver: Receiver, other: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.outgoing.post.__kwdefaults__", {"seconds": 0.8})
    hook(cast, receiver, now)
    receiver.pause = 30
    hook(cast, other, now)
    say(now, ("lead:1", 1))
    say(now + timedelta(seconds=0.4), ("lead:2", 2))
    assert deliver(now=now, seconds=0.2).left
    assert heard(other) == [("lead:1", 1), ("lead:2", 2)]


def _timed(sent: Any, began: float, took: list[float]) -> Any:
    def timed(*args: Any, **kwargs: Any) -> None:
        took.append(time.monotonic() - began)
        sent(*args, **kwargs)

    return timed


@pytest.mark.parametrize("said", ["302 Found", "400 Bad", "404 Gone", "500 Broken"])
def test_a_program_that_refuses_is_asked_again_for_three_days_and_then_switched_off(
    cast: Cast, receiver: Receiver, now: datetime, said: str
) -> None:
    one = hook(cast, receiver, now)
    receiver.answer(said, "Location: /elsewhere")
    say(now, ("lead:1", 1))
    assert [deliver(now=now + n * HOUR) for n in (0, 35, 71)] == [Delivered(put_off=1)] * 3
    say(now + 71 * HOUR, ("lead:2", 2))
    # And the mail that tells the manager.
    assert deliver(now=now + 73 * HOUR) == Delivered(sent=1, given_up=1, put_off=1)
    one.refresh_from_db()
    assert one.off_why == f"It took nothing for three days. The receiver answered {said[:3]}."
    assert [notice.kind for notice in cast.sales_manager.notices.all()] == ["webhook_off"]
    say(now + 74 * HOUR, ("lead:3", 3))
    assert not Delivery.objects.filter(version=3).exists()
    subscribing.resume(one, by=cast.admin, at=now)
    assert subscribing.replay_failed(one, by=cast.admin, at=now + 75 * HOUR) == 2
    receiver.answer("200 OK")
    assert deliver(now=now + 75 * HOUR) == Delivered(sent=2)


def test_who_is_away_is_asked_with_one_event_until_it_is_back(cast: Cast, receiver: Receiver, now: datetime) -> None:
    one = hook(cast, receiver, now)
    say(now, *((f"lead:{n}", n) for n in range(1, 6)))
    receiver.answer("503 Away", "Retry-After: 600")
    deliver(now=now)
    assert deliver(now=now + 9 * MINUTE) == Delivered()
    assert deliver(now=now + 11 * MINUTE).put_off == 1
    receiver.answer("200 OK")
    assert deliver(now=now + 30 * MINUTE) == Delivered(sent=5)
    one.refresh_from_db()
    assert (one.failures, one.failing_since, one.closed_until) == (0, None, None)
    assert set(one.deliveries.values_list("status", flat=True)) == {200}


def test_an_address_that_becomes_private_gets_nothing(
    cast: Cast, receiver: Receiver, now: datetime, settings: Any
) -> None:
    one = hook(cast, receiver, now)
    say(now, ("lead:1", 1))
    settings.WEBHOOK_ALLOW_PRIVATE = False
    WebhookEndpoint.objects.update(url=receiver.url.replace("http:", "https:"))
    assert deliver(now=now) == Delivered(put_off=1)
    assert one.deliveries.get().last_error == "127.0.0.1 is not an address of the public internet."
    assert receiver.requests == []


def test_a_pause_keeps_what_happens(cast: Cast, receiver: Receiver, now: datetime) -> None:
    one = hook(cast, receiver, now)
    subscribing.pause(one, by=cast.marketing_manager, at=now)
    say(now, ("lead:1", 1))
    assert deliver(now=now) == Delivered()
    subscribing.resume(one, by=cast.marketing_manager, at=now)
    assert deliver(now=now) == Delivered(sent=1)


def test_the_same_is_sent_once_more_by_hand_under_its_id(cast: Cast, receiver: Receiver, now: datetime) -> None:
    one = hook(cast, receiver, now)
    subscribing.ping(one, by=cast.admin, at=now)
    deliver(now=now)
    subscribing.replay(one.deliveries.get(), by=cast.admin, at=now + 90 * HOUR)
    assert deliver(now=now + 90 * HOUR) == Delivered(sent=1)
    assert [body["event"] for body in receiver.bodies] == ["ping", "ping"]
    assert receiver.bodies[0]["id"] == receiver.bodies[1]["id"]


def test_a_removed_one_is_forgotten(cast: Cast, receiver: Receiver, now: datetime) -> None:
    one = hook(cast, receiver, now)
    say(now, ("lead:1", 1))
    subscribing.unsubscribe(one, by=cast.admin, at=now)
    one.refresh_from_db()
    assert (one.secret, "key=1" in one.url, one.removed_by) == ("", False, cast.admin)
    assert one.deliveries.get().last_error == "The address was removed."
    with pytest.raises(DomainError) as refused:
        subscribing.ping(one, by=cast.admin, at=now)
    assert refused.value.code == "gone"


def test_what_waits_of_an_unreadable_secret_is_sent_after_a_new_one(
    cast: Cast, receiver: Receiver, now: datetime, settings: Any
) -> None:
    one = hook(cast, receiver, now)
    say(now, ("lead:1", 1))
    settings.SECRET_KEY = "quite another key"
    assert deliver(now=now) == Delivered(put_off=1)
    assert "Make a new secret" in one.deliveries.get().last_error
    subscribing.renew_secret(one, by=cast.admin, at=now)
    WebhookEndpoint.objects.update(former_secret="", closed_until=None)
    assert deliver(now=now + HOUR) == Delivered(sent=1)


def test_only_managers_and_admins_act_and_each_act_is_in_the_trail(
    cast: Cast, receiver: Receiver, now: datetime
) -> None:
    one = hook(cast, receiver, now)
    say(now, ("lead:1", 1))
    acts = {
        "pause": lambda by: subscribing.pause(one, by=by, at=now),
        "resume": lambda by: subscribing.resume(one, by=by, at=now),
        "renew": lambda by: subscribing.renew_secret(one, by=by, at=now),
        "ping": lambda by: subscribing.ping(one, by=by, at=now),
        "replay": lambda by: subscribing.replay(one.deliveries.get(version=1), by=by, at=now),
        "change": lambda by: subscribing.change(one, name="ERP", wanted=["lead.won"], version=1, by=by),
        "remove": lambda by: subscribing.unsubscribe(one, by=by, at=now),
    }
    changes = Change.objects.filter(what="notices.webhookendpoint", object_id=one.pk)
    for name, act in acts.items():
        before = changes.count()
        for by in (cast.rep, cast.marketer):
            with pytest.raises(DomainError) as refused:
                act(by)
            assert refused.value.code == "not_yours"
        act(cast.marketing_manager)
        assert changes.count() == before + 1, name
        assert "whsec_" not in str(changes.first().changes)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"), ({"url": "http://x.test/"}, "url"), ({"wanted": []}, "events"),
        ({"wanted": ["ping"]}, "events"), ({"form": "xml"}, "form"),
    ],
)  # fmt: skip
def test_what_could_not_be_sent_is_refused(cast: Cast, now: datetime, facts: dict[str, Any], field: str) -> None:
    said = {"name": "CRM", "url": "https://x.test/", "wanted": ["said"], "by": cast.admin, "at": now}
    with pytest.raises(DomainError) as refused:
        subscribing.subscribe(**{**said, **facts})
    assert (refused.value.code, list(refused.value.fields)) == ("invalid", [field])
    assert not WebhookEndpoint.objects.exists()
