"""Marketing thanks for an answer or asks back, sales replies, and each side hears of the other."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from alignment.invariants import broken
from common.errors import DomainError
from feedback.commenting import LONGEST, ask_back, reply, thank
from feedback.models import Comment, Reason
from feedback.responses import respond
from feedback.undoing import undo_answer
from feedback.verdicts import Judgement, give_verdict
from leads.merging import merge
from leads.models import Event, Handoff
from leads.privacy import erase_person
from leads.timeline import timeline
from leads.unmerging import undo_merge
from notices.models import Notification
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TALK = ("thanked", "asked_back", "replied")


@pytest.fixture
def now() -> datetime:
    """This moment: notices that nobody delivers may only be young."""
    return timezone.now()


@pytest.fixture
def answered(cast: Cast, now: datetime) -> Handoff:
    made = handoff("ann@x.test", now - 2 * DAY, cast.rep, campaign="fair")
    said = Judgement(verdict="rejected", reason=Reason.objects.get(key="too_small"), note="Four people in a garage")
    give_verdict(made, said, by=cast.rep, at=now - DAY)
    return Handoff.objects.get(pk=made.pk)


def told() -> list[tuple[str, str, str]]:
    rows = Notification.objects.filter(kind__in=("thanks", "asked_back")).order_by("pk")
    return list(rows.values_list("person__name", "kind", "detail"))


def code_of(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        verb(*args, **given)
    return refused.value.code


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_side_hears_of_the_other_and_each_act_is_one_line(answered: Handoff, cast: Cast, now: datetime) -> None:
    thank(answered, by=cast.marketer, at=now)
    ask_back(answered, " Which plant? ", by=cast.marketer, at=now)
    reply(answered, "The one in Chile", by=cast.mate, at=now)
    reply(answered, "It closes in May", by=cast.rep, at=now)
    assert told() == [
        ("Rep", "thanks", ""), ("Rep", "asked_back", "Which plant?"),
        ("Marketer", "asked_back", "The one in Chile"), ("Marketer", "asked_back", "It closes in May"),
    ]  # fmt: skip
    lines = Event.objects.filter(kind__in=TALK).order_by("pk").values_list("kind", "by__name", "data")
    assert list(lines) == [
        ("thanked", "Marketer", {}), ("asked_back", "Marketer", {"note": "Which plant?"}),
        ("replied", "Mate", {"note": "The one in Chile"}), ("replied", "Rep", {"note": "It closes in May"}),
    ]  # fmt: skip
    facts = [line.fact for line in timeline(answered.lead)][:4]
    assert facts == ["Sales replied", "Sales replied", "Marketing asks back", "Marketing thanks for the answer"]
    assert not broken()


def test_nobody_thanks_twice_and_a_form_sent_twice_says_nothing_twice(
    answered: Handoff, cast: Cast, now: datetime
) -> None:
    thank(answered, by=cast.marketer, at=now)
    assert code_of(thank, answered, by=cast.marketer, at=now) == "thanked"
    thank(answered, by=cast.marketing_manager, at=now)
    for _n in range(2):
        ask_back(answered, "Which plant?", by=cast.marketer, at=now)
    assert [one.kind for one in Comment.objects.all()] == ["thanks", "thanks", "question"]
    assert Event.objects.filter(kind__in=TALK).count() == len(told()) == 3


@pytest.mark.parametrize(
    ("who", "act", "text", "code"),
    [
        ("rep", thank, None, "not_marketing"),
        ("sales_manager", ask_back, "Why?", "not_marketing"),
        ("marketer", ask_back, "  ", "text_missing"),
        ("marketer", ask_back, "x" * (LONGEST + 1), "text_too_long"),
        ("rep", reply, "Because", "not_asked"),
        ("marketer", reply, "Because", "not_sales"),
        ("other_rep", reply, "Because", "not_sales"),
    ],
)
def test_refusals_leave_nothing_behind(
    answered: Handoff, cast: Cast, now: datetime, who: str, act: Any, text: str | None, code: str
) -> None:
    said = () if text is None else (text,)
    assert code_of(act, answered, *said, by=cast.everybody[who], at=now) == code
    assert (Comment.objects.count(), told(), Event.objects.filter(kind__in=TALK).count()) == (0, [], 0)


def test_nothing_is_asked_before_an_answer_and_nothing_after_an_erasure(
    answered: Handoff, cast: Cast, now: datetime
) -> None:
    silent = handoff("bob@x.test", now - DAY, cast.rep)
    assert code_of(thank, silent, by=cast.marketer, at=now) == "not_answered"
    ask_back(answered, "Which plant?", by=cast.marketer, at=now)
    erase_person(answered.lead, why="asked", by=cast.admin, at=now)
    assert code_of(reply, answered, "In Chile", by=cast.sales_manager, at=now) == "erased"
    assert code_of(ask_back, answered, "And?", by=cast.marketer, at=now) == "erased"
    assert Comment.objects.get().text == ""


def test_a_question_to_somebody_who_is_gone_reaches_the_rep_of_today(
    answered: Handoff, cast: Cast, now: datetime
) -> None:
    Handoff.objects.filter(pk=answered.pk).update(rep=cast.mate)
    User.objects.filter(pk=cast.rep.pk).update(is_active=False)
    ask_back(answered, "Which plant?", by=cast.marketer, at=now)
    assert [name for name, *_rest in told()] == ["Mate"]


def test_the_talk_follows_its_lead_into_a_merge_and_back(answered: Handoff, cast: Cast, now: datetime) -> None:
    ask_back(answered, "Which plant?", by=cast.marketer, at=now)
    other = lead("ann@y.test", now)
    merged = merge(other, answered.lead, by=cast.marketer, at=now)
    assert Comment.objects.get().handoff.lead == other
    undo_merge(merged, by=cast.marketer, at=now)
    assert Comment.objects.get().handoff.lead_id == answered.lead_id


def test_an_answer_that_was_asked_about_is_not_taken_back(cast: Cast, now: datetime) -> None:
    made = handoff("bob@x.test", now - DAY, cast.rep)
    respond(made, by=cast.rep, kind="call", at=now)
    ask_back(made, "Which plant?", by=cast.marketer, at=now)
    assert code_of(undo_answer, made, by=cast.rep, at=now) == "moved_on"


def test_on_the_lead_page_each_side_finds_its_act(answered: Handoff, cast: Cast) -> None:
    url, page = f"/handoffs/{answered.pk}/comments/", f"/leads/{answered.lead_id}/said/"
    marketer, rep = signed_in(cast.marketer), signed_in(cast.rep)
    assert 'value="reply"' not in rep.get(page).content.decode()
    asked = marketer.post(url, {"act": "question", "text": "Which <plant>?"})
    assert asked["Location"] == f"/leads/{answered.lead_id}/#said"
    seen = rep.get(page).content.decode()
    assert ('value="reply"' in seen, 'value="thanks"' in seen, "Which &lt;plant&gt;?" in seen) == (True, False, True)
    refused = rep.post(url, {"act": "reply", "text": "x" * 2001})
    assert refused.status_code == 422
    assert "x" * 2001 + "</textarea>" in refused.content.decode()
    assert rep.post(url, {"act": "reply", "text": "In Chile"}).status_code == 302
    assert "In Chile" in marketer.get(page).content.decode()


def test_on_the_campaign_page_one_press_thanks_and_stays_so(answered: Handoff, cast: Cast) -> None:
    marketer, url = signed_in(cast.marketer), f"/handoffs/{answered.pk}/comments/"
    reasons = "/campaigns/fair/reasons/"
    assert url in marketer.get(reasons).content.decode()
    for _n in range(2):
        pressed = marketer.post(url, {"act": "thanks"}, headers={"HX-Request": "true"})
        assert (pressed.status_code, "Thanked" in pressed.content.decode()) == (200, True)
    after = marketer.get(reasons).content.decode()
    assert ("Thanked" in after, url in after) == (True, False)
    assert url not in signed_in(cast.rep).get(reasons).content.decode()
