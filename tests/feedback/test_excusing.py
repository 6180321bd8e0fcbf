"""What held up a late answer: said with it or afterwards, kept, and forgiving nothing."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alignment.invariants import broken
from common.errors import DomainError
from feedback.excusing import excuse_answer
from feedback.late import by_excuse
from feedback.many import give_verdicts
from feedback.models import Response
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads import clock
from leads.models import Event, Handoff, Lead
from leads.timeline import timeline
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def late(cast: Cast, now: datetime) -> Handoff:
    """Due a day ago."""
    return handoff("ann@x.test", now - 8 * DAY, cast.rep)


def test_a_late_answer_stays_late_with_its_excuse(late: Handoff, cast: Cast, now: datetime) -> None:
    response = respond(late, by=cast.rep, kind="call", at=now, excuse="capacity")
    late.refresh_from_db()
    assert (response.excuse, clock.state(late, now)) == ("capacity", clock.State.BREACHED)
    assert timeline(late.lead)[0].detail == "late: no capacity"


def test_so_does_a_verdict(late: Handoff, cast: Cast, now: datetime) -> None:
    give_verdict(late, Judgement(verdict="accepted"), by=cast.rep, at=now, excuse="absent")
    assert late.responses.get().excuse == "absent"
    assert "late: absent" in timeline(late.lead)[0].detail


def test_an_answer_without_an_excuse_is_kept_all_the_same(late: Handoff, cast: Cast, now: datetime) -> None:
    assert respond(late, by=cast.rep, kind="call", at=now).excuse == ""


def test_only_the_answer_that_stops_the_clock_late_has_one(late: Handoff, cast: Cast, now: datetime) -> None:
    in_time = handoff("bob@y.test", now - DAY, cast.rep)
    assert respond(in_time, by=cast.rep, kind="call", at=now, excuse="forgot").excuse == ""
    assert late.due_at is not None
    respond(late, by=cast.rep, kind="call", at=late.due_at, excuse="forgot")
    assert late.responses.get().excuse == ""
    assert respond(late, by=cast.rep, kind="email", at=now, excuse="forgot").excuse == ""


def test_of_many_those_have_it_that_are_late(late: Handoff, cast: Cast, now: datetime) -> None:
    in_time = handoff("bob@y.test", now - DAY, cast.rep)
    both = Handoff.objects.filter(pk__in=[late.pk, in_time.pk])
    give_verdicts(both, Judgement(verdict="accepted"), by=cast.rep, at=now, excuse="bad_data")
    assert (late.responses.get().excuse, in_time.responses.get().excuse) == ("bad_data", "")
    assert {e.data["excuse"] for e in Event.objects.filter(kind="verdict_given")} == {"bad_data", ""}


def test_an_excuse_that_is_not_in_the_list_is_refused_and_nothing_is_kept(
    late: Handoff, cast: Cast, now: datetime
) -> None:
    both = Handoff.objects.filter(pk=late.pk)
    for act in (
        lambda: respond(late, by=cast.rep, kind="call", at=now, excuse="rain"),
        lambda: give_verdict(late, Judgement(verdict="accepted"), by=cast.rep, at=now, excuse="rain"),
        lambda: give_verdicts(both, Judgement(verdict="accepted"), by=cast.rep, at=now, excuse="rain"),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert (refused.value.code, list(refused.value.fields)) == ("unknown_excuse", ["excuse"])
    assert not Response.objects.exists()


def test_it_is_said_afterwards_with_one_line(late: Handoff, cast: Cast, now: datetime) -> None:
    respond(late, by=cast.rep, kind="call", at=now)
    lines = Event.objects.count()
    excuse_answer(late, "wrong_owner", was="", by=cast.sales_manager, at=now + DAY)
    excuse_answer(late, "wrong_owner", was="wrong_owner", by=cast.rep, at=now + DAY)
    assert (late.responses.get().excuse, Event.objects.count()) == ("wrong_owner", lines + 1)
    assert timeline(late.lead)[0].fact == "What held up the late answer: Wrong owner"
    assert not broken()


def refusal(handoff: Handoff, excuse: str, *, was: str = "", by: object, at: datetime) -> str:
    lines = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        excuse_answer(handoff, excuse, was=was, by=by, at=at)  # type: ignore[arg-type]
    assert Event.objects.count() == lines
    return refused.value.code


def test_it_is_refused_where_it_does_not_belong(late: Handoff, cast: Cast, now: datetime) -> None:
    assert refusal(late, "forgot", by=cast.rep, at=now) == "not_late"
    respond(late, by=cast.rep, kind="call", at=now, excuse="absent")
    assert refusal(late, "rain", was="absent", by=cast.rep, at=now) == "unknown_excuse"
    assert refusal(late, "forgot", was="", by=cast.rep, at=now) == "stale"
    for who in ("mate", "other_rep", "marketer", "marketing_manager"):
        assert refusal(late, "forgot", was="absent", by=cast.everybody[who], at=now) == "not_yours"
    in_time = handoff("bob@y.test", now - DAY, cast.rep)
    respond(in_time, by=cast.rep, kind="call", at=now)
    assert refusal(in_time, "forgot", by=cast.rep, at=now) == "not_late"


def test_each_count_opens_exactly_the_answers_that_it_counts(cast: Cast, client: Client) -> None:
    now = timezone.now()
    told = (
        ("Annika", 9, "absent"),
        ("Bogdan", 8, "absent"),
        ("Evelyn", 8, ""),
        ("Thomas", 2, ""),
        ("Oldrich", 200, ""),
    )
    for name, age, excuse in told:
        made = handoff(f"{name}@{name}.test".lower(), now - age * DAY, cast.rep, name=name)
        respond(made, by=cast.rep, kind="call", at=now - 100 * DAY if age == 200 else now, excuse=excuse)
    spam = handoff("spam@spam.test", now - 9 * DAY, cast.rep, name="Spamspam")
    respond(spam, by=cast.rep, kind="call", at=now)
    Lead.objects.filter(pk=spam.lead_id).update(kept_out="spam")
    assert {one.key: one.count for one in by_excuse(cast.rep, now) if one.count} == {"absent": 2, "not_said": 1}
    client.force_login(cast.rep)
    everybody = {"": {"Annika", "Bogdan", "Evelyn"}, "absent": {"Annika", "Bogdan"}, "not_said": {"Evelyn"}}
    for asked, names in everybody.items():
        page = client.get(f"/followups/late/?excuse={asked}").content.decode()
        assert {name for name, _age, _excuse in told if name in page} == names
    assert not any(one.count for one in by_excuse(cast.other_rep, now))


# --- the pages ------------------------------------------------------------------------------------


def test_the_panel_asks_only_where_the_clock_is_breached(late: Handoff, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    fresh = handoff("bob@y.test", timezone.now() - DAY, cast.rep)
    assert 'name="excuse"' in client.get(f"/handoffs/{late.pk}/panel/").content.decode()
    assert 'name="excuse"' not in client.get(f"/handoffs/{fresh.pk}/panel/").content.decode()
    client.post(f"/handoffs/{late.pk}/answers/", {"verdict": "response", "kind": "call", "excuse": "forgot"})
    assert late.responses.get().excuse == "forgot"


def test_the_lead_shows_it_and_its_giver_changes_it(late: Handoff, cast: Cast, now: datetime, client: Client) -> None:
    respond(late, by=cast.rep, kind="call", at=now, excuse="absent")
    client.force_login(cast.marketer)
    assert "late: absent" in client.get(f"/leads/{late.lead_id}/said/").content.decode()
    client.force_login(cast.rep)
    client.post(f"/handoffs/{late.pk}/excuses/", {"was": "absent", "excuse": "capacity"})
    assert late.responses.get().excuse == "capacity"
