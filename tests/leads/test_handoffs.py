"""A lead that reaches A or B passes to the next present rep, once."""

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Change, User
from alignment.invariants import broken
from common.errors import DomainError
from leads.handoffs import hand_off_now, hand_off_ready
from leads.intake import take_in
from leads.models import Handoff, Lead
from leads.routing_rules import change_handing_off
from tests.cast import Cast, handoff, lead, make_cast, row


@pytest.mark.django_db
@pytest.mark.parametrize(("grade", "handed_off"), [("A", 1), ("B", 1), ("C", 0), ("D", 0)])
def test_only_a_and_b_are_handed_off(cast: Cast, now: datetime, grade: str, handed_off: int) -> None:
    ann = lead("ann@x.test", now, grade)
    assert (ann.grade, ann.handoffs.count()) == (grade, handed_off)
    assert ann.stage == ("handed_off" if handed_off else "new")
    assert ann.events.filter(kind="handed_off").count() == handed_off


@pytest.mark.django_db
def test_it_keeps_the_grade_its_explanation_and_the_due_moment(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now)
    assert made.grade == "A"
    assert (made.explanation["version"], made.explanation["fit"]) == (1, 63)
    assert made.due_at == now + timedelta(days=7)
    assert made.verdict_due_at == now + timedelta(days=14)
    assert made.routed_because == "next in turn"


@pytest.mark.django_db
def test_reps_take_turns_and_the_absent_are_passed_over(cast: Cast, now: datetime) -> None:
    User.objects.filter(pk=cast.mate.pk).update(away_until=now + timedelta(days=1))
    take_in([row(f"a{n}@x.test", now, "A") for n in range(5)], at=now)
    owners = Counter(Handoff.objects.values_list("rep__name", flat=True))
    assert owners == {"Rep": 3, "Other Rep": 2}
    later = now + timedelta(days=2)
    take_in([row(f"b{n}@x.test", later, "A") for n in range(6)], at=later)
    assert Counter(Handoff.objects.filter(at=later).values_list("rep__name", flat=True)) == {
        "Rep": 2, "Other Rep": 2, "Mate": 2,
    }  # fmt: skip


@pytest.mark.django_db
def test_turns_go_on_from_one_lead_to_the_next(cast: Cast, now: datetime) -> None:
    names = [handoff(f"a{n}@x.test", now).rep.name for n in range(6)]
    assert names[:3] == names[3:]
    assert len(set(names)) == 3


@pytest.mark.django_db
def test_nobody_present_means_the_queue(cast: Cast, now: datetime) -> None:
    User.objects.update(takes_leads=False)
    made = handoff("ann@x.test", now)
    assert (made.rep, made.team, made.routed_because) == (None, cast.rep.team, "nobody was present")


@pytest.mark.django_db
def test_a_second_time_hands_nothing_off(cast: Cast, now: datetime) -> None:
    handoff("ann@x.test", now)
    assert hand_off_ready(Lead.objects.all(), at=now) == 0
    assert Handoff.objects.count() == 1


@pytest.mark.django_db
def test_history_whose_answer_came_before_its_latest_touch_stays_closed(cast: Cast, now: datetime) -> None:
    old = now - timedelta(days=60)
    take_in([row("ann@x.test", old, "A"), row("ann@x.test", old + timedelta(hours=9), "A")], at=now)
    Handoff.objects.update(at=old, responded_at=old, released_at=None, released_why="")
    assert hand_off_ready(Lead.objects.all(), at=now) == 0
    take_in([row("ann@x.test", now, "A")], at=now)
    assert Handoff.objects.filter(historic=False).count() == 1


@pytest.mark.django_db
def test_the_database_keeps_one_open_handoff_per_lead(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handoff.objects.create(lead=made.lead, grade="A", at=now)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_that_take_the_same_leads_make_no_double_and_stay_fair(now: datetime) -> None:
    make_cast()
    take_in([row(f"lead{n}@x.test", now, "C") for n in range(90)], at=now)
    Lead.objects.update(grade="A")
    gate = threading.Barrier(6)

    def run() -> None:
        try:
            gate.wait()
            hand_off_ready(Lead.objects.all(), at=now)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Handoff.objects.count() == 90
    assert set(Counter(Handoff.objects.values_list("rep", flat=True)).values()) == {30}


@pytest.mark.django_db
@pytest.mark.parametrize(("off", "grade", "other"), [("hands_off_a", "A", "B"), ("hands_off_b", "B", "A")])
def test_a_grade_whose_setting_is_off_waits_until_somebody_hands_it_off(
    cast: Cast, now: datetime, off: str, grade: str, other: str
) -> None:
    change_handing_off({off: False}, version=1, by=cast.sales_manager)
    held, passed = lead("held@x.test", now, grade), lead("passed@x.test", now, other)
    assert list(Handoff.objects.values_list("lead", flat=True)) == [passed.pk]
    assert hand_off_now(Lead.objects.filter(pk=held.pk), at=now, by=cast.marketer) == 1
    assert Change.objects.get().changes == {off: [True, False]}
    assert broken() == []


@pytest.mark.django_db
def test_only_who_routes_says_what_passes_to_sales(cast: Cast, now: datetime) -> None:
    for nobody in (cast.rep, cast.marketer, cast.marketing_manager):
        with pytest.raises(DomainError, check=lambda error: error.code == "not_yours"):
            change_handing_off({"hands_off_a": False}, version=1, by=nobody)
    assert lead("ann@x.test", now, "A").handoffs.count() == 1
