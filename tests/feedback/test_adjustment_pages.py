"""Adjustments as people meet them: from a reason to a change, and to what came of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from feedback.adjusting import step
from feedback.models import Adjustment, Verdict
from tests.cast import Cast
from tests.feedback.adjusted import adjustment, judged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today() -> datetime:
    return datetime.now(UTC)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(one: Adjustment, **others: object) -> dict[str, object]:
    facts = {"title": one.title, "owner": one.owner_id, "due_on": one.due_on, "note": "", "version": one.version}
    return facts | others


def test_from_a_reason_on_the_campaign_to_an_adjustment(cast: Cast, today: datetime) -> None:
    judged(cast, today - 10 * DAY, "too_small", times=3)
    judged(cast, today - 10 * DAY, times=1)
    client = signed_in(cast.marketer)
    page = client.get("/campaigns/fair/reasons/").content.decode()
    assert "/adjustments/new/?campaign=fair&amp;about=too_small" in page
    assert "/adjustments/new/?campaign=fair&amp;about=group:wrong_target" in page
    form = client.get("/adjustments/new/?campaign=fair&about=too_small")
    assert "the last 90 days: 3 of 4" in form.content.decode()
    begins = form.context["form"].initial
    assert begins["title"] == "Retarget: Too small"
    sent = begins | {"campaign": "fair", "about": "too_small", "looks_back": 90, "note": "", "due_on": "2031-01-01"}
    assert client.post("/adjustments/new/", sent).status_code == 422
    sent["due_on"] = (today + 20 * DAY).date()
    made = client.post("/adjustments/new/", sent, follow=True)
    assert made.redirect_chain == [(Adjustment.objects.get().get_absolute_url(), 302)]
    assert "75\u00a0%" in made.content.decode()
    assert "Ask" not in client.get("/campaigns/fair/reasons/").content.decode()
    assert "Retarget: Too small" in client.get("/campaigns/fair/reasons/").content.decode()


def test_a_reason_of_the_review_asks_for_the_campaign_first(cast: Cast, today: datetime) -> None:
    judged(cast, today - DAY, "too_small")
    page = signed_in(cast.marketer).get("/adjustments/new/?about=group:wrong_target")
    assert page.status_code == 200
    assert page.context["about"]["about"].value() == "group:wrong_target"


@pytest.mark.parametrize("asked", ["campaign=nowhere&about=too_small", "campaign=fair&about=weather"])
def test_what_nobody_knows_is_asked_again(cast: Cast, today: datetime, asked: str) -> None:
    judged(cast, today - DAY, "too_small")
    assert signed_in(cast.marketer).get(f"/adjustments/new/?{asked}").status_code == 422


def test_numbers_open_their_leads_and_a_rep_sees_those_of_the_team(cast: Cast, today: datetime) -> None:
    theirs = judged(cast, today - 10 * DAY, "too_small", times=2)
    other = judged(cast, today - 10 * DAY, "too_small")[0]
    type(other).objects.filter(pk=other.pk).update(rep=cast.other_rep, team=cast.other_rep.team)
    adjustment(cast, today)
    url = signed_in(cast.marketer).get("/adjustments/?show=open").context["rows"][0].before.url
    assert signed_in(cast.marketer).get(url).context["count"] == 3
    page = signed_in(cast.rep).get(url)
    assert (page.context["count"], page.context["hidden"]) == (2, 1)
    assert {row.lead for row in page.context["rows"]} == {one.lead for one in theirs}
    assert signed_in(cast.marketer).get(f"{url}&part=denominator").context["count"] == 3


@pytest.mark.parametrize("asked", ["", "?group=weather", "?group=lost&since=yesterday", "?group=lost&since=2026-01-01"])
def test_an_address_that_can_not_be_read_is_none(cast: Cast, asked: str) -> None:
    assert signed_in(cast.marketer).get(f"/reasons/leads/{asked}").status_code == 404


def test_notes_of_sales_are_shown_to_those_who_see_the_lead(cast: Cast, today: datetime) -> None:
    made = judged(cast, today - DAY, "too_small")[0]
    Verdict.objects.filter(handoff=made).update(note="Four people in a garage")
    assert "in a garage" in signed_in(cast.marketer).get("/campaigns/fair/reasons/").content.decode()
    assert "in a garage" in signed_in(cast.rep).get("/campaigns/fair/reasons/").content.decode()
    assert "in a garage" not in signed_in(cast.other_rep).get("/campaigns/fair/reasons/").content.decode()


def test_lists_of_mine_of_all_open_ones_and_of_those_that_ended(cast: Cast, today: datetime) -> None:
    mine, theirs, done = (adjustment(cast, today, owner=cast.rep), adjustment(cast, today), adjustment(cast, today))
    step(done, "done", said="Done", version=1, by=cast.marketer, at=today)
    client = signed_in(cast.rep)

    def shown(asked: str) -> set[int]:
        return {row.adjustment.pk for row in client.get(f"/adjustments/{asked}").context["rows"]}

    assert shown("") == shown("?show=mine") == {mine.pk}
    assert shown("?show=open") == {mine.pk, theirs.pk}
    assert shown("?show=done&campaign=fair") == {done.pk}
    assert client.get("/adjustments/?campaign=nowhere").status_code == 404


def test_two_editors_see_what_the_other_wrote(cast: Cast, today: datetime) -> None:
    made = adjustment(cast, today)
    url, first, second = made.get_absolute_url(), signed_in(cast.marketer), signed_in(cast.sales_manager)
    assert first.post(url, said(made, title="Ask the budget", owner=cast.rep.pk)).status_code == 302
    late = second.post(url, said(made, title="Ask the role"))
    page = late.content.decode()
    assert late.status_code == 409
    assert "Now it says: Ask the budget" in page
    assert "Now it says: Rep" in page
    assert second.post(url, said(made, title="Ask the role", version=2)).status_code == 302


def test_words_that_were_refused_stand_again(cast: Cast, today: datetime) -> None:
    made = adjustment(cast, today)
    client = signed_in(cast.marketer)
    assert client.post(f"{made.get_absolute_url()}steps/", {"act": "started", "version": 1}).status_code == 302
    late = client.post(f"{made.get_absolute_url()}steps/", {"act": "done", "version": 1, "said": "The form asks"})
    assert late.status_code == 409
    assert ">The form asks</textarea>" in late.content.decode()
    sent = {"act": "done", "version": late.context["told"].adjustment.version, "said": "The form asks"}
    assert "What was done:" in client.post(f"{made.get_absolute_url()}steps/", sent, follow=True).content.decode()
    page = client.post(f"{made.get_absolute_url()}steps/", {"act": "done", "version": 3, "said": "Again"})
    assert page.status_code == 422


def test_texts_of_people_are_inert(cast: Cast, today: datetime) -> None:
    made = adjustment(cast, today, title="<script>alert(1)</script>", note="<b>bold</b>")
    page = signed_in(cast.marketer).get(made.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_today_names_what_is_due(cast: Cast, today: datetime) -> None:
    adjustment(cast, today - DAY, due_on=today.date())
    adjustment(cast, today, title="Later", due_on=(today + 9 * DAY).date())
    page = signed_in(cast.marketer).get("/").content.decode()
    assert "1 adjustment is due" in page
    assert "Ask the size" in page
    assert "adjustment is due" not in signed_in(cast.rep).get("/").content.decode()
