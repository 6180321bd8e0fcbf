"""Each level is raised once, whatever happens around it."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from campaigns.models import Campaign
from feedback.responses import record_response
from leads.intake import take_in
from leads.models import Event, Handoff, Lead, SweepRun
from leads.sweeping import Swept, sweep
from notices.models import Notification
from tests.cast import Cast, handoff, make_cast, row

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.django_db
def test_levels_follow_the_clock(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    found = [
        sweep(now=at)
        for at in (made.risk_at - SECOND, made.risk_at, made.due_at, made.due_at + SECOND, made.due_at + 2 * DAY)
    ]
    assert found == [Swept(), Swept(at_risk=1), Swept(), Swept(breached=1), Swept(escalated=1)]
    assert sweep(now=made.due_at + 9 * DAY) == Swept()
    kinds = made.events.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[1:] == ["clock_at_risk", "clock_breached", "clock_escalated"]


@pytest.mark.django_db
def test_a_breach_is_told_to_the_rep_the_manager_and_the_campaigns_owner(cast: Cast, now: datetime) -> None:
    Campaign.objects.create(code="fair", name="Fair", owner=cast.marketer)
    made = handoff("ann@x.test", now, cast.rep, campaign="fair")
    sweep(now=made.due_at + SECOND)
    told = Notification.objects.filter(kind="breached").values_list("person__name", flat=True)
    assert sorted(told) == ["Marketer", "Rep", "Sales Manager"]


@pytest.mark.django_db
def test_an_answer_in_time_is_never_flagged_and_a_late_one_is(cast: Cast, now: datetime) -> None:
    in_time, late = handoff("a@x.test", now, cast.rep), handoff("b@x.test", now, cast.rep)
    record_response(in_time, by=cast.rep, kind="call", at=in_time.due_at)
    record_response(late, by=cast.rep, kind="call", at=late.due_at + SECOND)
    assert sweep(now=now + 30 * DAY) == Swept(breached=1)
    assert Handoff.objects.get(flagged_at__isnull=False) == late


@pytest.mark.django_db
def test_a_beat_that_was_dead_for_days_raises_what_it_missed_once(cast: Cast, now: datetime) -> None:
    handoff("ann@x.test", now, cast.rep)
    assert sweep(now=now + 20 * DAY) == Swept(breached=1, escalated=1)
    assert sweep(now=now + 20 * DAY) == Swept()


@pytest.mark.django_db
def test_a_clock_that_steps_back_raises_nothing_twice(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    assert sweep(now=made.due_at + SECOND).breached == 1
    assert sweep(now=made.due_at - DAY) == Swept()
    assert sweep(now=made.due_at + SECOND) == Swept()


@pytest.mark.django_db
def test_a_fall_below_b_before_any_answer_releases_the_clock(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    Lead.objects.filter(pk=made.lead_id).update(grade="C")
    assert sweep(now=made.due_at) == Swept(released=1)
    assert sweep(now=made.due_at + 30 * DAY) == Swept()
    made.refresh_from_db()
    assert (made.released_why, made.flagged_at, made.lead.stage) == ("grade_fell", None, "new")


@pytest.mark.django_db
def test_a_fall_after_the_breach_forgives_nothing(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    Lead.objects.filter(pk=made.lead_id).update(grade="C")
    assert sweep(now=made.due_at + SECOND) == Swept(breached=1)


@pytest.mark.django_db
def test_imported_history_raises_no_alarm(cast: Cast, now: datetime) -> None:
    take_in([row(f"h{n}@x.test", now - 100 * DAY, "A") for n in range(30)], at=now)
    assert Handoff.objects.filter(historic=True, released_why="not_recorded").count() == 30
    assert sweep(now=now + 60 * DAY) == Swept()
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_the_command_sweeps_once_and_leaves_a_trace(cast: Cast, now: datetime, capsys: Any) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    at = (made.due_at + SECOND).isoformat()
    call_command("sweep", "--now", at, "--json")
    assert capsys.readouterr().out == '{"at_risk": 0, "breached": 1, "escalated": 0, "released": 0}\n'
    assert SweepRun.objects.get().breached == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sweeps_at_the_same_moment_raise_each_flag_once(now: datetime) -> None:
    cast = make_cast()
    rows = 120
    take_in([row(f"lead{n}@x.test", now, "A") for n in range(rows)], at=now)
    late = now + 8 * DAY
    found: list[Swept] = []
    gate = threading.Barrier(4)

    def run() -> None:
        try:
            gate.wait()
            found.append(sweep(now=late))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(swept.breached for swept in found) == rows
    assert Event.objects.filter(kind="clock_breached").count() == rows
    assert Notification.objects.filter(kind="breached", person=cast.sales_manager).count() == rows
