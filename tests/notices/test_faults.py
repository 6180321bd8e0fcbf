"""Real workers that are killed, and a queue that is away: nothing lost, nothing doubled."""

import random
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alignment.invariants import broken
from notices import subscribing
from notices.delivering import Delivered, deliver
from notices.models import Delivery, Notification
from notices.tasks import deliver as delivering
from notices.telling import Notice, tell
from tests.alignment.processes import end_group, until, worker
from tests.cast import Cast
from tests.notices.receivers import MailServer, Receiver

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
MAILS = 200
DICE = random.Random(200)


@pytest.fixture
def real(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, settings: Any) -> MailServer:
    """The mail server, named to other processes as well, which write our address in their mails."""
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{mail_server.port}")
    monkeypatch.setenv("BASE_URL", settings.BASE_URL)
    return mail_server


def told(cast: Cast, facts: int) -> None:
    """One mail for each fact."""
    for n in range(facts):
        tell([Notice(cast.rep.pk, "breached", f"fact:{n}", f"Lead {n} waits", "/")], at=timezone.now())


def lease_over() -> None:
    """As if the minutes of every claim had passed."""
    Delivery.objects.filter(state="waiting").update(next_at=timezone.now())


def test_a_worker_killed_between_claim_and_answer_loses_and_doubles_nothing(
    cast: Cast, real: MailServer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_ALLOW_PRIVATE", "1")
    facts = {"name": "CRM", "url": receiver.url, "wanted": ["lead.won"], "by": cast.admin, "at": timezone.now()}
    hook, _secret = subscribing.subscribe(**facts)
    real.hangs.set()
    receiver.pause = 30
    with worker() as process:
        told(cast, 1)
        subscribing.ping(hook, by=cast.admin, at=timezone.now())
        assert real.asked.wait(30)
        assert until(lambda: receiver.requests, seconds=30)
        end_group(process.pid)
    real.hangs.clear()
    receiver.pause = 0
    assert deliver(now=timezone.now()) == Delivered()  # it is still held
    lease_over()
    with worker():
        delivering.delay()
        assert until(lambda: Delivery.objects.filter(state="sent").count() == 2, seconds=30)
    assert [mail["Subject"] for mail in real.mails] == ["Lead 0 waits"]
    # The receiver may have heard it before: it comes again under its own id.
    assert [body["id"] for body in receiver.bodies] == [str(hook.deliveries.get().pk)] * 2
    assert list(Delivery.objects.values_list("attempts", flat=True)) == [2, 2]


def test_workers_killed_at_random_moments_lose_nothing_and_double_only_what_they_held(
    cast: Cast, real: MailServer
) -> None:
    told(cast, MAILS)
    kills = 4
    for kill in range(kills):
        with worker() as process:
            further = len(real.mails) + DICE.randrange(1, MAILS // (kills + 2))
            delivering.delay()
            assert until(lambda at=further: len(real.mails) >= at, seconds=30), f"kill {kill}: no progress"
            time.sleep(DICE.uniform(0, 0.05))
            end_group(process.pid)
        lease_over()
    assert until(lambda: deliver(now=timezone.now() + timedelta(minutes=1)) == Delivered(), seconds=30)
    assert Delivery.objects.filter(state="sent").count() == MAILS
    ids = [mail["Message-ID"] for mail in real.mails]
    # Between the server's "taken" and our mark lies one mail per worker; it comes again under its own id.
    assert len(set(ids)) == MAILS
    assert len(ids) <= MAILS + kills
    assert broken() == []


def test_without_a_queue_the_fact_is_kept_and_the_schedule_delivers_it(
    cast: Cast, mail_server: MailServer, no_queue: None
) -> None:
    began = time.monotonic()
    told(cast, 1)
    assert time.monotonic() - began < 5
    assert (Notification.objects.count(), Delivery.objects.get().state) == (1, "waiting")
    delivering()  # as the beat does every minute
    assert len(mail_server.mails) == 1


def test_a_task_that_runs_twice_sends_once(cast: Cast, mail_server: MailServer, settings: Any) -> None:
    told(cast, 3)
    delivering()
    delivering()
    assert len(mail_server.mails) == 3
