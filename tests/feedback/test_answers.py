"""Responses, verdicts and outcomes: the verbs of sales."""

import threading
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from common.errors import DomainError
from feedback.models import Reason, Response, Verdict
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads import clock
from leads.models import Event, Handoff
from tests.cast import Cast, handoff, make_cast

DAY = timedelta(days=1)


@pytest.fixture
def made(cast: Cast, now: datetime) -> Handoff:
    return handoff("ann@x.test", now, cast.rep)


def reason(key: str) -> Reason:
    return Reason.objects.get(key=key)


def rejected(**more: Any) -> Judgement:
    return Judgement(**{"verdict": "rejected", "reason": reason("too_small"), **more})


# --- responses --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_response_stops_the_clock_and_tells_the_timeline(made: Handoff, cast: Cast, now: datetime) -> None:
    respond(made, by=cast.mate, kind="call", at=now + DAY, note="Spoke to her")
    made.refresh_from_db()
    assert (made.responded_at, made.responded_by, made.closed_at) == (now + DAY, cast.mate, None)
    assert clock.state(made, now + 30 * DAY) == clock.State.MET
    event = made.events.get(kind="responded")
    assert (event.by, event.at, event.data) == (
        cast.mate,
        now + DAY,
        {"kind": "call", "note": "Spoke to her", "excuse": ""},
    )


@pytest.mark.django_db
def test_whoever_comes_second_moves_nothing(made: Handoff, cast: Cast, now: datetime) -> None:
    respond(made, by=cast.rep, kind="call", at=now + DAY)
    respond(made, by=cast.mate, kind="email", at=now + 2 * DAY)
    made.refresh_from_db()
    assert (made.responded_at, made.responded_by, made.responses.count()) == (now + DAY, cast.rep, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "fax"}, "unknown_kind"),
        ({"kind": "verdict"}, "unknown_kind"),
        ({"at": "future"}, "in_future"),
        ({"at": "before"}, "before_handoff"),
    ],
)
def test_a_bad_response_is_refused_and_leaves_nothing(
    made: Handoff, cast: Cast, now: datetime, change: dict[str, Any], code: str
) -> None:
    moments = {"future": timezone.now() + DAY, "before": now - DAY}
    facts = {"kind": "call", **change}
    if "at" in facts:
        facts["at"] = moments[facts["at"]]
    before = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        respond(made, by=cast.rep, **facts)
    assert refused.value.code == code
    assert (Response.objects.count(), Event.objects.count()) == (0, before)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["marketer", "marketing_manager", "other_rep", "admin"])
def test_only_sales_that_sees_the_lead_may_answer(made: Handoff, cast: Cast, now: datetime, who: str) -> None:
    for act in (
        lambda by: respond(made, by=by, kind="call"),
        lambda by: give_verdict(made, rejected(), by=by),
        lambda by: record_outcome(made.lead, by=by, kind="won"),
    ):
        with pytest.raises(DomainError) as refused:
            act(cast.everybody[who])
        assert refused.value.code == "not_sales"


@pytest.mark.django_db
def test_whoever_answers_a_lead_of_the_queue_takes_it(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now)
    Handoff.objects.filter(pk=made.pk).update(rep=None, team=cast.rep.team)
    respond(made, by=cast.mate, kind="call")
    made.refresh_from_db()
    assert (made.rep, made.lead.owner) == (cast.mate, cast.mate)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_answers_at_the_same_moment_have_one_winner(now: datetime) -> None:
    cast = make_cast()
    made = handoff("ann@x.test", now, cast.rep)
    codes: list[str] = []
    gate = threading.Barrier(5)

    def run() -> None:
        try:
            gate.wait()
            give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
            codes.append("given")
        except DomainError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["closed"] * 4 + ["given"]
    assert (Verdict.objects.count(), Event.objects.filter(kind="verdict_given").count()) == (1, 1)


# --- verdicts ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("verdict", ["accepted", "nurture", "rejected"])
def test_a_verdict_is_a_response_closes_the_handoff_and_moves_the_lead(
    made: Handoff, cast: Cast, now: datetime, verdict: str
) -> None:
    wakes = (timezone.now() + 90 * DAY).date()
    judgement = Judgement(verdict=verdict, reason=reason("contract_runs"), wake_up_on=wakes, note="Until March")
    give_verdict(made, judgement, by=cast.rep, at=now + DAY)
    made.refresh_from_db()
    assert made.responded_at == made.verdict_at == made.closed_at == now + DAY
    assert made.lead.stage == verdict
    assert made.lead.wake_up_on == (wakes if verdict == "nurture" else None)
    assert made.responses.get().kind == "verdict"
    assert made.events.filter(kind="verdict_given").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("judgement", "code", "field"),
    [
        ({"verdict": "maybe"}, "unknown_verdict", "verdict"),
        ({"verdict": "rejected"}, "reason_missing", "reason"),
        ({"verdict": "rejected", "reason": "price"}, "reason_not_fitting", "reason"),
        ({"verdict": "rejected", "reason": "other"}, "note_missing", "note"),
        ({"verdict": "nurture", "reason": "no_pain"}, "wake_up_missing", "wake_up_on"),
        ({"verdict": "nurture", "reason": "no_pain", "wake_up_on": "today"}, "wake_up_past", "wake_up_on"),
        ({"verdict": "accepted", "evidence": "dream"}, "unknown_evidence", "evidence"),
        ({"verdict": "accepted", "grade_opinion": "odd"}, "unknown_opinion", "grade_opinion"),
    ],
)
def test_a_bad_verdict_is_refused_by_field_and_leaves_nothing(
    made: Handoff, cast: Cast, judgement: dict[str, Any], code: str, field: str
) -> None:
    facts = dict(judgement)
    if "reason" in facts:
        facts["reason"] = reason(facts["reason"])
    if facts.get("wake_up_on") == "today":
        facts["wake_up_on"] = timezone.now().date()
    with pytest.raises(DomainError) as refused:
        give_verdict(made, Judgement(**facts), by=cast.rep)
    assert refused.value.code == code
    assert field in refused.value.fields
    made.refresh_from_db()
    assert (made.closed_at, made.responded_at, Response.objects.count()) == (None, None, 0)


@pytest.mark.django_db
def test_a_verdict_keeps_only_what_fits_it(made: Handoff, cast: Cast, now: datetime) -> None:
    wakes = (timezone.now() + DAY).date()
    judgement = Judgement(verdict="accepted", reason=reason("too_small"), wake_up_on=wakes, next_step="meeting")
    verdict = give_verdict(made, judgement, by=cast.rep)
    assert (verdict.reason, verdict.wake_up_on) == (None, None)
    data = made.events.get(kind="verdict_given").data
    assert (data["reason"], data["wake_up_on"], data["next_step"]) == ("", "", "meeting")


@pytest.mark.django_db
def test_a_buyer_who_was_never_reached_said_nothing(made: Handoff, cast: Cast) -> None:
    verdict = give_verdict(made, rejected(reason=reason("no_answer"), evidence="buyer_said"), by=cast.rep)
    assert verdict.evidence == "no_contact"


@pytest.mark.django_db
def test_the_day_to_wake_up_comes_after_a_verdict_that_is_told_later(made: Handoff, cast: Cast, now: datetime) -> None:
    told = {"verdict": "nurture", "reason": reason("contract_runs")}
    with pytest.raises(DomainError) as refused:
        give_verdict(made, Judgement(**told, wake_up_on=(now + DAY).date()), by=cast.rep, at=now + DAY)
    assert refused.value.code == "wake_up_past"
    verdict = give_verdict(made, Judgement(**told, wake_up_on=(now + 2 * DAY).date()), by=cast.rep, at=now + DAY)
    assert verdict.at == now + DAY


@pytest.mark.django_db
def test_there_is_one_verdict(made: Handoff, cast: Cast) -> None:
    give_verdict(made, rejected(), by=cast.rep)
    with pytest.raises(DomainError) as refused:
        give_verdict(made, Judgement(verdict="accepted"), by=cast.mate)
    assert refused.value.code == "closed"


# --- outcomes ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_outcome_moves_the_lead_and_is_kept_with_its_amount(made: Handoff, cast: Cast, now: datetime) -> None:
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    record_outcome(made.lead, by=cast.rep, kind="opportunity", amount=Decimal(9000), at=now + DAY)
    record_outcome(made.lead, by=cast.rep, kind="won", amount=Decimal("8500.50"), at=now + 2 * DAY)
    made.lead.refresh_from_db()
    assert made.lead.stage == "won"
    assert [(o.kind, o.amount) for o in made.lead.outcomes.all()] == [
        ("opportunity", Decimal("9000.00")), ("won", Decimal("8500.50")),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("after", [-DAY, DAY])
def test_an_outcome_answers_and_accepts_an_open_handoff(
    made: Handoff, cast: Cast, now: datetime, after: timedelta
) -> None:
    record_outcome(made.lead, by=cast.mate, kind="won", at=now + after)
    made.refresh_from_db()
    at = max(now, now + after)
    assert (made.responded_at, made.responded_by, made.verdict_at, made.closed_at) == (at, cast.mate, at, at)
    assert [(r.kind, r.by) for r in made.responses.all()] == [("other", cast.mate)]
    assert (made.verdict.verdict, made.verdict.by, made.lead.stage) == ("accepted", cast.mate, "won")
    assert made.events.get(kind="verdict_given").at == at


@pytest.mark.django_db
def test_an_outcome_moves_no_answer_that_was_given(made: Handoff, cast: Cast, now: datetime) -> None:
    respond(made, by=cast.rep, kind="call", at=now + 2 * DAY)
    record_outcome(made.lead, by=cast.mate, kind="opportunity", at=now + 3 * DAY)
    record_outcome(made.lead, by=cast.mate, kind="won", at=now + 4 * DAY)
    made.refresh_from_db()
    assert (made.responded_at, made.responded_by, made.responses.count()) == (now + 2 * DAY, cast.rep, 1)
    assert (made.verdict_at, made.events.filter(kind="verdict_given").count()) == (now + 3 * DAY, 1)


@pytest.mark.django_db
def test_an_outcome_leaves_a_closed_handoff_as_it_is(made: Handoff, cast: Cast, now: datetime) -> None:
    give_verdict(made, rejected(), by=cast.rep, at=now + DAY)
    record_outcome(made.lead, by=cast.rep, kind="won", at=now + 2 * DAY)
    made.refresh_from_db()
    assert (made.verdict.verdict, made.closed_at, made.lead.stage) == ("rejected", now + DAY, "won")


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["won", "lost"])
def test_an_opportunity_told_late_takes_back_no_end(made: Handoff, cast: Cast, now: datetime, end: str) -> None:
    record_outcome(made.lead, by=cast.rep, kind=end, at=now + 2 * DAY, reason=reason("price"))
    record_outcome(made.lead, by=cast.rep, kind="opportunity", at=now + DAY)
    made.lead.refresh_from_db()
    assert (made.lead.stage, made.lead.outcomes.count()) == (end, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "lost"}, "reason_missing"),
        ({"kind": "gone"}, "unknown_kind"),
        ({"kind": "won", "amount": Decimal(-1)}, "amount_negative"),
    ],
)
def test_a_bad_outcome_is_refused(made: Handoff, cast: Cast, facts: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        record_outcome(made.lead, by=cast.rep, **facts)
    assert refused.value.code == code
    assert not made.lead.outcomes.exists()
