"""A rep gives a lead out of their hands; the clock goes on and every line says whose it was."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alignment.invariants import broken
from common.errors import DomainError
from feedback.verdicts import Judgement, give_verdict
from leads.handing_back import hand_back, hand_over_all, pass_on
from leads.models import Event, Handoff
from leads.timeline import timeline
from notices import outbox
from notices.models import Notification
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def made(cast: Cast, now: datetime) -> Handoff:
    return handoff("ann@x.test", now - DAY, cast.rep)


def test_a_lead_handed_back_goes_to_somebody_else_and_the_clock_goes_on(
    made: Handoff, cast: Cast, now: datetime
) -> None:
    due, lines = made.due_at, made.events.count()
    hand_back(made, by=cast.rep, why=" Speaks only French ", at=now)
    made.refresh_from_db()
    assert made.rep in (cast.mate, cast.other_rep)
    assert made.rep is not None
    assert (made.team, made.taken_at, made.due_at, made.lead.owner) == (made.rep.team, now, due, made.rep)
    line = made.events.get(kind="handed_back")
    assert (made.events.count(), line.by, line.at) == (lines + 1, cast.rep, now)
    assert (line.data["from_rep"], line.data["rep"], line.data["why"]) == (
        cast.rep.pk, made.rep_id, "Speaks only French",
    )  # fmt: skip
    told = Notification.objects.get(kind="reassigned")
    assert (told.person, told.path) == (made.rep, made.lead.get_absolute_url())
    assert "Speaks only French" in told.detail
    said = timeline(made.lead)[0]
    assert said.fact == f"Handed back by Rep, now with {made.rep}"
    assert "“Speaks only French”" in said.detail
    outbox.give_up_old(now=timezone.now())  # told in September, and nobody delivered it
    assert broken() == []


def test_where_nobody_else_is_there_it_waits_in_the_queue_of_the_team(made: Handoff, cast: Cast, now: datetime) -> None:
    for away in (cast.mate, cast.other_rep):
        away.away_until = now + DAY
        away.save()
    hand_back(made, by=cast.rep, why="No room", at=now)
    made.refresh_from_db()
    assert (made.rep, made.team, made.taken_at, made.lead.owner) == (None, cast.rep.team, None, None)
    assert not Notification.objects.exists()


def test_a_colleague_of_the_team_takes_it_over_and_is_told(made: Handoff, cast: Cast, now: datetime) -> None:
    pass_on(made, rep=cast.mate, by=cast.rep, why="Knows her", at=now)
    made.refresh_from_db()
    assert (made.rep, made.taken_at, made.lead.owner) == (cast.mate, now, cast.mate)
    assert made.events.get(kind="reassigned").data["why"] == "Knows her"
    assert Notification.objects.get().person == cast.mate


def refusal(act: Any, made: Handoff, **facts: Any) -> str:
    events = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        act(made, **facts)
    kept = Handoff.objects.get(pk=made.pk)
    assert (kept.rep_id, Event.objects.count(), Notification.objects.count()) == (made.rep_id, events, 0)
    return refused.value.code


@pytest.mark.parametrize("why", ["", "  ", "x" * 1001])
def test_nobody_gives_a_lead_away_without_a_why(made: Handoff, cast: Cast, now: datetime, why: str) -> None:
    assert refusal(hand_back, made, by=cast.rep, why=why, at=now) == "why_missing"
    assert refusal(pass_on, made, by=cast.rep, rep=cast.mate, why=why, at=now) == "why_missing"


@pytest.mark.parametrize("who", ["mate", "other_rep", "sales_manager", "marketer", "admin"])
def test_only_whose_it_is_gives_it_away(made: Handoff, cast: Cast, now: datetime, who: str) -> None:
    by = cast.everybody[who]
    assert refusal(hand_back, made, by=by, why="Mine", at=now) == "not_yours"
    assert refusal(pass_on, made, by=by, rep=cast.rep, why="Mine", at=now) == "not_yours"


@pytest.mark.parametrize("who", ["rep", "other_rep", "sales_manager", "marketer"])
def test_it_passes_only_to_a_colleague_of_the_team(made: Handoff, cast: Cast, now: datetime, who: str) -> None:
    assert refusal(pass_on, made, by=cast.rep, rep=cast.everybody[who], why="Take it", at=now) == "not_a_mate"


def test_what_is_answered_is_given_away_no_more(made: Handoff, cast: Cast, now: datetime) -> None:
    give_verdict(made, Judgement(verdict="accepted"), by=cast.mate)
    assert refusal(hand_back, made, by=cast.rep, why="No room", at=now) == "closed"


# --- who leaves -----------------------------------------------------------------------------------


def test_who_leaves_hands_over_everything_in_one_act(cast: Cast, now: datetime) -> None:
    held = [handoff(f"lead{n}@firm{n}.test", now - DAY, cast.rep) for n in range(6)]
    other = handoff("bob@y.test", now - DAY, cast.mate)
    done = handoff("eve@z.test", now - DAY, cast.rep)
    give_verdict(done, Judgement(verdict="accepted"), by=cast.rep)
    cast.rep.is_active = False
    cast.rep.save()
    assert hand_over_all(cast.rep, by=cast.sales_manager, at=now) == 6
    assert not Handoff.objects.open().filter(rep=cast.rep).exists()
    for made in held:
        before = made.due_at
        made.refresh_from_db()
        assert (made.due_at, made.taken_at, made.lead.owner) == (before, now, made.rep)
        assert made.events.filter(kind="reassigned").count() == 1
    assert {h.rep for h in held} == {cast.mate, cast.other_rep}
    assert (Handoff.objects.get(pk=other.pk).rep, Handoff.objects.get(pk=done.pk).rep) == (cast.mate, cast.rep)
    assert Notification.objects.filter(kind="reassigned").count() == 2
    assert hand_over_all(cast.rep, by=cast.sales_manager, at=now) == 0
    outbox.give_up_old(now=timezone.now())  # told in September, and nobody delivered it
    assert broken() == []


def test_everything_of_one_costs_as_many_queries_as_little(cast: Cast, now: datetime) -> None:
    def queries(names: range) -> int:
        for n in names:
            handoff(f"lead{n}@firm{n}.test", now - DAY, cast.rep)
        with CaptureQueriesContext(connection) as taken:
            assert hand_over_all(cast.rep, by=cast.sales_manager, at=now) == len(names)
        return len(taken)

    assert queries(range(2)) == queries(range(2, 30))


@pytest.mark.parametrize("who", ["rep", "mate", "marketer", "marketing_manager"])
def test_only_managers_of_sales_hand_over_everything(made: Handoff, cast: Cast, now: datetime, who: str) -> None:
    with pytest.raises(DomainError) as refused:
        hand_over_all(cast.rep, by=cast.everybody[who], at=now)
    assert refused.value.code == "not_yours"
    assert Handoff.objects.get(pk=made.pk).rep == cast.rep


# --- the pages ------------------------------------------------------------------------------------


def test_the_panel_offers_it_to_whose_it_is_alone(made: Handoff, cast: Cast, client: Client) -> None:
    for who, offered in ((cast.rep, True), (cast.mate, False), (cast.marketer, False)):
        client.force_login(who)
        assert (
            f"/handoffs/{made.pk}/transfers/" in client.get(f"/handoffs/{made.pk}/panel/").content.decode()
        ) == offered


def test_the_form_passes_on_hands_back_and_tells_what_is_missing(made: Handoff, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    url = f"/handoffs/{made.pk}/transfers/"
    assert client.post(url, {"rep": "99999", "why": "Who"})["Location"] == f"/handoffs/{made.pk}/panel/"
    assert "Choose who it is." in client.get(f"/handoffs/{made.pk}/panel/").content.decode()
    assert client.post(url, {"rep": cast.mate.pk, "why": "Knows her"})["Location"] == "/followups/"
    assert Handoff.objects.get(pk=made.pk).rep == cast.mate


def test_a_manager_hands_over_on_the_page_of_the_team(made: Handoff, cast: Cast, client: Client) -> None:
    client.force_login(cast.sales_manager)
    assert "/followups/departures/" in client.get("/followups/?whose=team").content.decode()
    client.post("/followups/departures/", {"rep": cast.rep.pk})
    assert Handoff.objects.get(pk=made.pk).rep != cast.rep
    client.force_login(cast.mate)
    assert "/followups/departures/" not in client.get("/followups/?whose=team").content.decode()
