"""One verdict for many handoffs: the rules of one, for a set, with a word for each that stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alignment.invariants import broken
from common.errors import DomainError
from feedback.many import give_verdicts
from feedback.models import Reason, Response, Verdict
from feedback.verdicts import Judgement, give_verdict
from leads.models import Event, Handoff, Lead
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def three(cast: Cast, now: datetime) -> list[Handoff]:
    return [handoff(f"{name}@{name}.test", now - DAY, cast.rep) for name in ("ann", "bob", "eve")]


def among(*handoffs: Handoff) -> Any:
    return Handoff.objects.filter(pk__in=[h.pk for h in handoffs])


def rejected() -> Judgement:
    return Judgement(verdict="rejected", reason=Reason.objects.get(key="too_small"), note="all alike")


def kept(made: Handoff) -> dict[str, Any]:
    """What an answer leaves of one handoff, without what tells the handoffs apart."""
    made.refresh_from_db()
    event = made.events.get(kind="verdict_given")
    return {
        "handoff": (made.responded_at, made.responded_by, made.verdict_at, made.closed_at, made.rep, made.team),
        "lead": (made.lead.stage, made.lead.wake_up_on, made.lead.owner),
        "verdict": Verdict.objects.filter(handoff=made).values("verdict", "reason", "note", "evidence", "at", "by")[0],
        "response": Response.objects.filter(handoff=made).values("kind", "at", "by", "note", "before")[0],
        "event": (event.at, event.by, event.data),
    }


@pytest.mark.parametrize("queued", [False, True])
def test_each_is_judged_exactly_as_it_would_be_alone(
    three: list[Handoff], cast: Cast, now: datetime, queued: bool
) -> None:
    if queued:
        Handoff.objects.update(rep=None, taken_at=None)
        Lead.objects.update(owner=None)
    first, *others = three
    give_verdict(first, rejected(), by=cast.mate, at=now)
    given = give_verdicts(among(*others), rejected(), by=cast.mate, at=now)
    assert [h.pk for h in given.handoffs] == [h.pk for h in others]
    assert kept(others[0]) == kept(others[1]) == kept(first)
    assert broken() == []


def test_a_colleague_who_was_faster_is_named_and_holds_up_no_other(three: list[Handoff], cast: Cast) -> None:
    give_verdict(three[0], Judgement(verdict="accepted"), by=cast.mate)
    given = give_verdicts(among(*three), rejected(), by=cast.rep, at=timezone.now())
    ((left, why),) = given.refused
    assert (left, len(given.handoffs)) == (three[0], 2)
    assert why.startswith("Mate answered already")
    assert Verdict.objects.get(handoff=three[0]).verdict == "accepted"


def test_what_another_team_has_is_left_alone(three: list[Handoff], cast: Cast) -> None:
    given = give_verdicts(among(*three), rejected(), by=cast.other_rep, at=timezone.now())
    assert (given.handoffs, len(given.refused), Verdict.objects.count()) == ([], 3, 0)


@pytest.mark.parametrize("who", ["marketer", "marketing_manager", "admin"])
def test_marketing_judges_nothing(three: list[Handoff], cast: Cast, who: str) -> None:
    with pytest.raises(DomainError) as refused:
        give_verdicts(among(*three), rejected(), by=cast.everybody[who], at=timezone.now())
    assert refused.value.code == "not_sales"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"verdict": "rejected"}, "reason_missing"),
        ({"verdict": "response"}, "unknown_verdict"),
        ({"verdict": "nurture", "reason": "contract_runs"}, "wake_up_missing"),
    ],
)
def test_a_bad_judgement_leaves_nothing(three: list[Handoff], cast: Cast, facts: dict[str, Any], code: str) -> None:
    if "reason" in facts:
        facts = {**facts, "reason": Reason.objects.get(key=facts["reason"])}
    events = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        give_verdicts(among(*three), Judgement(**facts), by=cast.rep, at=timezone.now())
    assert refused.value.code == code
    assert (Verdict.objects.count(), Response.objects.count(), Event.objects.count()) == (0, 0, events)


def test_many_cost_as_many_queries_as_two(cast: Cast, now: datetime) -> None:
    def queries(names: range) -> int:
        found = [handoff(f"lead{n}@firm{n}.test", now - DAY, cast.rep) for n in names]
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert len(give_verdicts(among(*found), rejected(), by=cast.rep, at=now).handoffs) == len(found)
        return len(taken)

    assert queries(range(2)) == queries(range(2, 32))


# --- the page -------------------------------------------------------------------------------------


def test_the_chosen_rows_are_answered_and_all_of_it_can_be_taken_back(
    three: list[Handoff], cast: Cast, client: Client
) -> None:
    client.force_login(cast.rep)
    sent = {"handoff": [h.pk for h in three], "said": "rejected:too_small", "whose": "mine"}
    page = client.post("/followups/verdicts/", sent)
    assert page["Location"] == "/followups/?whose=mine"
    (told,) = get_messages(page.wsgi_request)
    assert str(told) == "Saved: 3 leads, rejected."
    assert Verdict.objects.count() == 3
    client.post(told.extra_tags)
    assert (Verdict.objects.count(), Handoff.objects.open().count()) == (0, 3)
    assert broken() == []


def test_what_was_typed_and_chosen_stands_again_where_something_is_missing(
    three: list[Handoff], cast: Cast, client: Client
) -> None:
    client.force_login(cast.rep)
    sent = {
        "handoff": [three[0].pk],
        "said": "nurture:contract_runs",
        "note": "all of them",
        "wake_up_on": "2020-01-01",
    }
    page = client.post("/followups/verdicts/", sent)
    text = page.content.decode()
    assert page.status_code == 422
    assert "Write a day after the verdict." in text
    assert 'value="all of them"' in text
    assert f'value="{three[0].pk}" checked' in text
    assert '<option value="nurture:contract_runs" selected>' in text
    assert not Verdict.objects.exists()


def test_nobody_chosen_is_said(three: list[Handoff], cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    page = client.post("/followups/verdicts/", {"said": "accepted", "handoff": ["x"]})
    assert [str(told) for told in get_messages(page.wsgi_request)] == [
        "No lead is chosen. Choose some in the list first."
    ]


def test_whoever_is_second_reads_who_was_first_and_keeps_the_note(
    three: list[Handoff], cast: Cast, client: Client
) -> None:
    give_verdict(three[0], Judgement(verdict="accepted"), by=cast.mate)
    client.force_login(cast.rep)
    sent = {"verdict": "rejected", "reason": "too_small", "note": "He told me about the new plant"}
    page = client.post(f"/handoffs/{three[0].pk}/answers/", sent)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Accepted by Mate, " in text
    assert ">He told me about the new plant</textarea>" in text
