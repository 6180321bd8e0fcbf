"""Many take the same leads at the same moment: each lead goes to one rep, and turns stay fair."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Team, User
from accounts.staffing import come_back, plan_absence
from alignment.celery import app
from alignment.invariants import broken
from feedback.many import give_verdicts
from feedback.models import Reason
from feedback.verdicts import Judgement
from leads.handoffs import hand_off_now
from leads.intake import take_in
from leads.models import Event, Handoff, Lead
from leads.tasks import wake as waking
from tests.alignment.processes import until, worker
from tests.cast import Cast, person, row

DAY = timedelta(days=1)
LEADS, THREADS = 200, 50


def put_off(cast: Cast, now: datetime) -> None:
    """Leads of grade A that sleep in nurture and should have woken up yesterday."""
    take_in([row(f"p{n}@x.test", now - 9 * DAY, "A") for n in range(LEADS)], at=now - 9 * DAY)
    timing = Reason.objects.filter(group=Reason.Group.TIMING, needs_note=False)[0]
    later = Judgement(verdict="nurture", reason=timing, wake_up_on=(now - DAY).date())
    give_verdicts(Handoff.objects.all(), later, by=cast.sales_manager, at=now - 8 * DAY)
    assert Lead.objects.filter(stage="nurture").count() == LEADS


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_threads_and_two_workers_take_the_same_leads_once(cast: Cast) -> None:
    now = timezone.now()
    put_off(cast, now)
    first = set(Handoff.objects.values_list("pk", flat=True))
    gate, counts = threading.Barrier(THREADS + 1), []

    def take() -> None:
        try:
            gate.wait()
            counts.append(hand_off_now(Lead.objects.all(), at=now, by=cast.marketing_manager))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _n in range(THREADS)]
    with worker(), worker():
        assert until(lambda: len(app.control.ping(timeout=0.5)) == 2, seconds=30), "the workers never came up"
        for thread in threads:
            thread.start()
        waking.delay()
        waking.delay()
        gate.wait()
        for thread in threads:
            thread.join()
        assert until(lambda: not Lead.objects.filter(stage="nurture").exists(), seconds=20)
    made = Handoff.objects.exclude(pk__in=first)
    assert len(counts) == THREADS, "somebody was refused"
    assert made.count() == Event.objects.filter(kind="handed_off", handoff__in=made).count() == LEADS
    assert made.values("lead").distinct().count() == LEADS
    assert sum(counts) + Event.objects.filter(kind="woken", data__to="sales").count() == LEADS
    assert set(made.values_list("rep", flat=True)) == {cast.rep.pk, cast.mate.pk, cast.other_rep.pk}
    assert broken() == []


@pytest.mark.django_db
def test_a_thousand_turns_with_two_absences_are_fair_to_within_one(cast: Cast, now: datetime) -> None:
    team = Team.objects.get(name="North")
    User.objects.update(takes_leads=False)
    reps = [person(f"rep{n}", "sales", team=team, takes_leads=True) for n in range(5)]
    away = {reps[1]: range(200, 400), reps[3]: range(300, 650)}
    for start in range(0, 1000, 50):
        for rep, gone in away.items():
            if start == gone.start:
                plan_absence(rep, first=None, last=(now + 9 * DAY).date(), by=rep, at=now)
            if start == gone.stop:
                come_back(rep, by=rep, at=now + timedelta(minutes=start))
        at = now + timedelta(minutes=start + 1)
        take_in([row(f"p{start + n}@x.test", at, "A") for n in range(50)], at=at)
    order = list(Handoff.objects.order_by("pk").values_list("rep__name", flat=True))
    assert len(order) == 1000
    for begin, end in pairwise([0, 200, 300, 400, 650, 1000]):
        present = {rep.name for rep in reps if begin not in away.get(rep, ())}
        # Whoever has had a turn has the next one when everybody else has had one: any run is fair to within one.
        runs = [set(order[n : n + len(present)]) for n in range(begin, end - len(present) + 1)]
        assert all(run == present for run in runs)
    counts = Counter(order)
    assert [counts[rep.name] for rep in reps] == [231, 173, 231, 135, 230]
