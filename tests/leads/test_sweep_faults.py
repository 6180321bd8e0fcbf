"""What breaks in the middle of a sweep, a handoff or an answer: each flag and each notice comes once all the same."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from redis import Redis

from alignment.invariants import broken
from campaigns.models import Campaign
from feedback.responses import respond
from leads.intake import take_in
from leads.models import Event, Handoff, Lead
from leads.sweeping import CHUNK, Swept, sweep
from leads.tasks import sweep as sweeping
from notices.delivering import deliver
from notices.models import Delivery, Notification
from tests.alignment.processes import PROJECT, at_this_database, end_group, until, worker
from tests.cast import Cast, handoff, row

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
DAY = timedelta(days=1)
# Some chunks of a sweep, and a part of one.
MANY = 2 * CHUNK + 500
DICE = random.Random(4500)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def late(cast: Cast, count: int) -> None:
    """So many handoffs that became late a day ago, of a campaign with an owner."""
    Campaign.objects.create(code="fair", name="Fair", owner=cast.marketer)
    at = timezone.now() - 8 * DAY
    take_in([row(f"p{n}@x.test", at, "A", campaign="fair") for n in range(count)], at=at)


def flagged() -> int:
    return Handoff.objects.filter(flagged_at__isnull=False).count()


def each_flag_and_notice_came_once(count: int) -> None:
    assert (flagged(), Event.objects.filter(kind="clock_breached").count()) == (count, count)
    # The rep, the manager and the campaign's owner.
    assert Notification.objects.filter(kind="breached").count() == 3 * count
    linked = Delivery.notices.through.objects.filter(notification__kind="breached")
    assert linked.count() == linked.values("notification").distinct().count() == 3 * count
    assert sweep(now=timezone.now()) == Swept()
    assert broken() == []


def test_workers_killed_in_the_middle_of_a_sweep_and_a_queue_that_forgot(cast: Cast) -> None:
    late(cast, MANY)
    for _kill in range(2):
        with worker() as process:
            before = flagged()
            sweeping.delay()
            assert until(lambda before=before: flagged() > before or flagged() == MANY, seconds=30), "no progress"
            time.sleep(DICE.uniform(0, 0.3))
            end_group(process.pid)
        # What the worker held is forgotten with everything else that waited.
        Redis.from_url(settings.REDIS_URL).flushdb()
    left = MANY - flagged()
    assert sweep(now=timezone.now()).breached == left  # as the beat does five minutes later
    each_flag_and_notice_came_once(MANY)


def test_two_processes_that_sweep_at_once_share_the_work(cast: Cast) -> None:
    late(cast, MANY)
    command = [sys.executable, "manage.py", "sweep", "--json"]
    processes = [
        subprocess.Popen(command, cwd=PROJECT, env=at_this_database(), stdout=subprocess.PIPE, text=True)
        for _n in range(2)
    ]
    told = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(one["breached"] for one in told) == MANY
    each_flag_and_notice_came_once(MANY)


def test_without_a_queue_the_flags_come_and_the_mails_follow(
    cast: Cast, no_queue: None, mailoutbox: list[Any], now: datetime
) -> None:
    late(cast, 3)
    began = time.monotonic()
    assert sweep(now=now) == Swept(breached=3)
    assert time.monotonic() - began < 5
    assert deliver(now=timezone.now()).sent == len(mailoutbox) > 0
    deliver(now=timezone.now())
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted({mail.to[0] for mail in mailoutbox})
    each_flag_and_notice_came_once(3)


# --- connections that are cut ------------------------------------------------------------------------


def a_sweep(_made: Handoff, now: datetime) -> None:
    sweep(now=now + 8 * DAY)


def a_handing_off(_made: Handoff, now: datetime) -> None:
    take_in([row(f"q{n}@x.test", now, "A") for n in range(50)], at=now)


def an_answer(made: Handoff, now: datetime) -> None:
    respond(made, by=made.rep, kind="call")


@pytest.mark.parametrize(
    ("verb", "stands_at"),
    [
        (a_sweep, "leads_event"),
        (a_sweep, "notices_notification"),
        (a_sweep, "leads_sweeprun"),
        (a_handing_off, "leads_handoff"),
        (an_answer, "leads_event"),
    ],
)
def test_a_connection_cut_in_the_middle_leaves_nothing_and_the_next_try_does_it(
    cast: Cast, now: datetime, verb: Callable[[Handoff, datetime], None], stands_at: str
) -> None:
    """The verb stands at a table that somebody holds when the server ends its session."""
    made = handoff("ann@x.test", now, cast.rep)
    raised: list[BaseException] = []

    def run() -> None:
        try:
            verb(made, now)
        except OperationalError as error:
            raised.append(error)
        finally:
            connection.close()

    before = counted()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {stands_at} IN SHARE MODE")
        thread = threading.Thread(target=run)
        thread.start()
        assert until(lambda: sessions_ended_that_wait(cursor) == 1), "it never came to that table"
        thread.join(10)
    assert len(raised) == 1
    # A chunk of a sweep that was kept before is not taken back by what comes after it.
    assert counted() == before or stands_at == "leads_sweeprun"
    verb(made, now)
    assert counted() != before
    sweep(now=now + 8 * DAY)
    assert Event.objects.filter(kind="clock_breached").count() == flagged()
    assert Notification.objects.filter(kind="breached").count() == 2 * flagged()
    assert broken() == []


def sessions_ended_that_wait(cursor: Any) -> int:
    """End the sessions of this database that wait for a lock; how many there were."""
    cursor.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return int(cursor.fetchone()[0])


def counted() -> list[int]:
    answered = Handoff.objects.filter(responded_at__isnull=False).count()
    return [Lead.objects.count(), Handoff.objects.count(), Event.objects.count(), flagged(), answered]


# --- time that is missing or comes twice ----------------------------------------------------------------


def test_a_beat_dead_for_three_days_tells_each_level_once(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    warned = handoff("bob@x.test", now - DAY / 4, cast.rep)
    assert sweep(now=made.due_at - DAY / 2) == Swept(at_risk=2)
    after = made.due_at - DAY / 2 + 3 * DAY
    assert sweep(now=after) == Swept(breached=2, escalated=2)
    assert sweep(now=after) == Swept()
    for one in (made, warned):
        kinds = one.events.filter(kind__startswith="clock_").order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["clock_at_risk", "clock_breached", "clock_escalated"]


def test_a_clock_stepped_back_by_an_hour_raises_nothing_twice_and_takes_answers(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now + timedelta(minutes=50), cast.rep)
    # The machine's clock is back where it was before the handoff.
    respond(made, by=cast.rep, kind="call")
    made.refresh_from_db()
    assert made.responded_at == made.at
    other = handoff("bob@x.test", now, cast.rep)
    late_by = other.due_at + timedelta(minutes=30)
    found = [sweep(now=at) for at in (late_by, late_by - timedelta(hours=1), late_by)]
    assert found == [Swept(breached=1), Swept(), Swept()]
    assert Notification.objects.filter(kind="breached", person=cast.rep).count() == 1
