"""Files of outcomes: what they tell is kept as told, and judged by the clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alignment.invariants import broken
from feedback.models import Outcome, Response, Verdict
from feedback.telling import tell_outcomes
from imports.models import ImportRow
from leads import clock
from leads.models import Event, Handoff, Lead
from tests.cast import Cast, handoff, lead
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OUTCOMES = (
    "email,responded_at,responded_by,verdict,reason,evidence,note,wake_up_on,opportunity_at,amount,won_at,lost_at\n"
)


@pytest.fixture
def history(cast: Cast, write: Write, run: Any) -> Write:
    header = "email,captured_at,job_title,employees,industry,country,kind\n"
    facts = "Head of procurement,640,Machinery,Germany,quote"
    rows = "".join(f"{name}@{name}.test,2026-01-05 09:00,{facts}\n" for name in ("ann", "bob", "cat", "dan", "eve"))
    assert run("leads", write(header + rows))["created"] == 5
    assert Handoff.objects.filter(historic=True, released_why="not_recorded").count() == 5
    return write


def test_a_later_row_corrects_what_it_knows_better_with_one_line_each(cast: Cast, write: Write, run: Any) -> None:
    at = datetime.now(UTC) - 3 * DAY
    for name in ("ann", "bob"):
        handoff(f"{name}@x.test", at, cast.rep)
    header = "email,opportunity_at,amount,expected_on,lost_at,reason,competitor\n"
    days = at.date().isoformat(), (at + 60 * DAY).date().isoformat(), (at + 90 * DAY).date().isoformat()
    told = f"ann@x.test,{days[0]},9000,{days[1]},,,\nbob@x.test,,,,{days[0]},competitor,Acme\n"
    assert run("outcomes", write(header + told, name="first.csv"))["created"] == 2
    lines = Event.objects.count()
    assert run("outcomes", write(header + told, name="again.csv"))["unchanged"] == 2
    assert Event.objects.count() == lines
    better = f"ann@x.test,{days[0]},9500,{days[2]},,,\nbob@x.test,,,,{days[0]},competitor,Bolt\n"
    assert run("outcomes", write(header + better, name="better.csv"))["updated"] == 2
    assert list(Outcome.objects.order_by("lead__email").values_list("amount", "competitor", "version")) == [
        (9500, "", 2), (None, "Bolt", 2),
    ]  # fmt: skip
    assert Outcome.objects.get(kind="opportunity").expected_on == (at + 90 * DAY).date()
    assert Event.objects.filter(kind="outcome_corrected").count() == 2
    assert Event.objects.count() == lines + 2
    assert not broken()


def test_what_a_file_tells_is_judged_by_the_clock(history: Write, cast: Cast, run: Any) -> None:
    path = history(
        OUTCOMES
        + "ann@ann.test,2026-01-08 10:00,rep@alignment.test,accepted,,,,,2026-01-20,9000,2026-02-01,\n"
        + "bob@bob.test,2026-01-20 10:00,Old Hand,rejected,Too small,buyer_said,Nine people,,,,,\n"
        + "cat@cat.test,,Old Hand,,,,,,,,,\n"
        + "dan@dan.test,2026-01-06,,nurture,contract_runs,,,2026-06-01,,,,\n"
        + "nobody@x.test,,,,,,,,,,2026-02-01,\n"
        + "eve@eve.test,,,rejected,,,,,,,,\n",
        name="outcomes.csv",
    )
    told = run("outcomes", path)
    assert [told[k] for k in ("rows", "created", "updated", "unchanged", "refused")] == [6, 3, 1, 0, 2]
    now = datetime(2026, 9, 1, tzinfo=UTC)
    states = {h.lead.first_name or h.lead.email[:3]: clock.state(h, now).value for h in Handoff.objects.all()}
    assert states == {"ann": "met", "bob": "breached", "cat": "released", "dan": "met", "eve": "released"}
    assert dict(Lead.objects.values_list("email", "stage")) == {
        "ann@ann.test": "won", "bob@bob.test": "rejected", "cat@cat.test": "handed_off", "dan@dan.test": "nurture",
        "eve@eve.test": "handed_off",
    }  # fmt: skip
    assert list(Outcome.objects.values_list("kind", "amount")) == [("opportunity", 9000), ("won", 9000)]
    assert Handoff.objects.get(lead__email="cat@cat.test").rep.name == "Old Hand"
    assert Verdict.objects.get(handoff__lead__email="bob@bob.test").note == "Nine people"
    again = run("outcomes", path)
    assert [again[k] for k in ("created", "updated", "unchanged", "refused")] == [0, 0, 4, 2]
    assert Response.objects.count() == 3


def test_an_amount_told_later_corrects_the_outcome(history: Write, run: Any) -> None:
    head = "email,won_at,amount\n"
    assert run("outcomes", history(head + "ann@ann.test,2026-02-01,\n"))["created"] == 1
    assert run("outcomes", history(head + "ann@ann.test,2026-02-01,500\n"))["updated"] == 1
    assert Outcome.objects.get().amount == 500


# --- moments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("responded_at", "Responded at"), ("opportunity_at", "Opportunity at"), ("won_at", "Won at"),
        ("lost_at", "Lost at"),
    ],
)  # fmt: skip
def test_what_lies_in_the_future_is_refused(field: str, label: str, history: Write, run: Any) -> None:
    ahead = (timezone.now() + timedelta(minutes=5)).isoformat()
    text = f"email,reason,{field}\nann@ann.test,too_small,{ahead}\nbob@bob.test,too_small,8999-01-01\n"
    assert run("outcomes", history(text))["refused"] == 2
    assert {row.sentence for row in ImportRow.objects.all()} == {
        f"“{label}” lies in the future. Write a moment that has passed."
    }


def test_a_day_alone_is_no_answer_before_the_touch(history: Write, run: Any) -> None:
    made = Handoff.objects.get(lead__email="ann@ann.test")
    path = history("email,responded_at\nann@ann.test,2026-01-05\n")
    assert run("outcomes", path)["created"] == 1
    answered = Handoff.objects.get(pk=made.pk)
    assert answered.at == answered.responded_at < made.at
    assert (answered.due_at, clock.state(answered, timezone.now())) == (made.due_at, clock.State.MET)
    assert run("outcomes", path)["unchanged"] == 1


def test_an_answer_between_two_old_touches_is_taken(history: Write, run: Any) -> None:
    run("leads", history("email,captured_at,job_title,employees,industry,country,kind\n" + "".join(
        f"eva@eva.test,{at},Head of procurement,640,Machinery,Germany,quote\n" for at in ("2026-01-05", "2026-02-10")
    )))  # fmt: skip
    made = Handoff.objects.get(lead__email="eva@eva.test")
    assert run("outcomes", history("email,responded_at\neva@eva.test,2026-01-20 10:00\n"))["created"] == 1
    answered = Handoff.objects.get(pk=made.pk)
    assert (answered.at, answered.due_at) == (answered.responded_at, made.due_at)


def test_an_answer_before_the_first_contact_is_refused(history: Write, run: Any) -> None:
    told = run("outcomes", history("email,responded_at\nann@ann.test,2026-01-04 23:59\n"))
    assert (told["refused"], Response.objects.count()) == (1, 0)
    assert ImportRow.objects.get().sentence == "The response is dated before the first contact on 2026-01-05."


def test_an_answer_before_a_live_handoff_is_refused(cast: Cast, write: Write, run: Any, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    text = f"email,responded_at\nann@x.test,{(made.at - timedelta(hours=1)).isoformat()}\n"
    assert run("outcomes", write(text))["refused"] == 1
    assert "before the handoff of 2026-09-16" in ImportRow.objects.get().sentence


# --- handoffs that are open --------------------------------------------------------------------


def tell(**row: Any) -> str:
    (told,) = tell_outcomes([{"number": 2, "email": "ann@x.test", **row}], at=timezone.now(), by=None)
    return told.result


def test_an_outcome_answers_and_accepts_an_open_handoff(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    row = {"opportunity_at": now - DAY, "won_at": now + DAY, "responded_by": "rep@alignment.test"}
    assert tell(**row) == "created"
    made.refresh_from_db()
    assert made.responded_at == made.verdict_at == made.closed_at == made.at
    assert [(r.kind, r.by) for r in made.responses.all()] == [("other", cast.rep)]
    assert (made.verdict.verdict, made.verdict.by, made.lead.stage) == ("accepted", cast.rep, "won")
    kinds = list(Event.objects.filter(lead=made.lead, by=cast.rep).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["verdict_given", "outcome_opportunity"]
    assert tell(**row) == "unchanged"


def test_an_answer_of_the_same_row_stays_the_first(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    tell(responded_at=now + DAY, won_at=now + 3 * DAY)
    made.refresh_from_db()
    assert (made.responded_at, made.verdict_at, made.responses.count()) == (now + DAY, now + 3 * DAY, 1)


def test_a_verdict_of_the_same_row_is_the_verdict(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    tell(responded_at=now + DAY, verdict="rejected", reason="too_small", won_at=now + 3 * DAY)
    made.refresh_from_db()
    assert (made.verdict.verdict, made.closed_at, made.lead.stage) == ("rejected", now + DAY, "won")


def test_an_outcome_leaves_imported_history_as_it_is(history: Write, run: Any) -> None:
    assert run("outcomes", history("email,won_at\nann@ann.test,2026-02-01\n"))["created"] == 1
    made = Handoff.objects.get(lead__email="ann@ann.test")
    assert (made.released_why, made.responded_at, Verdict.objects.count()) == ("not_recorded", None, 0)


def test_an_answer_to_a_released_handoff_is_kept_and_not_judged(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    Handoff.objects.filter(pk=made.pk).update(released_at=now, released_why="grade_fell", closed_at=now)
    assert tell(responded_at=now + DAY) == "created"
    made.refresh_from_db()
    assert (made.responses.get().at, made.responded_at, made.released_why) == (now + DAY, None, "grade_fell")


# --- stages and verdicts -----------------------------------------------------------------------


def test_an_opportunity_told_late_takes_back_no_win(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now)
    tell(won_at=now + 2 * DAY)
    tell(opportunity_at=now + DAY)
    ann.refresh_from_db()
    assert (ann.stage, ann.outcomes.count()) == ("won", 2)


def test_what_does_not_fit_a_verdict_is_not_kept(history: Write, run: Any) -> None:
    head = "email,verdict,reason,evidence,wake_up_on\n"
    rows = "ann@ann.test,accepted,too_small,,2026-12-01\nbob@bob.test,rejected,no_answer,buyer_said,\n"
    assert run("outcomes", history(head + rows))["created"] == 2
    ann, bob = (Verdict.objects.get(handoff__lead__email=email) for email in ("ann@ann.test", "bob@bob.test"))
    assert (ann.reason, ann.wake_up_on) == (None, None)
    assert bob.evidence == "no_contact"
    assert Event.objects.get(kind="verdict_given", lead=ann.handoff.lead).data["reason"] == ""


# --- many rows ---------------------------------------------------------------------------------


def selects(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        act()
    return sum(query["sql"].startswith("SELECT") for query in caught.captured_queries)


def test_what_a_chunk_reads_does_not_grow_with_its_rows(history: Write, run: Any, cast: Cast) -> None:
    def rows(names: list[str]) -> list[dict[str, Any]]:
        at = datetime(2026, 1, 6, tzinfo=UTC)
        said = {"responded_at": at, "verdict": "accepted", "won_at": at, "responded_by": "rep@alignment.test"}
        return [{"number": n, "email": f"{name}@{name}.test", **said} for n, name in enumerate(names, start=2)]

    def count(names: list[str]) -> int:
        return selects(lambda: tell_outcomes(rows(names), at=timezone.now(), by=None))

    assert count(["ann"]) == count(["bob", "cat", "dan", "eve"]) <= 10
    assert (Response.objects.count(), Verdict.objects.count()) == (5, 5)
