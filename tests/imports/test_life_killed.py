"""Real workers, killed at random moments: every row of the file is taken once."""

import random
import threading
import time
from datetime import datetime, timedelta

import psutil
import pytest
from django.db import connection, transaction
from django.utils import timezone

from alignment.invariants import broken
from imports import preparing, running
from imports.models import Import
from imports.tasks import load
from leads.models import Event, Lead, Touch
from notices.models import Notification
from tests.alignment.processes import end_group, until, worker
from tests.cast import Cast, upload

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

ROWS = 40_000
KILLS = 5
# Written down, so that a failing run can be repeated; the machine's own pace makes each one different.
DICE = random.Random(20_000)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def run(cast: Cast, now: datetime) -> Import:
    rows = "".join(f"p{n}@firm{n % 400}.test,Person {n},2026-0{1 + n % 9}-01T10:00Z\n" for n in range(ROWS))
    return upload("email,name,captured_at\n" + rows, cast.marketer, now)


def test_a_worker_killed_five_times_loses_and_doubles_nothing(run: Import, cast: Cast, now: datetime) -> None:
    preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    for kill in range(KILLS):
        with worker() as process:
            further = rows_of(run) + DICE.randrange(1, ROWS // (KILLS + 2))
            assert until(lambda at=further: rows_of(run) >= at, seconds=30), f"kill {kill}: no progress"
            time.sleep(DICE.uniform(0, 0.4))
            assert state_of(run) == "running", f"kill {kill}: nothing left to lose"
            # A child alone every other time: then Celery itself gives the task to another.
            kill_child(process) if kill % 2 else kill_all(process)
            if kill % 2:
                further = rows_of(run) + 1
                assert until(lambda at=further: rows_of(run) >= at, seconds=30), "no other child went on"
        as_the_beat_does()
    with worker():
        assert until(lambda: state_of(run) != "running", seconds=40)
    run.refresh_from_db()
    assert (run.state, run.rows, run.created, run.failure) == ("done", ROWS, ROWS, "")
    assert Lead.objects.count() == Touch.objects.count() == Event.objects.filter(kind="captured").count() == ROWS
    assert Notification.objects.filter(person=cast.marketer, kind="import_ended").count() == 1
    assert broken() == []


@pytest.mark.parametrize(("held_for", "taken"), [(0.5, 2), (2.0, 0)])
def test_who_goes_on_waits_a_while_for_what_a_dead_worker_still_holds(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, held_for: float, taken: int
) -> None:
    monkeypatch.setattr(running, "LET_GO_MS", 1_000)
    run = upload("email\nann@x.test\nbob@x.test\n", cast.marketer, now)
    preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    holds = threading.Event()

    def die_slowly() -> None:
        with transaction.atomic():
            Import.objects.select_for_update().get(pk=run.pk)
            holds.set()
            time.sleep(held_for)
        connection.close()

    dying = threading.Thread(target=die_slowly)
    dying.start()
    holds.wait()
    assert not running.go_on(run.pk, at=now, seconds=60)
    dying.join()
    assert (rows_of(run), Lead.objects.count(), state_of(run)) == (taken, taken, "done" if taken else "running")


def test_a_message_that_got_lost_is_missed_within_two_minutes(run: Import, cast: Cast, now: datetime) -> None:
    run = preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    assert running.silent(now + timedelta(minutes=2)) == [run.pk]


def rows_of(run: Import) -> int:
    return Import.objects.values_list("rows", flat=True).get(pk=run.pk)


def state_of(run: Import) -> str:
    return Import.objects.values_list("state", flat=True).get(pk=run.pk)


def as_the_beat_does() -> None:
    """Whatever runs and is silent gets a worker; the database may need a moment to see that the last one is gone."""
    later = timezone.now() + timedelta(minutes=2)
    assert until(lambda: running.silent(later) or not Import.objects.filter(state="running"), seconds=20)
    for run_id in running.silent(later):
        load.delay(run_id)


def kill_all(process: psutil.Process) -> None:
    end_group(process.pid)


def kill_child(process: psutil.Process) -> None:
    for child in process.children():
        child.kill()
