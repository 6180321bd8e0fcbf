"""Each level is raised once, whatever happens around it."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

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


@pytest.mark.django_db
@pytest.mark.parametrize("analyzed", [False, True])
def test_a_sweep_reads_what_is_due_and_not_what_exists(cast: Cast, now: datetime, analyzed: bool) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    take_in([row(f"later{n}@x.test", now + 6 * DAY, "A") for n in range(1000)], at=now + 6 * DAY)
    if analyzed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE leads_handoff, leads_lead")
    before = rows_read()
    sweep(now=now + DAY)
    nothing_due, before = rows_read() - before, rows_read()
    assert sweep(now=made.due_at + SECOND) == Swept(breached=1)
    assert nothing_due < 20
    assert rows_read() - before < 50


def rows_read() -> int:
    """Rows of leads and handoffs that this transaction has read so far, by any way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
            " WHERE relname IN ('leads_handoff', 'leads_lead')"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_many_that_are_due_cost_as_many_queries_as_few(cast: Cast, now: datetime) -> None:
    def late(leads: int, at: datetime) -> int:
        take_in([row(f"{leads}.{n}@x.test", at, "A", campaign="fair") for n in range(leads)], at=at)
        with CaptureQueriesContext(connection) as captured:
            assert sweep(now=at + 8 * DAY) == Swept(breached=leads)
        sweep(now=at + 20 * DAY)
        return len(captured)

    assert late(3, now) == late(60, now + 30 * DAY)


@pytest.mark.django_db
def test_each_level_tells_everybody_whom_it_concerns_once(cast: Cast, now: datetime) -> None:
    Campaign.objects.create(code="fair", name="Fair", owner=cast.marketer)
    made = handoff("ann@x.test", now, cast.rep, campaign="fair")
    told = {}
    for level, at in (("at_risk", made.risk_at), ("breached", made.due_at + SECOND), ("escalated", now + 30 * DAY)):
        sweep(now=at)
        sweep(now=at)
        told[level] = Notification.objects.filter(kind=level).count()
    assert told == {"at_risk": 1, "breached": 3, "escalated": 2}


@pytest.mark.django_db
def test_a_lead_kept_out_by_another_way_is_released_instead_of_warned(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    Lead.objects.filter(pk=made.lead_id).update(kept_out="test")
    assert sweep(now=made.due_at + SECOND) == Swept(released=1)
    made.refresh_from_db()
    assert (made.released_why, made.warned_at, made.flagged_at) == ("kept_out", None, None)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_lead_that_is_being_merged_or_answered_is_left_to_the_next_sweep(now: datetime) -> None:
    """Neither waits for the other: a merge holds the lead and then asks for its handoffs."""
    cast = make_cast()
    held, other = handoff("ann@x.test", now, cast.rep), handoff("bob@x.test", now, cast.rep)
    late, found = now + 8 * DAY, []

    def run() -> None:
        try:
            found.append(sweep(now=late))
        finally:
            connection.close()

    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=held.lead_id)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(10)
        assert found == [Swept(breached=1)]
        assert Handoff.objects.select_for_update(nowait=True).get(pk=held.pk).flagged_at is None
    other.refresh_from_db()
    assert other.flagged_at == late
    assert sweep(now=late) == Swept(breached=1)
