"""Leads in nurture wake up on their day, once: to marketing's list or to somebody else in sales."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alignment.invariants import broken
from campaigns.models import Campaign
from feedback.models import Reason
from feedback.verdicts import Judgement, give_verdict
from leads.models import Event, Handoff, Lead
from leads.routing_rules import change_handing_off
from leads.timeline import timeline
from leads.waking import MOST_RETURNS, Woken, wake
from notices.models import Notification
from tests.cast import Cast, handoff, make_cast

DAY = timedelta(days=1)


def asleep(cast: Cast, email: str, now: datetime, **facts: str) -> Lead:
    """A lead that the rep put off until the day after tomorrow."""
    made = handoff(email, now - DAY, cast.rep, **facts)
    put_off(made, cast)
    return Lead.objects.get(pk=made.lead_id)


def put_off(made: Handoff, cast: Cast) -> None:
    why = Reason.objects.get(key="contract_runs")
    give_verdict(made, Judgement(verdict="nurture", reason=why, wake_up_on=wakes()), by=cast.rep)


def wakes() -> date:
    return (timezone.now() + 2 * DAY).date()


def on_the_day() -> datetime:
    return datetime.combine(wakes(), datetime.min.time(), UTC)


@pytest.mark.django_db
def test_a_lead_whose_grade_holds_goes_to_somebody_else_in_sales(cast: Cast, now: datetime) -> None:
    ann = asleep(cast, "ann@x.test", now)
    assert wake(at=on_the_day()) == Woken(sales=1)
    ann.refresh_from_db()
    made = Handoff.objects.open().get(lead=ann)
    assert (ann.stage, ann.wake_up_on, ann.owner, made.at) == ("handed_off", None, made.rep, on_the_day())
    assert made.rep in (cast.mate, cast.other_rep)
    assert ann.events.get(kind="woken").data == {"to": "sales", "times": 1, "capped": False}
    assert "Woke up: the grade still holds, sales looks again" in [line.fact for line in timeline(ann)]
    assert broken() == []


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"grade": "C"}, {"grade": "D"}, {"kept_out": "spam"}, {"do_not_contact": True}])
def test_any_other_is_on_marketings_list_again_and_its_owner_is_told(
    cast: Cast, now: datetime, facts: dict[str, object]
) -> None:
    ann = asleep(cast, "ann@x.test", now, campaign="fair")
    Campaign.objects.update(owner=cast.marketer)
    Lead.objects.filter(pk=ann.pk).update(**facts)
    assert wake(at=on_the_day()) == Woken(marketing=1)
    ann.refresh_from_db()
    assert (ann.stage, ann.wake_up_on, ann.owner, ann.handoffs.count()) == ("new", None, None, 1)
    told = Notification.objects.get(kind="woken")
    assert (told.person, told.title, told.path) == (cast.marketer, "1 lead woke up", ann.get_absolute_url())
    assert broken() == []


@pytest.mark.django_db
def test_nobody_wakes_before_the_day_or_twice(cast: Cast, now: datetime) -> None:
    asleep(cast, "ann@x.test", now)
    assert wake(at=on_the_day() - timedelta(microseconds=1)) == Woken()
    assert wake(at=on_the_day()) == Woken(sales=1)
    events = Event.objects.count()
    assert wake(at=on_the_day()) == Woken()
    assert Event.objects.count() == events


@pytest.mark.django_db
def test_after_three_returns_it_stays_with_marketing(cast: Cast, now: datetime) -> None:
    ann = asleep(cast, "ann@x.test", now)
    for turn in range(MOST_RETURNS):
        assert wake(at=on_the_day()) == Woken(sales=1), turn
        Handoff.objects.open().update(at=now, due_at=now + 7 * DAY, risk_at=now + 5 * DAY)
        put_off(Handoff.objects.open().get(lead=ann), cast)
    assert wake(at=on_the_day()) == Woken(marketing=1)
    last = ann.events.filter(kind="woken").latest("pk")
    assert last.data == {"to": "marketing", "times": MOST_RETURNS + 1, "capped": True}
    assert "stays with marketing" in timeline(ann)[0].detail


@pytest.mark.django_db
def test_many_cost_as_many_queries_as_two(cast: Cast, now: datetime) -> None:
    def queries(names: range) -> int:
        for n in names:
            asleep(cast, f"lead{n}@firm{n}.test", now)
        with CaptureQueriesContext(connection) as taken:
            assert wake(at=on_the_day()) == Woken(sales=len(names))
        return len(taken)

    assert queries(range(2)) == queries(range(2, 22))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_at_once_wake_each_lead_once(now: datetime) -> None:
    cast = make_cast()
    for n in range(6):
        asleep(cast, f"lead{n}@firm{n}.test", now)
    found: list[Woken] = []
    gate = threading.Barrier(3)

    def run() -> None:
        try:
            gate.wait()
            found.append(wake(at=on_the_day()))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(woken.sales for woken in found) == 6
    assert Event.objects.filter(kind="woken").count() == 6
    assert broken() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("to_another", "given"), [(True, 0), (False, 1)])
def test_whether_who_put_a_lead_off_may_get_it_again_is_a_setting(
    cast: Cast, now: datetime, to_another: bool, given: int
) -> None:
    leads = [asleep(cast, f"p{n}@x.test", now) for n in range(3)]
    change_handing_off({"wakes_to_another": to_another}, version=1, by=cast.admin)
    assert wake(at=on_the_day()) == Woken(sales=3)
    # Three reps take turns, so each would get one.
    assert Handoff.objects.open().filter(lead__in=leads, rep=cast.rep).count() == given
    assert broken() == []


@pytest.mark.django_db
def test_a_lead_of_a_grade_that_does_not_pass_by_itself_wakes_with_marketing(cast: Cast, now: datetime) -> None:
    ann = asleep(cast, "ann@x.test", now)
    change_handing_off({"hands_off_a": False}, version=1, by=cast.admin)
    assert wake(at=on_the_day()) == Woken(marketing=1)
    ann.refresh_from_db()
    assert ann.stage == "new"
