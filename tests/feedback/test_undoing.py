"""A slip of the hand is taken back within ten minutes, by whoever made it, and leaves nothing but its lines."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from alignment.invariants import broken
from common.errors import DomainError
from feedback.answering import answer
from feedback.forms import AnswerForm
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.undoing import WINDOW, undo_answer, undo_answers
from feedback.verdicts import Judgement, give_verdict
from leads.merging import merge
from leads.models import Event, Handoff, Lead
from leads.reassigning import reassign
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def made(cast: Cast, now: datetime) -> Handoff:
    return handoff("ann@x.test", now - DAY, cast.rep)


def facts(made: Handoff) -> dict[str, Any]:
    """All that an answer may change, of the handoff and of its lead."""
    columns = ("stage", "wake_up_on", "owner_id")
    return {
        **Handoff.objects.filter(pk=made.pk).values()[0],
        **{f"lead_{key}": value for key, value in Lead.objects.filter(pk=made.lead_id).values(*columns)[0].items()},
    }


def say(made: Handoff, cast: Cast, **more: str) -> None:
    form = AnswerForm({"evidence": "buyer_said", "wake_up_on": "2999-01-01", **more})
    assert form.is_valid(), form.errors
    answer(made, form.cleaned_data, by=cast.rep)


@pytest.mark.parametrize(
    "said",
    [
        {"verdict": "accepted", "next_step": "meeting"},
        {"verdict": "accepted", "next_step": "opportunity"},
        {"verdict": "nurture", "reason": "contract_runs"},
        {"verdict": "rejected", "reason": "too_small"},
        {"verdict": "response", "kind": "call"},
    ],
)
@pytest.mark.parametrize("queued", [False, True])
def test_all_is_as_it_was_before_and_two_lines_tell_it(
    made: Handoff, cast: Cast, said: dict[str, str], queued: bool
) -> None:
    if queued:
        Handoff.objects.filter(pk=made.pk).update(rep=None, taken_at=None)
        Lead.objects.filter(pk=made.lead_id).update(owner=None)
    before, lines = facts(made), made.events.count()
    say(made, cast, **said)
    assert facts(made) != before
    told = made.events.count() - lines
    at = timezone.now()
    undo_answer(made, by=cast.rep, at=at)
    assert facts(made) == before
    assert [model.objects.count() for model in (Response, Verdict, Outcome)] == [0, 0, 0]
    assert made.events.count() == lines + told + 1
    line = made.events.order_by("pk").last()
    assert line is not None
    assert (line.kind.removeprefix("verdict_").removeprefix("response_"), line.by, line.at) == (
        "taken_back", cast.rep, at,
    )  # fmt: skip
    assert broken() == []


def test_the_clock_runs_on_from_its_own_moments_and_can_be_answered_again(made: Handoff, cast: Cast) -> None:
    due = made.due_at
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    undo_answer(made, by=cast.rep, at=timezone.now())
    give_verdict(made, Judgement(verdict="rejected", reason=Reason.objects.get(key="too_small")), by=cast.rep)
    made.refresh_from_db()
    assert (made.due_at, made.verdict.verdict) == (due, "rejected")
    assert broken() == []


def test_an_earlier_contact_keeps_the_first_response(made: Handoff, cast: Cast, now: datetime) -> None:
    respond(made, by=cast.mate, kind="call", at=now - DAY / 2)
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    undo_answer(made, by=cast.rep, at=timezone.now())
    made.refresh_from_db()
    assert (made.responded_at, made.responded_by, made.closed_at) == (now - DAY / 2, cast.mate, None)


def test_a_verdict_and_the_call_before_it_are_taken_back_one_after_the_other(made: Handoff, cast: Cast) -> None:
    before = facts(made)
    respond(made, by=cast.rep, kind="call")
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    undo_answer(made, by=cast.rep, at=timezone.now())
    assert made.responses.get().kind == "call"
    undo_answer(made, by=cast.rep, at=timezone.now())
    assert facts(made) == before
    assert broken() == []


def refusal(made: Handoff, by: Any, at: datetime | None = None) -> str:
    before, events = facts(made), Event.objects.count()
    with pytest.raises(DomainError) as refused:
        undo_answer(made, by=by, at=at or timezone.now())
    assert (facts(made), Event.objects.count()) == (before, events)
    return refused.value.code


def test_nothing_is_taken_back_where_nothing_was_said(made: Handoff, cast: Cast) -> None:
    assert refusal(made, cast.rep) == "nothing_to_undo"


@pytest.mark.parametrize(
    ("who", "code"),
    [("mate", "not_yours"), ("sales_manager", "not_yours"), ("other_rep", "not_sales"), ("marketer", "not_sales")],
)
def test_only_whoever_answered_takes_it_back(made: Handoff, cast: Cast, who: str, code: str) -> None:
    respond(made, by=cast.rep, kind="call")
    assert refusal(made, cast.everybody[who]) == code


def test_whoever_was_followed_by_a_colleague_takes_nothing_back(made: Handoff, cast: Cast) -> None:
    respond(made, by=cast.rep, kind="call")
    respond(made, by=cast.mate, kind="email")
    assert refusal(made, cast.rep) == "not_yours"


def test_an_answer_stands_after_ten_minutes(made: Handoff, cast: Cast) -> None:
    response = respond(made, by=cast.rep, kind="call")
    assert refusal(made, cast.rep, response.recorded_at + WINDOW) == "too_late"
    undo_answer(made, by=cast.rep, at=response.recorded_at + WINDOW - timedelta(microseconds=1))


def won(made: Handoff, cast: Cast) -> None:
    record_outcome(made.lead, by=cast.rep, kind="won")


def merged(made: Handoff, cast: Cast) -> None:
    merge(lead("twin@one.test", timezone.now(), "A"), made.lead, by=cast.marketer, at=timezone.now())


@pytest.mark.parametrize("follow", [won, merged])
def test_what_was_built_on_an_answer_is_not_pulled_away(made: Handoff, cast: Cast, follow: Any) -> None:
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    follow(made, cast)
    made.refresh_from_db()
    assert refusal(made, cast.rep) == "moved_on"


def test_an_outcome_that_closed_the_handoff_is_no_answer_to_take_back(made: Handoff, cast: Cast) -> None:
    record_outcome(made.lead, by=cast.rep, kind="won")
    assert refusal(made, cast.rep) == "moved_on"


def test_whoever_took_it_from_the_queue_and_lost_it_to_another_takes_nothing_back(made: Handoff, cast: Cast) -> None:
    Handoff.objects.filter(pk=made.pk).update(rep=None, taken_at=None)
    respond(made, by=cast.rep, kind="call")
    reassign(Lead.objects.filter(pk=made.lead_id), rep=cast.mate, by=cast.sales_manager, at=timezone.now())
    assert refusal(made, cast.rep) == "moved_on"


def test_one_that_stays_holds_up_no_other(made: Handoff, cast: Cast, now: datetime) -> None:
    other = handoff("bob@y.test", now - DAY, cast.rep)
    respond(made, by=cast.rep, kind="call")
    undone = undo_answers([made, other], by=cast.rep, at=timezone.now())
    assert ([h.pk for h in undone.handoffs], [h.pk for h, _why in undone.refused]) == ([made.pk], [other.pk])


# --- the page -------------------------------------------------------------------------------------


def test_the_message_of_an_answer_offers_the_way_back(made: Handoff, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    page = client.post(f"/handoffs/{made.pk}/answers/", {"verdict": "accepted"})
    (told,) = get_messages(page.wsgi_request)
    assert f'action="/followups/undoings/?handoff={made.pk}"' in client.get("/followups/").content.decode()
    assert client.post(told.extra_tags)["Location"] == "/followups/"
    made.refresh_from_db()
    assert (made.closed_at, made.responded_at) == (None, None)


def test_in_the_list_the_row_comes_back_to_its_group(made: Handoff, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/followups/?whose=mine"}
    said = client.post(f"/followups/undoings/?handoff={made.pk}", headers=headers)
    text = said.content.decode()
    assert 'hx-swap-oob="afterbegin:#rows-' in text
    assert f'<li class="fu" id="fu-{made.pk}">' in text
    assert f'"fu-{made.pk}"' in said["HX-Trigger-After-Settle"]


@pytest.mark.parametrize("who", ["mate", "other_rep", "marketer"])
def test_the_page_takes_back_nothing_of_others(made: Handoff, cast: Cast, client: Client, who: str) -> None:
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    client.force_login(cast.everybody[who])
    client.post(f"/followups/undoings/?handoff={made.pk}&handoff=x&handoff=99999999999999999999")
    assert Verdict.objects.filter(handoff=made).exists()
