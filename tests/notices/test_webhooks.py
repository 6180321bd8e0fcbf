"""Webhooks to a real receiver: at least once, and a bad one takes nothing from the others."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.errors import DomainError
from notices import webhooks
from notices.delivering import Delivered, deliver
from notices.models import Delivery, WebhookEndpoint
from notices.telling import Notice, tell
from tests.cast import Cast
from tests.notices.conftest import Tell
from tests.notices.receivers import MailServer, Receiver

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def hook(cast: Cast, receiver: Receiver, mail_server: MailServer, now: datetime) -> WebhookEndpoint:
    """North's address."""
    return added(cast, now, url=receiver.url)


def added(cast: Cast, now: datetime, **facts: Any) -> WebhookEndpoint:
    asked = {"team": cast.rep.team, "person": None, "wanted": ["breached", "escalated"], "by": cast.sales_manager}
    return webhooks.add(**{**asked, "at": now, **facts})


def test_one_fact_is_a_text_and_a_block_with_a_link(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, now: datetime
) -> None:
    news(cast.rep, cast.mate, title="Ann <!channel> & Co waits", path="/leads/7/")
    assert deliver(now=now).sent == 3  # two mails
    words = "Ann &lt;!channel&gt; &amp; Co waits"
    linked = f"<https://alignment.test/leads/7/|{words}>\nNordwind"
    block = {"type": "section", "text": {"type": "mrkdwn", "text": linked}}
    assert receiver.bodies == [{"text": words, "blocks": [block]}]
    assert b"Content-Type: application/json\r\n" in receiver.requests[0]


def test_many_facts_are_one_message_of_blocks(
    hook: WebhookEndpoint, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    tell([Notice(cast.rep.pk, "breached", f"h{n}", f"Lead {n}", "/") for n in range(30)], at=now)
    deliver(now=now)
    (said,) = receiver.bodies
    assert said["text"] == "30 answers are late"
    assert len(said["blocks"]) == 22
    assert said["blocks"][-1]["text"]["text"] == "and 10 more in the app."


@pytest.mark.parametrize("status", ["302 Found", "400 Bad", "404 Gone"])
def test_who_says_no_is_asked_no_more(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, now: datetime, status: str
) -> None:
    receiver.answer(status, "Location: /elsewhere")
    news(cast.rep)
    assert deliver(now=now) == Delivered(sent=1, given_up=1)
    ended = hook.deliveries.get()
    assert (ended.state, ended.last_error) == ("given_up", f"The receiver answered {status[:3]}.")
    assert deliver(now=now + HOUR) == Delivered()
    assert len(receiver.requests) == 1


def test_who_says_gone_is_switched_off_and_its_manager_told(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, mail_server: MailServer, now: datetime
) -> None:
    receiver.answer("410 Gone")
    news(cast.rep, fact="one")
    news(cast.rep, fact="two")
    deliver(now=now)
    hook.refresh_from_db()
    assert hook.off_why == "The receiver answered 410."
    assert set(hook.deliveries.values_list("state", flat=True)) == {"given_up"}
    assert [notice.title for notice in cast.sales_manager.notices.all()] == ["North, 127.0.0.1 was switched off"]
    assert len(mail_server.to(cast.sales_manager.email)) == 1
    news(cast.rep, fact="three")
    assert (len(receiver.requests), hook.deliveries.count()) == (1, 2)


def test_who_is_broken_is_asked_again_until_it_works(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, now: datetime
) -> None:
    receiver.answer("500 Broken")
    news(cast.rep)
    assert deliver(now=now) == Delivered(sent=1, put_off=1)
    assert hook.deliveries.get().last_error == "The receiver answered 500."
    receiver.answer("200 OK")
    assert deliver(now=now + HOUR) == Delivered(sent=1)
    assert (hook.deliveries.get().state, hook.deliveries.get().attempts) == ("sent", 2)


def test_who_is_busy_is_given_the_time_it_asks_for(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, now: datetime
) -> None:
    receiver.answer("429 Slow down", "Retry-After: 900")
    news(cast.rep, fact="one")
    news(cast.rep, fact="two")
    deliver(now=now)
    deliver(now=now + timedelta(minutes=14))
    assert len(receiver.requests) == 1
    receiver.answer("200 OK")
    assert deliver(now=now + timedelta(minutes=20)).sent == 2


def test_after_three_days_it_is_given_up(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, now: datetime
) -> None:
    receiver.answer("503 Away")
    news(cast.rep)
    days = {n: deliver(now=now + n * timedelta(hours=6)).given_up for n in range(16)}
    assert [n for n, given_up in days.items() if given_up] == [12]
    assert hook.deliveries.get().last_error == "The receiver answered 503."


def test_a_receiver_that_hangs_delays_no_other(
    cast: Cast, hook: WebhookEndpoint, news: Tell, receiver: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five messages wait for one that hangs: it is tried once, and all others get theirs."""
    monkeypatch.setattr("common.outgoing.post.__kwdefaults__", {"seconds": 0.5})
    receiver.pause = 30
    well = Receiver()
    added(cast, now, url=well.url, team=cast.other_rep.team)
    for n in range(5):
        news(cast.rep, cast.other_rep, fact=f"f{n}")
    assert deliver(now=now) == Delivered(sent=15, put_off=1)
    well.end()
    assert (len(receiver.requests), len(well.requests)) == (1, 5)
    assert Delivery.objects.filter(state="waiting", endpoint=hook).count() == 5


def test_a_private_address_is_given_up(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, now: datetime, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    WebhookEndpoint.objects.update(url=receiver.url.replace("http:", "https:"))
    news(cast.rep)
    assert deliver(now=now).given_up == 1
    assert hook.deliveries.get().last_error == "127.0.0.1 is not an address of the public internet."
    assert receiver.requests == []


def test_a_removed_address_gets_nothing_that_waited_and_is_forgotten(
    hook: WebhookEndpoint, cast: Cast, news: Tell, receiver: Receiver, now: datetime
) -> None:
    news(cast.rep)
    webhooks.remove(hook, by=cast.sales_manager, at=now)
    assert deliver(now=now) == Delivered(sent=1)
    assert receiver.requests == []
    assert hook.deliveries.get().last_error == "The address was removed."
    hook.refresh_from_db()
    assert (hook.removed_by, hook.removed_at) == (cast.sales_manager, now)
    assert "key=1" not in hook.url


def test_managers_add_for_their_side_alone(cast: Cast, now: datetime) -> None:
    url = "https://hooks.example.com/x"
    for by, owner in (
        (cast.rep, {"team": cast.rep.team, "person": None}),
        (cast.marketing_manager, {"team": cast.rep.team, "person": None}),
        (cast.sales_manager, {"team": None, "person": cast.marketer}),
        (cast.sales_manager, {"team": None, "person": None}),
    ):
        with pytest.raises(DomainError) as refused:
            added(cast, now, url=url, by=by, **owner)
        assert refused.value.code == "not_yours"
    assert added(cast, now, url=url, by=cast.admin).added_by == cast.admin
    assert added(cast, now, url=url, team=None, person=cast.rep).person == cast.rep


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"url": "http://hooks.example.com/"}, "url"), ({"wanted": []}, "kinds"), ({"wanted": ["definition"]}, "kinds")],
)
def test_what_could_not_be_sent_is_refused(cast: Cast, now: datetime, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        added(cast, now, **{"url": "https://hooks.example.com/x", **facts})
    assert (refused.value.code, list(refused.value.fields)) == ("invalid", [field])
    assert not WebhookEndpoint.objects.exists()


def test_managers_of_the_other_side_remove_nothing(hook: WebhookEndpoint, cast: Cast, now: datetime) -> None:
    for by in (cast.marketing_manager, cast.rep):
        with pytest.raises(DomainError) as refused:
            webhooks.remove(hook, by=by, at=now)
        assert refused.value.code == "not_yours"
    assert WebhookEndpoint.objects.in_use().get() == hook
