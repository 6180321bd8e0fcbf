"""Handoffs, responses, verdicts, outcomes and reasons through the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from feedback.models import Outcome, Reason, Response, Verdict
from feedback.responses import respond
from leads.models import Event, Handoff
from tests.api.conftest import Api
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
URL = "/api/v1/handoffs/"


@pytest.fixture
def made(cast: Cast) -> Handoff:
    return handoff("ann@x.test", datetime.now(UTC) - 2 * DAY, cast.rep, campaign="Fair")


@pytest.fixture
def rep(api: Api, cast: Cast) -> APIClient:
    return api(cast.rep)


def refusal(answer: Any) -> tuple[int, str, list[str]]:
    told = answer.json()
    assert told.keys() == {"code", "message", "fields"}
    return answer.status_code, told["code"], list(told["fields"])


# --- the list -----------------------------------------------------------------------------------


def test_a_handoff_is_told_with_its_clock(rep: APIClient, made: Handoff, cast: Cast) -> None:
    (told,) = rep.get(URL).json()["results"]
    assert (told["id"], told["state"], told["grade"], told["campaign"]) == (made.pk, "pending", "A", "fair")
    assert told["rep"]["id"] == cast.rep.pk
    assert told["lead"]["id"] == made.lead_id
    assert datetime.fromisoformat(told["due_at"]) == made.due_at
    assert told["responded_at"] is None


FOUND = {
    "state=pending": {"new"}, "state=at_risk": {"risky"}, "state=breached": {"late"},
    "state=met": {"met"}, "state=released": set(), "state=met&state=breached": {"met", "late"},
    "campaign=fair": {"new"}, "grade=B": {"met"}, "due_before=2026-09-16T12:00Z": {"late"},
}  # fmt: skip


def test_it_filters(api: Api, cast: Cast, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    handoff("late@one.test", now - 8 * DAY, cast.rep)
    handoff("risky@two.test", now - 6 * DAY, cast.mate)
    respond(handoff("met@three.test", now - 3 * DAY, cast.mate, "B"), by=cast.mate, kind="call", at=now - 2 * DAY)
    handoff("new@four.test", now, cast.rep, campaign="Fair")
    manager = api(cast.sales_manager)

    def found(asked: str) -> dict[str, str]:
        rows = manager.get(f"{URL}?{asked}").json()["results"]
        return {row["lead"]["email"].partition("@")[0]: row["state"] for row in rows}

    assert {asked: set(found(asked)) for asked in FOUND} == FOUND
    assert len(found(f"rep={cast.mate.pk}")) == 2
    assert found("") == {"late": "breached", "risky": "at_risk", "met": "met", "new": "pending"}


@pytest.mark.parametrize("asked", ["state=late", "rep=x", "campaign=none", "grade=Z", "due_before=soon", "q=x"])
def test_a_filter_that_cannot_be_read_is_refused(asked: str, rep: APIClient) -> None:
    assert refusal(rep.get(f"{URL}?{asked}")) == (400, "invalid", [asked.partition("=")[0]])


# --- responses ------------------------------------------------------------------------------------


def test_a_response_stops_the_clock_once(rep: APIClient, made: Handoff, cast: Cast) -> None:
    at = timezone.now() - DAY
    sent = {"kind": "call", "at": at.isoformat(), "note": "Spoke to her"}
    answer = rep.post(f"{URL}{made.pk}/responses/", sent)
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["kind"], told["note"], told["by"]["id"], told["handoff"]) == (
        "call",
        "Spoke to her",
        cast.rep.pk,
        made.pk,
    )
    assert rep.post(f"{URL}{made.pk}/responses/", {"kind": "email"}).status_code == 201
    made.refresh_from_db()
    assert (made.responded_at, made.responses.count()) == (at, 2)
    assert Event.objects.filter(kind="responded").count() == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, (400, "invalid", ["kind"])),
        ({"kind": 7}, (422, "unknown_kind", ["kind"])),
        ({"kind": None}, (400, "invalid", ["kind"])),
        ({"kind": ["call"]}, (400, "invalid", ["kind"])),
        ({"kind": "x" * 1000}, (400, "invalid", ["kind"])),
        ({"kind": "pigeon"}, (422, "unknown_kind", ["kind"])),
        ({"kind": "verdict"}, (422, "unknown_kind", ["kind"])),
        ({"kind": "call", "by": 1}, (400, "invalid", ["by"])),
        ({"kind": "call", "at": "soon"}, (400, "invalid", ["at"])),
        ({"kind": "call", "at": 10**20}, (400, "invalid", ["at"])),
        ({"kind": "call", "at": "0001-01-01T00:00:00+14:00"}, (400, "invalid", ["at"])),
        ({"kind": "call", "at": "2999-01-01T00:00Z"}, (422, "in_future", ["at"])),
        ({"kind": "call", "at": "2020-01-01T00:00Z"}, (422, "before_handoff", ["at"])),
        ({"kind": "call", "note": "x" * 10_001}, (400, "invalid", ["note"])),
        ([], (400, "invalid", [])),
        ("call", (400, "invalid", [])),
        (None, (400, "invalid", ["kind"])),
    ],
)
def test_a_response_that_is_none_is_refused(sent: Any, said: Any, rep: APIClient, made: Handoff) -> None:
    assert refusal(rep.post(f"{URL}{made.pk}/responses/", sent)) == said
    assert Response.objects.count() == 0


# --- verdicts -------------------------------------------------------------------------------------


def test_a_verdict_closes_the_handoff(rep: APIClient, made: Handoff, a_reason: Reason) -> None:
    sent = {"verdict": "rejected", "reason": a_reason.key, "evidence": "buyer_said", "grade_opinion": "too_high"}
    answer = rep.post(f"{URL}{made.pk}/verdicts/", sent)
    assert answer.status_code == 201, answer.json()
    assert sent.items() <= answer.json().items()
    made.refresh_from_db()
    assert made.closed_at is not None
    assert made.lead.stage == "rejected"
    assert refusal(rep.post(f"{URL}{made.pk}/verdicts/", sent)) == (409, "closed", [])
    assert refusal(rep.post(f"{URL}{made.pk}/responses/", {"kind": "call"})) == (409, "closed", [])


def test_nurture_names_its_day(rep: APIClient, made: Handoff) -> None:
    timing = Reason.objects.filter(group="timing")[0]
    day = (timezone.now() + 60 * DAY).date().isoformat()
    sent = {"verdict": "nurture", "reason": timing.key, "wake_up_on": day, "evidence": "buyer_said"}
    answer = rep.post(f"{URL}{made.pk}/verdicts/", sent)
    assert (answer.status_code, answer.json()["wake_up_on"]) == (201, day)


def test_accepted_needs_no_reason(rep: APIClient, made: Handoff) -> None:
    answer = rep.post(f"{URL}{made.pk}/verdicts/", {"verdict": "accepted", "reason": None, "wake_up_on": None})
    assert (answer.status_code, answer.json()["reason"]) == (201, None)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, (400, "invalid", ["verdict"])),
        ({"verdict": "perhaps"}, (422, "unknown_verdict", ["verdict"])),
        ({"verdict": "rejected"}, (422, "reason_missing", ["reason"])),
        ({"verdict": "rejected", "reason": "because"}, (422, "unknown_reason", ["reason"])),
        ({"verdict": "rejected", "reason": {"key": 1}}, (400, "invalid", ["reason"])),
        ({"verdict": "nurture", "reason": "A"}, (422, "wake_up_missing", ["wake_up_on"])),
        ({"verdict": "nurture", "reason": "A", "wake_up_on": "2020-01-01"}, (422, "wake_up_past", ["wake_up_on"])),
        ({"verdict": "nurture", "reason": "A", "wake_up_on": "soon"}, (400, "invalid", ["wake_up_on"])),
        ({"verdict": "nurture", "reason": "A", "wake_up_on": "9999-12-31"}, (400, "invalid", ["wake_up_on"])),
        ({"verdict": "rejected", "reason": "A", "evidence": "dreamt"}, (422, "unknown_evidence", ["evidence"])),
        ({"verdict": "accepted", "grade_opinion": "odd"}, (422, "unknown_opinion", ["grade_opinion"])),
        ({"verdict": "accepted", "stage": "won"}, (400, "invalid", ["stage"])),
    ],
)
def test_a_verdict_that_is_none_is_refused(
    sent: dict[str, Any], said: Any, rep: APIClient, made: Handoff, a_reason: Reason
) -> None:
    sent = {name: a_reason.key if value == "A" else value for name, value in sent.items()}
    assert refusal(rep.post(f"{URL}{made.pk}/verdicts/", sent)) == said
    assert Verdict.objects.count() == 0


# --- outcomes and reasons -------------------------------------------------------------------------


def test_outcomes_are_kept_with_their_money(rep: APIClient, made: Handoff) -> None:
    url = f"/api/v1/leads/{made.lead_id}/outcomes/"
    sent = {"kind": "won", "amount": "12500.50", "at": timezone.now().isoformat()}
    answer = rep.post(url, sent)
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["amount"], answer.json()["currency"], answer.json()["lead"]) == (
        "12500.50",
        "EUR",
        made.lead_id,
    )
    assert refusal(rep.post(url, sent)) == (409, "told_already", [])
    assert rep.get(f"/api/v1/leads/{made.lead_id}/").json()["stage"] == "won"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, (400, "invalid", ["kind"])),
        ({"kind": "dreamt"}, (422, "unknown_kind", ["kind"])),
        ({"kind": "lost"}, (422, "reason_missing", ["reason"])),
        ({"kind": "won", "amount": "-1"}, (422, "amount_negative", ["amount"])),
        ({"kind": "won", "amount": "a lot"}, (400, "invalid", ["amount"])),
        ({"kind": "won", "amount": "NaN"}, (400, "invalid", ["amount"])),
        ({"kind": "won", "amount": True}, (400, "invalid", ["amount"])),
        ({"kind": "won", "amount": 10**400}, (400, "invalid", ["amount"])),
        ({"kind": "won", "amount": "1" * 100_000}, (400, "invalid", ["amount"])),
        ({"kind": "won", "amount": "1e999999999"}, (400, "invalid", ["amount"])),
        ({"kind": "won", "amount": [1]}, (400, "invalid", ["amount"])),
        ({"kind": "won", "amount": 1.005}, (400, "invalid", ["amount"])),
        ({"kind": "won", "at": "2999-01-01T00:00Z"}, (422, "in_future", ["at"])),
        ({"kind": "won", "by": 1}, (400, "invalid", ["by"])),
    ],
)
def test_an_outcome_that_is_none_is_refused(sent: dict[str, Any], said: Any, rep: APIClient, made: Handoff) -> None:
    assert refusal(rep.post(f"/api/v1/leads/{made.lead_id}/outcomes/", sent)) == said
    assert Outcome.objects.count() == 0


def test_the_reasons_that_may_be_given_are_listed(rep: APIClient) -> None:
    Reason.objects.filter(key=Reason.objects.first().key).update(is_active=False)  # type: ignore[union-attr]
    told = rep.get("/api/v1/reasons/").json()["results"]
    assert [row["key"] for row in told] == list(Reason.objects.filter(is_active=True).values_list("key", flat=True))
    assert told[0].keys() == {"key", "label", "group", "needs_note"}
