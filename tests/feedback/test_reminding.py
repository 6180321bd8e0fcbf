"""Owners hear of what is due and overdue, each level once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import Company
from feedback.adjusting import change_adjustment, step
from feedback.reminding import remind
from notices.models import Notification
from tests.cast import Cast
from tests.feedback.adjusted import adjustment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def titles() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("title", flat=True))


def test_each_level_is_told_once(cast: Cast, now: datetime) -> None:
    adjustment(cast, now, due_on=(now + 3 * DAY).date())
    assert [remind(now=now + n * DAY) for n in range(7)] == [0, 0, 0, 1, 1, 0, 0]
    assert titles() == ["Due today: Ask the size", "Overdue: Ask the size"]
    assert set(Notification.objects.values_list("person", "kind", "awaits_digest")) == {
        (cast.marketer.pk, "adjustment_due", True)
    }


def test_a_beat_that_stood_still_tells_only_what_is_true_now(cast: Cast, now: datetime) -> None:
    adjustment(cast, now, due_on=(now + 3 * DAY).date())
    assert remind(now=now + 20 * DAY) == 1
    assert titles() == ["Overdue: Ask the size"]


def test_what_has_ended_reminds_nobody(cast: Cast, now: datetime) -> None:
    for to in ("done", "dropped"):
        step(adjustment(cast, now), to, said="Said", version=1, by=cast.marketer, at=now)
    assert remind(now=now + 30 * DAY) == 0


def test_another_day_reminds_anew(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now, due_on=now.date())
    assert remind(now=now) == 1
    facts = {"title": made.title, "owner": made.owner, "note": "", "due_on": (now + 5 * DAY).date()}
    change_adjustment(made, facts, version=1, by=cast.marketer, at=now)
    assert remind(now=now + DAY) == 0
    assert remind(now=now + 5 * DAY) == 1


def test_today_is_that_of_the_company(cast: Cast, now: datetime) -> None:
    Company.objects.update_or_create(pk=1, defaults={"time_zone": "Pacific/Auckland", "currency": "NZD"})
    adjustment(cast, now, due_on=(now + DAY).date())
    assert remind(now=now) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_at_once_tell_once(cast: Cast, now: datetime) -> None:
    for _n in range(20):
        adjustment(cast, now, due_on=now.date())
    gate, told = Barrier(2), []

    def run() -> None:
        gate.wait()
        told.append(remind(now=now))
        connection.close()

    threads = [Thread(target=run) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told) == 20
    assert Notification.objects.count() == 20
