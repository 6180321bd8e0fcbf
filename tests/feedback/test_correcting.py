"""What sales said is corrected: by whom it belongs to, with its history, and nothing else moves."""

import threading
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from alignment.invariants import broken
from common.errors import DomainError
from feedback.correcting import correct_outcome, correct_verdict
from feedback.models import Outcome, Reason, Verdict
from feedback.outcomes import End, record_outcome
from feedback.responses import respond
from feedback.undoing import undo_answer
from feedback.verdicts import Judgement, give_verdict
from leads.columns import rows, with_columns
from leads.intake import take_in
from leads.merging import merge
from leads.models import Event, Handoff, Lead
from leads.privacy import erase_person
from leads.timeline import timeline
from leads.waking import wake
from tests.cast import Cast, handoff, lead, make_cast, row

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FAR = (timezone.now() + 400 * DAY).date()


def reason(key: str) -> Reason:
    return Reason.objects.get(key=key)


def rejected(key: str = "too_small", **more: Any) -> Judgement:
    return Judgement(verdict="rejected", reason=reason(key), **more)


def nurture(**more: Any) -> Judgement:
    return Judgement(**{"verdict": "nurture", "reason": reason("contract_runs"), "wake_up_on": FAR, **more})


@pytest.fixture
def judged(cast: Cast, now: datetime) -> Verdict:
    """Rejected by the rep a day after the handoff."""
    made = handoff("ann@x.test", now - 2 * DAY, cast.rep)
    return give_verdict(made, rejected(note="Ten people", evidence="buyer_said"), by=cast.rep, at=now - DAY)


def lead_of(verdict: Verdict) -> Lead:
    return Lead.objects.get(pk=verdict.handoff.lead_id)


# --- verdicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["accepted", "nurture"])
def test_the_lead_follows_and_the_first_response_stays(judged: Verdict, cast: Cast, now: datetime, value: str) -> None:
    before = Handoff.objects.filter(pk=judged.handoff_id).values().get()
    said = Judgement(verdict="accepted") if value == "accepted" else nurture()
    found = correct_verdict(judged, said, version=1, by=cast.rep, at=now)
    assert (found.verdict, found.version, found.at, found.by) == (value, 2, judged.at, cast.rep)
    assert Handoff.objects.filter(pk=judged.handoff_id).values().get() == before
    assert (lead_of(judged).stage, lead_of(judged).wake_up_on) == (value, FAR if value == "nurture" else None)
    assert not broken()


def test_one_line_tells_from_what_to_what(judged: Verdict, cast: Cast, now: datetime) -> None:
    lines = Event.objects.count()
    correct_verdict(
        judged, rejected("wrong_region", note="Ten people", evidence="buyer_said"), version=1, by=cast.rep, at=now
    )
    assert Event.objects.count() == lines + 1
    line = Event.objects.get(kind="verdict_corrected")
    assert (line.by, line.at, line.handoff_id) == (cast.rep, now, judged.handoff_id)
    assert line.data == {"changes": {"reason": ["Too small", "Wrong region"]}}
    told = next(one for one in timeline(lead_of(judged)) if one.fact == "Verdict corrected")
    assert told.detail == "Reason: “Too small” → “Wrong region”"


def test_the_same_again_changes_nothing(judged: Verdict, cast: Cast, now: datetime) -> None:
    same = rejected(note="Ten people", evidence="buyer_said")
    assert correct_verdict(judged, same, version=1, by=cast.rep, at=now).version == 1
    assert not Event.objects.filter(kind="verdict_corrected").exists()


@pytest.mark.parametrize("who", ["sales_manager", "admin"])
def test_managers_of_sales_and_admins_correct_it_too(judged: Verdict, cast: Cast, now: datetime, who: str) -> None:
    found = correct_verdict(judged, Judgement(verdict="accepted"), version=1, by=cast.everybody[who], at=now)
    assert (found.verdict, found.by) == ("accepted", cast.rep)


@pytest.mark.parametrize("who", ["mate", "other_rep", "marketer", "marketing_manager"])
def test_nobody_else_does(judged: Verdict, cast: Cast, now: datetime, who: str) -> None:
    assert refusal(judged, Judgement(verdict="accepted"), by=cast.everybody[who], at=now) == "not_yours"


def refusal(verdict: Verdict, said: Judgement, *, version: int = 1, by: Any, at: datetime) -> str:
    before = Verdict.objects.filter(pk=verdict.pk).values().get(), lead_of(verdict).stage, Event.objects.count()
    with pytest.raises(DomainError) as refused:
        correct_verdict(verdict, said, version=version, by=by, at=at)
    after = Verdict.objects.filter(pk=verdict.pk).values().get(), lead_of(verdict).stage, Event.objects.count()
    assert after == before
    return refused.value.code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"verdict": "maybe"}, "unknown_verdict"),
        ({"verdict": "rejected"}, "reason_missing"),
        ({"verdict": "rejected", "reason": "price"}, "reason_not_fitting"),
        ({"verdict": "rejected", "reason": "other"}, "note_missing"),
        ({"verdict": "nurture", "reason": "no_pain"}, "wake_up_missing"),
        ({"verdict": "nurture", "reason": "no_pain", "wake_up_on": "yesterday"}, "wake_up_past"),
    ],
)
def test_the_rules_of_a_verdict_hold(
    judged: Verdict, cast: Cast, now: datetime, said: dict[str, Any], code: str
) -> None:
    facts = dict(said)
    if "reason" in facts:
        facts["reason"] = reason(facts["reason"])
    if "wake_up_on" in facts:
        facts["wake_up_on"] = now.date()
    assert refusal(judged, Judgement(**facts), by=cast.rep, at=now) == code


def test_a_retired_reason_may_stay_but_not_come(judged: Verdict, cast: Cast, now: datetime) -> None:
    Reason.objects.filter(key__in=["too_small", "wrong_region"]).update(is_active=False)
    assert refusal(judged, rejected("wrong_region"), by=cast.rep, at=now) == "reason_retired"
    assert correct_verdict(judged, rejected(note="Nine people"), version=1, by=cast.rep, at=now).note == "Nine people"


def test_whoever_saw_an_older_version_is_told(judged: Verdict, cast: Cast, now: datetime) -> None:
    correct_verdict(judged, Judgement(verdict="accepted"), version=1, by=cast.sales_manager, at=now)
    assert refusal(judged, nurture(), by=cast.rep, at=now) == "stale"


def test_a_lead_that_has_moved_on_stays_where_it_is(judged: Verdict, cast: Cast, now: datetime) -> None:
    take_in([row("ann@x.test", now, "A")], at=now)
    assert lead_of(judged).stage == "handed_off"
    correct_verdict(judged, nurture(), version=1, by=cast.rep, at=now)
    assert (lead_of(judged).stage, lead_of(judged).wake_up_on) == ("handed_off", None)
    assert not broken()


def test_a_lead_that_woke_up_stays_awake_when_a_word_is_mended(judged: Verdict, cast: Cast, now: datetime) -> None:
    wakes = (now + DAY).date()
    correct_verdict(judged, nurture(wake_up_on=wakes), version=1, by=cast.rep, at=now)
    wake(at=now + 2 * DAY)
    mended = nurture(wake_up_on=wakes, note="Until May")
    correct_verdict(judged, mended, version=2, by=cast.rep, at=now + 3 * DAY)
    assert lead_of(judged).stage == "handed_off"
    assert not broken()


def test_an_outcome_outlives_the_correction(judged: Verdict, cast: Cast, now: datetime) -> None:
    correct_verdict(judged, Judgement(verdict="accepted"), version=1, by=cast.rep, at=now)
    record_outcome(lead_of(judged), by=cast.rep, kind="opportunity")
    correct_verdict(judged, rejected(), version=2, by=cast.rep, at=now)
    assert lead_of(judged).stage == "opportunity"
    assert not broken()


def test_of_a_merged_lead_either_verdict_is_corrected(judged: Verdict, cast: Cast, now: datetime) -> None:
    twin = handoff("ann@y.test", now - DAY, cast.mate)
    other = give_verdict(twin, Judgement(verdict="accepted"), by=cast.mate, at=now - DAY / 2)
    merge(judged.handoff.lead, twin.lead, by=cast.marketer, at=now)
    for verdict, version in ((judged, 1), (other, 1), (judged, 2)):
        found = Verdict.objects.get(pk=verdict.pk)
        said = rejected(note="Again") if found.verdict == "accepted" else Judgement(verdict="accepted")
        correct_verdict(found, said, version=version, by=cast.sales_manager, at=now)
        assert not broken()


def test_an_erased_person_gets_no_new_words(judged: Verdict, cast: Cast, now: datetime) -> None:
    correct_verdict(judged, rejected(note="Ann said so"), version=1, by=cast.rep, at=now)
    erase_person(lead_of(judged), why="asked", by=cast.sales_manager, at=now)
    assert "Ann" not in str(list(Event.objects.values_list("data", flat=True)))
    assert timeline(lead_of(judged))
    assert refusal(judged, rejected(note="Ann again"), version=2, by=cast.sales_manager, at=now) == "erased"


def test_what_was_corrected_is_not_taken_back(cast: Cast, now: datetime) -> None:
    verdict = give_verdict(handoff("ann@x.test", now, cast.rep), rejected(), by=cast.rep)
    correct_verdict(verdict, Judgement(verdict="accepted"), version=1, by=cast.rep, at=timezone.now())
    with pytest.raises(DomainError) as refused:
        undo_answer(verdict.handoff, by=cast.rep, at=timezone.now())
    assert refused.value.code == "moved_on"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_correct_at_once_have_one_winner(now: datetime) -> None:
    cast = make_cast()
    verdict = give_verdict(handoff("ann@x.test", now, cast.rep), rejected(), by=cast.rep)
    codes: list[str] = []
    gate = threading.Barrier(4)

    def run(n: int) -> None:
        try:
            gate.wait()
            correct_verdict(verdict, rejected(note=f"{n}"), version=1, by=cast.sales_manager, at=timezone.now())
            codes.append("corrected")
        except DomainError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["corrected", *["stale"] * 3]
    assert Event.objects.filter(kind="verdict_corrected").count() == 1


# --- outcomes -------------------------------------------------------------------------------------


@pytest.fixture
def opened(cast: Cast, now: datetime) -> Outcome:
    made = handoff("ann@x.test", now - 3 * DAY, cast.rep)
    end = {"kind": "opportunity", "amount": Decimal(9000), "expected_on": (now + 30 * DAY).date()}
    return record_outcome(made.lead, by=cast.rep, at=now - 2 * DAY, **end)


def told(outcome: Outcome, **anew: Any) -> End:
    names = ("kind", "at", "amount", "reason", "competitor", "expected_on", "note")
    return End(**{**{name: getattr(outcome, name) for name in names}, **anew})


def test_an_opportunity_keeps_its_amount_and_the_day_it_is_expected_to_close(opened: Outcome, now: datetime) -> None:
    opened.refresh_from_db()
    assert (opened.amount, opened.expected_on) == (Decimal(9000), (now + 30 * DAY).date())
    line = next(one for one in timeline(opened.lead) if one.fact == "Opportunity")
    assert line.detail == "€9,000 · expected to close on 16 Oct 2026"


def test_a_loss_keeps_its_reason_and_the_competitor(opened: Outcome, cast: Cast, now: datetime) -> None:
    why = {"reason": reason("competitor"), "competitor": " Acme ", "expected_on": now.date(), "note": "Cheaper"}
    lost = record_outcome(opened.lead, by=cast.rep, kind="lost", at=now, **why)
    assert (lost.reason, lost.competitor, lost.expected_on) == (reason("competitor"), "Acme", None)
    assert "lost to Acme" in timeline(opened.lead)[0].detail


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "opportunity", "expected_on": "past"}, "expected_past"),
        ({"kind": "lost", "reason": "retired"}, "reason_retired"),
        ({"kind": "lost", "reason": "other"}, "note_missing"),
        ({"kind": "won", "at": "future"}, "in_future"),
    ],
)
def test_an_outcome_is_refused_by_field(cast: Cast, now: datetime, facts: dict[str, Any], code: str) -> None:
    Reason.objects.filter(key="price").update(is_active=False)
    made = handoff("ann@x.test", now - 3 * DAY, cast.rep)
    values = {"retired": reason("price"), "other": reason("other"), "past": (now - 9 * DAY).date()}
    values["future"] = timezone.now() + DAY
    with pytest.raises(DomainError) as refused:
        record_outcome(made.lead, by=cast.rep, **{key: values.get(value, value) for key, value in facts.items()})
    assert (refused.value.code, len(refused.value.fields)) == (code, 1)
    assert not Outcome.objects.exists()


def test_an_amount_is_corrected_with_its_line(opened: Outcome, cast: Cast, now: datetime) -> None:
    lines = Event.objects.count()
    found = correct_outcome(opened, told(opened, amount=Decimal("8500.50")), version=1, by=cast.rep, at=now)
    assert (found.amount, found.version, Event.objects.count()) == (Decimal("8500.50"), 2, lines + 1)
    line = timeline(opened.lead)[0]
    assert (line.fact, line.detail) == (
        "Corrected: Opportunity",
        "Amount: €9,000 → €8,500.50",
    ) or "9,000" in line.detail
    assert not broken()


@pytest.mark.parametrize("kind", ["won", "lost"])
def test_the_stage_follows_another_kind(opened: Outcome, cast: Cast, now: datetime, kind: str) -> None:
    why = {"reason": reason("price")} if kind == "lost" else {}
    correct_outcome(opened, told(opened, kind=kind, at=now - DAY, **why), version=1, by=cast.rep, at=now)
    opened.lead.refresh_from_db()
    assert (opened.lead.stage, Outcome.objects.get().expected_on) == (kind, None)
    assert not broken()


def test_a_win_that_was_a_loss_takes_the_lead_back(opened: Outcome, cast: Cast, now: datetime) -> None:
    won = record_outcome(opened.lead, by=cast.rep, kind="won", at=now - DAY)
    correct_outcome(won, told(won, kind="lost", reason=reason("price")), version=1, by=cast.sales_manager, at=now)
    opened.lead.refresh_from_db()
    assert opened.lead.stage == "lost"
    assert not broken()


@pytest.mark.parametrize("who", ["mate", "other_rep", "marketer", "marketing_manager"])
def test_an_outcome_is_corrected_by_nobody_else(opened: Outcome, cast: Cast, now: datetime, who: str) -> None:
    assert outcome_refusal(opened, told(opened, amount=None), by=cast.everybody[who], at=now) == "not_yours"


def test_an_older_version_of_an_outcome_is_told(opened: Outcome, cast: Cast, now: datetime) -> None:
    correct_outcome(opened, told(opened, amount=None), version=1, by=cast.rep, at=now)
    assert outcome_refusal(opened, told(opened, amount=Decimal(1)), by=cast.rep, at=now) == "stale"


def test_two_outcomes_do_not_become_one(opened: Outcome, cast: Cast, now: datetime) -> None:
    won = record_outcome(opened.lead, by=cast.rep, kind="won", at=now - DAY)
    assert outcome_refusal(won, told(opened), by=cast.rep, at=now) == "told_already"


def test_a_loss_of_a_lead_that_came_again_stays_a_loss(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now - 3 * DAY, cast.rep)
    lost = record_outcome(made.lead, by=cast.rep, kind="lost", at=now - 2 * DAY, reason=reason("price"))
    take_in([row("ann@x.test", now, "A")], at=now)
    assert outcome_refusal(lost, told(lost, kind="won"), by=cast.rep, at=now) == "moved_on"
    correct_outcome(lost, told(lost, competitor="Acme"), version=1, by=cast.rep, at=now)
    assert not broken()


def outcome_refusal(outcome: Outcome, end: End, *, by: Any, at: datetime) -> str:
    before = Outcome.objects.filter(pk=outcome.pk).values().get(), Event.objects.count()
    with pytest.raises(DomainError) as refused:
        correct_outcome(outcome, end, version=1, by=by, at=at)
    assert (Outcome.objects.filter(pk=outcome.pk).values().get(), Event.objects.count()) == before
    return refused.value.code


def test_lists_and_files_show_what_was_said_and_where_it_ended(opened: Outcome, cast: Cast, now: datetime) -> None:
    why = {"reason": reason("competitor"), "competitor": "Acme"}
    record_outcome(opened.lead, by=cast.rep, kind="lost", at=now - DAY, **why)
    give_verdict(handoff("bob@y.test", now - DAY, cast.rep), rejected(), by=cast.rep)
    keys = ["verdict", "reason", "opportunity", "expected_on", "won", "lost_because", "lost_to"]
    leads = with_columns(Lead.objects.order_by("email"), keys)
    ann, bob = ([value for _column, value in shown.cells] for shown in rows(leads, keys))
    assert ann == ["Accepted", None, Decimal(9000), (now + 30 * DAY).date(), None, "Competitor", "Acme"]
    assert bob == ["Rejected", "Too small", None, None, None, None, None]


# --- the pages ------------------------------------------------------------------------------------


def test_the_lead_page_leads_to_the_correction(judged: Verdict, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    page = client.get(f"/leads/{judged.handoff.lead_id}/").content.decode()
    said = f"/leads/{judged.handoff.lead_id}/said/"
    assert said in page
    assert f"/handoffs/{judged.handoff_id}/correction/" in client.get(said).content.decode()
    client.force_login(cast.marketer)
    assert "/correction/" not in client.get(said).content.decode()


def test_a_form_that_is_out_of_date_keeps_what_was_typed(
    judged: Verdict, cast: Cast, now: datetime, client: Client
) -> None:
    correct_verdict(judged, nurture(), version=1, by=cast.sales_manager, at=now)
    client.force_login(cast.rep)
    url = f"/handoffs/{judged.handoff_id}/correction/"
    sent = {"version": 1, "verdict": "rejected", "reason": "wrong_region", "note": "A long story", "evidence": ""}
    answer = client.post(url, sent)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "A long story" in text
    assert "Now it says: Not now" in text
    assert client.post(url, {**sent, "version": 2}).status_code == 302
    judged.refresh_from_db()
    assert (judged.verdict, judged.note, judged.version) == ("rejected", "A long story", 3)


def test_an_outcome_is_recorded_and_corrected_in_a_form(cast: Cast, now: datetime, client: Client) -> None:
    made = handoff("ann@x.test", now - 3 * DAY, cast.rep)
    respond(made, by=cast.rep, kind="call", at=now - 2 * DAY)
    client.force_login(cast.rep)
    url = f"/leads/{made.lead_id}/outcomes/"
    assert client.get(url).status_code == 200
    sent = {"version": 1, "kind": "opportunity", "on": (now - DAY).date(), "amount": "12500", "expected_on": FAR}
    assert client.post(url, sent)["Location"] == f"/leads/{made.lead_id}/"
    outcome = Outcome.objects.get()
    assert (outcome.amount, outcome.expected_on, timezone.localtime(outcome.at).hour) == (Decimal(12500), FAR, 12)
    change = f"/outcomes/{outcome.pk}/correction/"
    assert "12500" in client.get(change).content.decode()
    assert client.post(change, {**sent, "amount": "13000"}).status_code == 302
    outcome.refresh_from_db()
    assert (outcome.amount, outcome.version) == (Decimal(13000), 2)
    assert client.post(change, {**sent, "amount": "1"}).status_code == 409
    assert not broken()


def test_accepting_with_an_opportunity_takes_its_amount_along(cast: Cast, client: Client) -> None:
    made = handoff("ann@x.test", timezone.now() - DAY, cast.rep)
    client.force_login(cast.rep)
    sent = {"verdict": "accepted", "next_step": "opportunity", "amount": "900", "grade_opinion": "too_low"}
    assert client.post(f"/handoffs/{made.pk}/answers/", {**sent, "expected_on": FAR}).status_code == 302
    assert Outcome.objects.values_list("amount", "expected_on").get() == (Decimal(900), FAR)
    assert Verdict.objects.get().grade_opinion == "too_low"
    assert lead("bob@y.test", timezone.now()).outcomes.count() == 0
