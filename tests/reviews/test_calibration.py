"""Grades and criteria are held against what sales said, with their doubt."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from feedback.models import Outcome, Reason
from feedback.outcomes import record_outcome
from feedback.verdicts import Judgement, give_verdict
from leads.defining import draft_from
from leads.models import Handoff, Lead, LeadDefinition
from reviews.calibration import Group, Rate, calibration, inversions
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def judged(cast: Cast, name: str, at: datetime, grade: str, verdict: str = "accepted", **facts: object) -> Handoff:
    """A handoff of `grade` on which sales gave its verdict a day later."""
    reason = None if verdict == "accepted" else Reason.objects.get(key="too_small")
    made = handoff(f"{name}@{name}.test", at, cast.rep, grade=grade, **facts)
    give_verdict(made, Judgement(verdict=verdict, reason=reason), by=cast.rep, at=at + DAY)
    return made


def of(pairs: list[tuple[str, Group]]) -> dict[str, Group]:
    return {grade: group for grade, group in pairs if group.cases}


def test_each_judged_lead_counts_once_by_its_grade_then(cast: Cast, now: datetime) -> None:
    at = now - 30 * DAY
    won = judged(cast, "won", at, "A")
    record_outcome(won.lead, by=cast.rep, kind=Outcome.Kind.WON, at=at + 2 * DAY)
    judged(cast, "no", at, "A", "rejected")
    judged(cast, "yes", at, "B")
    handoff("silent@silent.test", at, cast.rep)
    judged(cast, "old", now - 400 * DAY, "A")
    spam = judged(cast, "spam", at, "A")
    Lead.objects.filter(pk=spam.lead_id).update(kept_out="spam")
    found = calibration(LeadDefinition.in_force(), now=now)
    assert of(found.then) == of(found.by_rules) == {"A": Group(2, 1, 1), "B": Group(1, 1, 0)}
    assert (found.cases, found.kept_back) == (3, Group())


def test_a_draft_is_judged_as_of_the_handoff_and_says_whom_it_keeps_back(cast: Cast, now: datetime) -> None:
    judged(cast, "yes", now - 60 * DAY, "B")
    judged(cast, "no", now - 60 * DAY, "A", "rejected")
    draft = draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)
    LeadDefinition.objects.filter(pk=draft.pk).update(from_b=60)
    found = calibration(LeadDefinition.objects.get(pk=draft.pk), now=now)
    assert of(found.by_rules) == {"A": Group(1, 0, 0), "C": Group(1, 1, 0)}
    assert of(found.then) == {"A": Group(1, 0, 0), "B": Group(1, 1, 0)}
    assert found.kept_back == Group(1, 1, 0)


def test_a_criterion_is_told_with_and_without_it(cast: Cast, now: datetime) -> None:
    for n in range(3):
        judged(cast, f"yes{n}", now - 9 * DAY, "A", source="referral")
    judged(cast, "no", now - 9 * DAY, "A", "rejected")
    found = {one.criterion.label: one for one in calibration(LeadDefinition.in_force(), now=now).criteria}
    recommended = found["Came recommended"]
    assert (recommended.counted, recommended.others, recommended.lift) == (Group(3, 3, 0), Group(1, 0, 0), 100)
    assert recommended.too_few
    assert not recommended.against
    everybody = found["Decides or buys"]
    assert (everybody.counted.cases, everybody.others.cases, everybody.lift) == (4, 0, None)


def test_inversions_need_a_doubt_free_difference_and_enough_cases() -> None:
    accepted = "Grade B is accepted more often than grade A."
    clear = [("A", Group(100, 30, 5)), ("B", Group(100, 60, 5)), ("C", Group(19, 19, 19))]
    assert inversions(clear) == [accepted]
    assert inversions([("A", Group(100, 50, 5)), ("B", Group(100, 55, 5))]) == []
    assert inversions([("A", Group(200, 99, 2)), ("D", Group(100, 49, 30))]) == [
        "Grade D wins more often than grade A."
    ]


def test_a_rate_carries_its_interval_and_an_empty_one_is_none() -> None:
    rate = Rate(49, 61)
    assert (round(rate.low, 3), round(rate.high, 3), rate.too_few) == (0.687, 0.884, False)
    assert (Rate(0, 0).value, Rate(1, 19).too_few) == (None, True)


def test_the_page_says_it_in_words(cast: Cast, now: datetime, client: Client) -> None:
    client.force_login(cast.rep)
    url = "/reviews/definition/1/calibration/"
    assert "Sales has given no verdict" in client.get(url).content.decode()
    for n in range(22):
        judged(cast, f"a{n}", now - 9 * DAY, "A", "rejected")
        judged(cast, f"b{n}", now - 9 * DAY, "B")
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Grade B is accepted more often than grade A." in page
    assert "sales says otherwise" in page
    assert "<html" not in page


def behind(query: str, client: Client) -> list[str]:
    """Who stands on the page that a number of the calibration opens."""
    page = client.get(f"/reviews/definition/1/calibration/leads/?{query}")
    assert page.status_code == 200
    names = [row.lead.email for row in page.context["rows"]]
    assert f'data-count="{len(names)}"' in page.content.decode()
    return sorted(name.partition("@")[0] for name in names)


def test_each_number_opens_the_leads_it_counts(cast: Cast, now: datetime, client: Client) -> None:
    at = now - 9 * DAY
    won = judged(cast, "won", at, "A", source="referral")
    record_outcome(won.lead, by=cast.rep, kind=Outcome.Kind.WON, at=at + 2 * DAY)
    judged(cast, "no", at, "A", "rejected")
    judged(cast, "yes", at, "B")
    client.force_login(cast.sales_manager)
    recommended = LeadDefinition.in_force().criteria.get(label="Came recommended").position
    assert behind("by=then&grade=A", client) == ["no", "won"]
    assert behind("by=then&grade=A&of=accepted", client) == ["won"]
    assert behind("by=rules&grade=A&of=won", client) == ["won"]
    assert behind("by=rules&grade=B&of=accepted", client) == ["yes"]
    assert behind(f"by=criterion&criterion={recommended}", client) == ["won"]
    assert behind(f"by=criterion&criterion={recommended}&counted=no", client) == ["no", "yes"]
    assert behind(f"by=criterion&criterion={recommended}&counted=no&of=won", client) == []
    assert behind("by=kept_back", client) == []


def test_a_rep_sees_of_a_number_the_leads_of_the_own_team(cast: Cast, now: datetime, client: Client) -> None:
    judged(cast, "mine", now - 9 * DAY, "A")
    client.force_login(cast.other_rep)
    page = client.get("/reviews/definition/1/calibration/leads/?by=then&grade=A")
    assert 'data-count="0"' in page.content.decode()
    assert "One more belongs to another team." in page.content.decode()


@pytest.mark.parametrize(
    "query", ["", "by=then", "by=then&grade=E", "by=criterion&criterion=99", "by=rules&grade=A&of=x"]
)
def test_a_number_that_there_is_not_opens_nothing(query: str, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    assert client.get(f"/reviews/definition/1/calibration/leads/?{query}").status_code == 404


def test_the_numbers_of_the_page_are_links_that_open(cast: Cast, now: datetime, client: Client) -> None:
    judged(cast, "yes", now - 9 * DAY, "A", source="referral")
    client.force_login(cast.marketer)
    page = client.get("/reviews/definition/1/calibration/").content.decode()
    links = set(re.findall(r'href="(/reviews/definition/1/calibration/leads/[^"]*)"', page))
    assert len(links) > 5
    assert {client.get(unescape(link)).status_code for link in links} == {200}
