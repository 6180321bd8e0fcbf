"""Acts on many leads: who may, what changes, what is told, and how it is taken back."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from common.errors import DomainError
from feedback.verdicts import Judgement, give_verdict
from leads import bulk
from leads.handoffs import hand_off_now
from leads.models import Event, Handoff, Lead
from leads.reassigning import reassign
from leads.tagging import tag
from leads.timeline import timeline
from notices.models import Notification
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ALL = Lead.objects.all()


def kinds(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


# --- reassigning ----------------------------------------------------------------------------------


def test_reassigning_moves_the_work_and_no_clock(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now - DAY, cast.rep)
    assert reassign(ALL.all(), rep=cast.other_rep, by=cast.sales_manager, at=now) == 1
    moved = Handoff.objects.get()
    assert (moved.rep, moved.team, moved.lead.owner) == (cast.other_rep, cast.other_rep.team, cast.other_rep)
    assert (moved.at, moved.due_at, moved.risk_at) == (made.at, made.due_at, made.risk_at)
    told = Event.objects.get(kind="reassigned")
    assert (told.by, told.at, told.data["rep"], told.data["from_rep"]) == (
        cast.sales_manager, now, cast.other_rep.pk, cast.rep.pk,
    )  # fmt: skip
    assert timeline(moved.lead)[0].fact == "Passed from Rep to Other Rep"
    assert Notification.objects.get().title == "1 lead is yours now"
    assert not Lead.objects.visible_to(cast.rep).exists()


def test_reassigning_again_changes_nothing(cast: Cast, now: datetime) -> None:
    handoff("ann@x.test", now, cast.rep)
    assert reassign(ALL.all(), rep=cast.rep, by=cast.sales_manager, at=now) == 0
    assert kinds("reassigned") == 0
    assert not Notification.objects.exists()


def test_what_waits_in_the_queue_can_be_assigned(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    Handoff.objects.filter(pk=made.pk).update(rep=None)
    assert reassign(ALL.all(), rep=cast.mate, by=cast.sales_manager, at=now) == 1
    assert "the queue" in Notification.objects.get().detail


@pytest.mark.parametrize("role", ["rep", "marketer", "marketing_manager"])
def test_only_managers_of_sales_reassign(role: str, cast: Cast, now: datetime) -> None:
    handoff("ann@x.test", now, cast.rep)
    with pytest.raises(DomainError) as refused:
        reassign(ALL.all(), rep=cast.mate, by=cast.everybody[role], at=now)
    assert refused.value.code == "not_yours"
    assert Handoff.objects.get().rep == cast.rep


def test_a_lead_is_given_to_somebody_of_sales(cast: Cast, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        reassign(ALL.all(), rep=cast.marketer, by=cast.sales_manager, at=now)
    assert refused.value.code == "not_a_rep"


def test_closed_handoffs_stay_whose_they_were(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep, at=now)
    done = bulk.assign(ALL.all(), rep=cast.mate, by=cast.sales_manager, at=now)
    assert (done.count, done.skipped) == (0, [(1, "not with sales")])
    assert Handoff.objects.get().rep == cast.rep


# --- handing off ----------------------------------------------------------------------------------


def test_handing_off_now_takes_what_may_go_and_says_what_may_not(cast: Cast, now: datetime) -> None:
    handoff("with.sales@x.test", now, cast.rep)
    handoff("woken@x.test", now - 3 * DAY, cast.rep)
    Handoff.objects.filter(lead__email="woken@x.test").update(closed_at=now - DAY)
    Lead.objects.filter(email="woken@x.test").update(stage="nurture", wake_up_on=now.date())
    handoff("quiet@x.test", now - 3 * DAY, cast.rep)
    Handoff.objects.filter(lead__email="quiet@x.test").update(closed_at=now - DAY)
    Lead.objects.filter(email="quiet@x.test").update(stage="new", do_not_contact=True)
    lead("cold@gmail.com", now, "D")
    done = bulk.hand_off(ALL.all(), by=cast.marketer, at=now)
    assert done.count == 1
    assert {why: count for count, why in done.skipped} == {
        "with sales already": 1, "not to be contacted": 1, "of grade C or D, which stay with marketing": 1,
    }  # fmt: skip
    woken = Lead.objects.get(email="woken@x.test")
    assert (woken.stage, woken.wake_up_on) == ("handed_off", None)
    again = woken.handoffs.get(closed_at=None)
    assert (again.at, again.due_at) == (now, now + 7 * DAY)
    assert Event.objects.filter(lead=woken, kind="handed_off", at=now, by=cast.marketer).count() == 1


def test_a_rep_hands_nothing_off(cast: Cast, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        hand_off_now(ALL.all(), by=cast.rep, at=now)
    assert refused.value.code == "not_yours"


# --- tags -----------------------------------------------------------------------------------------


def test_a_tag_is_put_on_once_and_taken_off(cast: Cast, now: datetime) -> None:
    ann, bob = lead("ann@gmail.com", now), lead("bob@gmail.com", now)
    assert tag(ALL.filter(pk=ann.pk), word=" Trade  Fair ", by=cast.marketer, at=now) == [ann.pk]
    assert tag(ALL.all(), word="trade fair", by=cast.marketer, at=now) == [bob.pk]
    assert Lead.objects.get(pk=ann.pk).tags == ["trade fair"]
    assert kinds("tagged") == 2
    assert tag(ALL.all(), word="trade fair", by=cast.marketer, at=now, off=True) == [ann.pk, bob.pk]
    assert Lead.objects.get(pk=bob.pk).tags == []
    assert timeline(ann)[0].fact == "Tag taken off: trade fair"


@pytest.mark.parametrize("word", ["", "  ", ",", "x" * 41])
def test_a_tag_is_a_word(word: str, cast: Cast, now: datetime) -> None:
    lead("ann@gmail.com", now)
    with pytest.raises(DomainError) as refused:
        tag(ALL.all(), word=word, by=cast.marketer, at=now)
    assert refused.value.code == "no_tag"
    assert kinds("tagged") == 0


# --- which leads ----------------------------------------------------------------------------------


def test_an_act_reaches_only_leads_that_the_person_sees(cast: Cast, now: datetime) -> None:
    ours, theirs = handoff("ours@x.test", now, cast.rep), handoff("theirs@x.test", now, cast.other_rep)
    ids = [str(ours.lead_id), str(theirs.lead_id), "x", "9" * 30]
    assert [one.pk for one in bulk.chosen(cast.rep, ids=ids, query="", all_of_them=False)] == [ours.lead_id]
    assert [one.pk for one in bulk.chosen(cast.rep, ids=[], query="grade=A", all_of_them=True)] == [ours.lead_id]


@pytest.mark.parametrize(
    ("query", "all_of_them", "code"),
    [("", False, "nobody"), ("grade=E", True, "invalid"), ("grade=B", True, "nobody"), ("", True, "too_many")],
)
def test_an_act_on_nobody_or_on_too_many_is_refused(
    query: str, all_of_them: bool, code: str, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 1)
    lead("a@gmail.com", now)
    lead("b@gmail.com", now)
    with pytest.raises(DomainError) as refused:
        bulk.chosen(cast.marketer, ids=[], query=query, all_of_them=all_of_them)
    assert refused.value.code == code


# --- the page -------------------------------------------------------------------------------------


def test_the_page_tells_what_was_done_and_takes_a_tag_back(cast: Cast, now: datetime, client: Client) -> None:
    lead("ann@gmail.com", now)
    bob = lead("bob@gmail.com", now)
    tag(ALL.filter(pk=bob.pk), word="fair", by=cast.marketer, at=now)
    client.force_login(cast.marketer)
    sent = {"act": "tag", "tag": "Fair", "all": "1", "query": "q=gmail", "back": "q=gmail"}
    answer = client.post("/leads/acts/", sent, follow=True)
    assert answer.redirect_chain == [("/leads/?q=gmail", 302)]
    told = next(iter(answer.context["messages"]))
    assert told.message == "1 lead changed; 1 had it already."
    client.post(told.extra_tags)
    assert {one.email: one.tags for one in Lead.objects.all()} == {"ann@gmail.com": [], "bob@gmail.com": ["fair"]}


def test_a_rep_who_assigns_is_told_no(cast: Cast, now: datetime, client: Client) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    client.force_login(cast.rep)
    sent = {"act": "assign", "rep": cast.mate.pk, "lead": made.lead_id}
    answer = client.post("/leads/acts/", sent, follow=True)
    assert [str(m) for m in answer.context["messages"]] == ["Managers of sales give leads to another rep."]
    assert Handoff.objects.get().rep == cast.rep
