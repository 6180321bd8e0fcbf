"""A rejection is appealed by marketing, answered by sales, and settled by a manager of each side."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from alignment.invariants import broken
from alignment.today import needs
from common.errors import DomainError
from feedback.appealing import answer_appeal, appeal, settle_appeal
from feedback.appeals import awaiting, overturn_rate
from feedback.correcting import correct_verdict
from feedback.models import Appeal, Reason, Verdict
from feedback.undoing import undo_answer
from feedback.verdicts import Judgement, give_verdict
from leads.intake import take_in
from leads.models import Event, Handoff, Lead
from leads.privacy import erase_person
from leads.timeline import timeline
from notices.models import Notification
from tests.cast import Cast, handoff, make_cast, row

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "She asked for a quote twice"


@pytest.fixture
def now() -> datetime:
    """This moment: notices that nobody delivers may only be young."""
    return timezone.now()


def rejection(cast: Cast, now: datetime, email: str = "ann@x.test") -> Verdict:
    made = handoff(email, now - 2 * DAY, cast.rep)
    said = Judgement(verdict="rejected", reason=Reason.objects.get(key="too_small"))
    return give_verdict(made, said, by=cast.rep, at=now - DAY)


@pytest.fixture
def rejected(cast: Cast, now: datetime) -> Verdict:
    return rejection(cast, now)


@pytest.fixture
def made(rejected: Verdict, cast: Cast, now: datetime) -> Appeal:
    return appeal(rejected, WHY, by=cast.marketer, at=now)


def told(kind: str = "appeal") -> set[str]:
    """Who is told of the latest appeal act, by the key of its notices."""
    latest = Notification.objects.filter(kind=kind).latest("pk")
    return set(Notification.objects.filter(key=latest.key).values_list("person__name", flat=True))


def lead_of(verdict: Verdict) -> Lead:
    return Lead.objects.get(pk=verdict.handoff.lead_id)


def both_say(made: Appeal, word: str, cast: Cast, at: datetime) -> Appeal:
    settle_appeal(made, word, "", version=made.version, by=cast.marketing_manager, at=at)
    return settle_appeal(made, word, "As agreed", version=made.version + 1, by=cast.sales_manager, at=at)


# --- made -----------------------------------------------------------------------------------------


def test_an_appeal_is_kept_with_its_evidence_and_told_to_those_concerned(
    rejected: Verdict, cast: Cast, now: datetime
) -> None:
    lines = Event.objects.count()
    made = appeal(rejected, f" {WHY} ", by=cast.marketer, at=now)
    assert (made.evidence, made.by, made.at, made.settled_at) == (WHY, cast.marketer, now, None)
    assert Event.objects.count() == lines + 1
    line = timeline(lead_of(rejected))[0]
    assert (line.fact, line.detail, line.side) == ("The rejection is appealed", f"“{WHY}”", "marketing")
    assert told() == {"Rep", "Sales Manager", "Marketing Manager"}
    assert lead_of(rejected).stage == "rejected"


@pytest.mark.parametrize("who", ["rep", "other_rep", "sales_manager"])
def test_only_marketing_appeals(rejected: Verdict, cast: Cast, now: datetime, who: str) -> None:
    assert refusal(lambda: appeal(rejected, WHY, by=cast.everybody[who], at=now)) == "not_marketing"


def refusal(act: Any) -> str:
    before = list(Appeal.objects.values()), Event.objects.count(), Handoff.objects.count()
    with pytest.raises(DomainError) as refused:
        act()
    assert (list(Appeal.objects.values()), Event.objects.count(), Handoff.objects.count()) == before
    return refused.value.code


def test_what_can_not_be_appealed_is_refused(rejected: Verdict, cast: Cast, now: datetime) -> None:
    accepted = give_verdict(handoff("bob@y.test", now, cast.rep), Judgement(verdict="accepted"), by=cast.rep)
    assert refusal(lambda: appeal(accepted, WHY, by=cast.marketer, at=now)) == "not_rejected"
    assert refusal(lambda: appeal(rejected, "  ", by=cast.marketer, at=now)) == "evidence_missing"
    first = appeal(rejected, WHY, by=cast.marketer, at=now)
    assert refusal(lambda: appeal(rejected, WHY, by=cast.marketing_manager, at=now)) == "appealed"
    both_say(first, "overturned", cast, now)
    assert refusal(lambda: appeal(rejected, WHY, by=cast.marketer, at=now)) == "overturned"


def test_after_an_upheld_one_there_may_be_another_with_more(made: Appeal, cast: Cast, now: datetime) -> None:
    both_say(made, "upheld", cast, now)
    appeal(made.verdict, "She called again", by=cast.marketer, at=now + DAY)
    assert Appeal.objects.open().count() == 1


def test_an_appealed_rejection_is_neither_taken_back_nor_turned(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    why = Reason.objects.get(key="too_small")
    verdict = give_verdict(made, Judgement(verdict="rejected", reason=why), by=cast.rep)
    at = timezone.now()
    appeal(verdict, WHY, by=cast.marketer, at=at)
    assert refusal(lambda: undo_answer(made, by=cast.rep, at=at)) == "moved_on"
    accepted = Judgement(verdict="accepted")
    assert refusal(lambda: correct_verdict(verdict, accepted, version=1, by=cast.rep, at=at)) == "appealed"
    mended = Judgement(verdict="rejected", reason=why, note="Ten people")
    assert correct_verdict(verdict, mended, version=1, by=cast.rep, at=at).note == "Ten people"


# --- answered -------------------------------------------------------------------------------------


def test_sales_answers_and_the_appellant_is_told(made: Appeal, cast: Cast, now: datetime) -> None:
    lines = Event.objects.count()
    found = answer_appeal(made, "Ten people in all", version=1, by=cast.mate, at=now)
    assert (found.answer, found.answered_by, found.version) == ("Ten people in all", cast.mate, 2)
    assert Event.objects.count() == lines + 1
    assert told() == {"Marketer"}


@pytest.mark.parametrize(
    ("who", "text", "version", "code"),
    [
        ("marketer", "No", 1, "not_sales"),
        ("other_rep", "No", 1, "not_sales"),
        ("rep", " ", 1, "answer_missing"),
        ("rep", "No", 7, "stale"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    made: Appeal, cast: Cast, now: datetime, who: str, text: str, version: int, code: str
) -> None:
    assert refusal(lambda: answer_appeal(made, text, version=version, by=cast.everybody[who], at=now)) == code


# --- settled --------------------------------------------------------------------------------------


def test_one_side_alone_settles_nothing_and_the_other_is_told(made: Appeal, cast: Cast, now: datetime) -> None:
    found = settle_appeal(made, "overturned", "Look again", version=1, by=cast.marketing_manager, at=now)
    assert (found.marketing_word, found.marketing_by, found.settled_at) == ("overturned", cast.marketing_manager, None)
    assert (told(), lead_of(made.verdict).stage) == ({"Sales Manager"}, "rejected")


def test_a_side_may_change_its_word_until_both_say_the_same(made: Appeal, cast: Cast, now: datetime) -> None:
    settle_appeal(made, "overturned", "", version=1, by=cast.marketing_manager, at=now)
    found = settle_appeal(made, "upheld", "", version=2, by=cast.sales_manager, at=now)
    assert found.settled_at is None
    found = settle_appeal(made, "upheld", "", version=3, by=cast.marketing_manager, at=now + DAY)
    assert (found.result, found.settled_at) == ("upheld", now + DAY)
    assert Event.objects.filter(kind__in=["appeal_judged", "appeal_settled"]).count() == 3
    assert (lead_of(made.verdict).stage, Handoff.objects.count()) == ("rejected", 1)
    assert told() == {"Marketer", "Rep", "Sales Manager"} - {"Sales Manager"}
    assert not broken()


def test_an_overturned_rejection_goes_back_to_sales_to_somebody_else(made: Appeal, cast: Cast, now: datetime) -> None:
    found = both_say(made, "overturned", cast, now)
    again = Handoff.objects.open().get()
    assert (found.result, again.at, again.due_at) == ("overturned", now, now + 7 * DAY)
    assert again.rep not in (None, cast.rep)
    assert (lead_of(made.verdict).stage, lead_of(made.verdict).owner) == ("handed_off", again.rep)
    line = next(one for one in timeline(lead_of(made.verdict)) if one.fact.startswith("Appeal settled"))
    assert (line.fact, line.detail) == ("Appeal settled by both sides: overturned", "sales looks again · “As agreed”")
    made.verdict.refresh_from_db()
    assert made.verdict.verdict == "rejected"
    assert not broken()


def test_one_whose_grade_fell_goes_to_marketings_list(made: Appeal, cast: Cast, now: datetime) -> None:
    Lead.objects.update(grade="C")
    both_say(made, "overturned", cast, now)
    assert (lead_of(made.verdict).stage, Handoff.objects.open().count()) == ("new", 0)
    assert not broken()


def test_a_lead_that_has_moved_on_stays_where_it_is(made: Appeal, cast: Cast, now: datetime) -> None:
    take_in([row("ann@x.test", now, "A")], at=now)
    before = Handoff.objects.open().get()
    both_say(made, "overturned", cast, now)
    assert Handoff.objects.open().get() == before
    assert not broken()


@pytest.mark.parametrize("who", ["marketer", "rep", "mate"])
def test_only_managers_and_admins_settle(made: Appeal, cast: Cast, now: datetime, who: str) -> None:
    assert refusal(lambda: settle_appeal(made, "upheld", "", version=1, by=cast.everybody[who], at=now)) == "not_yours"


def test_a_word_that_is_none_or_late_is_refused(made: Appeal, cast: Cast, now: datetime) -> None:
    boss = cast.sales_manager
    assert refusal(lambda: settle_appeal(made, "maybe", "", version=1, by=boss, at=now)) == "unknown_word"
    assert refusal(lambda: settle_appeal(made, "upheld", "", version=3, by=boss, at=now)) == "stale"
    both_say(made, "upheld", cast, now)
    assert refusal(lambda: settle_appeal(made, "overturned", "", version=3, by=boss, at=now)) == "settled"
    assert refusal(lambda: answer_appeal(made, "Late", version=3, by=cast.rep, at=now)) == "settled"


def test_an_erased_person_is_appealed_no_more(made: Appeal, cast: Cast, now: datetime) -> None:
    erase_person(lead_of(made.verdict), why="asked", by=cast.sales_manager, at=now)
    made.refresh_from_db()
    assert (made.evidence, WHY in str(list(Event.objects.values_list("data", flat=True)))) == ("", False)
    boss = cast.sales_manager
    assert refusal(lambda: settle_appeal(made, "upheld", "", version=1, by=boss, at=now)) == "erased"
    assert not awaiting(boss).exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_settle_at_once_hand_it_off_once(now: datetime) -> None:
    cast = make_cast()
    made = appeal(rejection(cast, now), WHY, by=cast.marketer, at=now)
    settle_appeal(made, "overturned", "", version=1, by=cast.marketing_manager, at=now)
    codes: list[str] = []
    gate = threading.Barrier(4)

    def run() -> None:
        try:
            gate.wait()
            settle_appeal(made, "overturned", "", version=2, by=cast.sales_manager, at=now)
            codes.append("settled now")
        except DomainError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["settled"] * 3 + ["settled now"]
    assert (Handoff.objects.open().count(), Handoff.objects.count()) == (1, 2)
    assert Event.objects.filter(kind="appeal_settled").count() == 1


# --- the pages ------------------------------------------------------------------------------------


def test_the_rate_opens_exactly_the_appeals_that_it_counts(cast: Cast, now: datetime, client: Client) -> None:
    for name, word in (("ann", "overturned"), ("bob", "upheld"), ("eve", "upheld"), ("tom", "")):
        made = appeal(rejection(cast, now, f"{name}@{name}.test"), f"Look at {name}", by=cast.marketer, at=now)
        if word:
            both_say(made, word, cast, now)
    old = appeal(rejection(cast, now, "old@old.test"), "Look at old", by=cast.marketer, at=now - 400 * DAY)
    both_say(old, "overturned", cast, now - 400 * DAY)
    rate = overturn_rate(cast.sales_manager, now)
    assert (rate.numerator, rate.denominator, rate.too_few) == (1, 3, True)
    client.force_login(cast.sales_manager)
    shown = {
        asked: {name for name in ("ann", "bob", "eve", "tom", "old") if f"Look at {name}" in page}
        for asked in ("", "?result=overturned", "?result=settled")
        for page in [client.get(f"/appeals/{asked}").content.decode()]
    }
    assert shown == {
        "": {"ann", "bob", "eve", "tom"}, "?result=overturned": {"ann"}, "?result=settled": {"ann", "bob", "eve"},
    }  # fmt: skip


def test_an_appeal_is_made_answered_and_settled_in_forms(rejected: Verdict, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    said = f"/leads/{rejected.handoff.lead_id}/said/"
    url = f"/handoffs/{rejected.handoff_id}/appeals/"
    assert url in client.get(said).content.decode()
    assert client.post(url, {"evidence": ""}).status_code == 422
    page = client.post(url, {"evidence": WHY})["Location"]
    assert page in client.get(said).content.decode()
    client.force_login(cast.rep)
    assert client.post(f"{page}answers/", {"version": 1, "answer": "Ten people"}).status_code == 302
    stale = client.post(f"{page}answers/", {"version": 1, "answer": "A long story"})
    assert (stale.status_code, "A long story" in stale.content.decode()) == (409, True)
    for who, version in ((cast.sales_manager, 2), (cast.marketing_manager, 3)):
        client.force_login(who)
        assert [item.title for item in needs(who, timezone.now()) if "appeal" in item.url] == [
            "1 appeal waits for your side"
        ]
        assert client.post(f"{page}words/", {"version": version, "word": "overturned"}).status_code == 302
    assert "Overturned by both sides" in client.get(page).content.decode()
    assert Appeal.objects.get().result == "overturned"


def test_who_does_not_see_the_lead_does_not_see_its_appeal(made: Appeal, cast: Cast, client: Client) -> None:
    client.force_login(cast.other_rep)
    assert client.get(made.get_absolute_url()).status_code == 404
    assert WHY not in client.get("/appeals/").content.decode()
