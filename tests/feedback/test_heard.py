"""What sales said of a campaign: notes, opinions on the grade, and who has not answered."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from feedback import heard
from feedback.heard import Heard
from feedback.models import Reason, Verdict
from leads.models import Handoff, Lead
from tests.cast import Cast, handoff
from tests.feedback.adjusted import campaign, judged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def asked(now: datetime) -> Heard:
    return Heard.back(campaign(), 90, now)


def opined(made: list[Handoff], opinion: str) -> None:
    Verdict.objects.filter(handoff__in=made).update(grade_opinion=opinion)


def note(made: Handoff, words: str, **facts: Any) -> None:
    Verdict.objects.filter(handoff=made).update(note=words, **facts)


def listed(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(url).context


def test_opinions_stand_by_the_grade_then_and_open_exactly_their_leads(cast: Cast, now: datetime) -> None:
    opined(judged(cast, now - 9 * DAY, "too_small", times=2, grade="A"), "too_high")
    opined(judged(cast, now - 9 * DAY, times=1, grade="A"), "right")
    opined(judged(cast, now - 9 * DAY, times=1, grade="B"), "too_low")
    opined(judged(cast, now - 99 * DAY, times=1, grade="B"), "too_low")
    judged(cast, now - 9 * DAY, code="webinar")
    found = heard.opinions(asked(now))
    accepted = [(one.grade, one.accepted.numerator, one.accepted.denominator) for one in found]
    assert accepted == [("A", 1, 3), ("B", 1, 1)]
    assert [[number.numerator for number in one.opinions] for one in found] == [[2, 1, 0], [0, 0, 1]]
    for number in (*found[0].opinions, found[0].accepted):
        assert listed(cast.marketer, number.url)["count"] == number.numerator


def test_who_has_not_answered_stands_by_team_and_opens_exactly_their_leads(cast: Cast, now: datetime) -> None:
    judged(cast, now - 20 * DAY)
    for n, at in enumerate((now - DAY, now - 20 * DAY, now - 30 * DAY)):
        handoff(f"silent{n}@gmail.com", at, cast.rep, campaign="fair")
    gone = handoff("gone@gmail.com", now - 40 * DAY, cast.other_rep, campaign="fair")
    told_nothing = handoff("old@gmail.com", now - 40 * DAY, cast.other_rep, campaign="fair")
    ends = {"closed_at": now, "released_at": now}
    Handoff.objects.filter(pk=gone.pk).update(released_why="pulled_back", **ends)
    Handoff.objects.filter(pk=told_nothing.pk).update(released_why="not_recorded", **ends)
    found = {one.name: one.numbers for one in heard.silences(asked(now), cast.marketer)}
    assert {name: [n.numerator for n in numbers] for name, numbers in found.items()} == {
        "North": [1, 2, 0], "South": [0, 0, 1],
    }  # fmt: skip
    assert found["North"][0].denominator == 4
    for number in (*found["North"][:2], found["South"][2]):
        assert listed(cast.marketer, number.url)["count"] == number.numerator


def test_names_of_the_silent_are_for_those_who_manage_them(cast: Cast, now: datetime) -> None:
    handoff("ann@gmail.com", now - DAY, cast.rep, campaign="fair")
    handoff("bob@gmail.com", now - DAY, cast.other_rep, campaign="fair")
    north = User.objects.create_user("head@alignment.test", name="Head", side="sales", is_manager=True)
    User.objects.filter(pk=north.pk).update(team=cast.rep.team)

    def names(user: User) -> set[str]:
        return {rep.name for team in heard.silences(asked(now), user) for rep in team.people}

    nobody: set[str] = set()
    assert [names(user) for user in (cast.marketer, cast.marketing_manager, cast.rep)] == [nobody] * 3
    assert names(cast.sales_manager) == names(cast.admin) == {cast.rep.name, cast.other_rep.name}
    assert names(User.objects.get(pk=north.pk)) == {cast.rep.name}
    rep = heard.silences(asked(now), cast.sales_manager)[0].people[0]
    assert listed(cast.sales_manager, rep.numbers[0].url)["count"] == rep.numbers[0].numerator == 1


def test_notes_newest_most_telling_and_by_reason(cast: Cast, now: datetime) -> None:
    first, second, third = judged(cast, now - 9 * DAY, "too_small", times=3, grade="A")
    note(first, "They are four people in a garage, and will be for years", evidence="rep_concluded", at=now - 3 * DAY)
    note(second, "Four people", evidence="buyer_said", at=now - 4 * DAY)
    note(third, "Four people, she said", evidence="buyer_said", at=now - 5 * DAY)
    (glad,) = judged(cast, now - 9 * DAY, grade="A")
    note(glad, "A very long note about a lead that sales accepted and liked", at=now)
    (student,) = judged(cast, now - 9 * DAY, "curious_only", grade="A")
    note(student, "Writes a thesis", at=now - 6 * DAY)

    def shown(order: str, key: str = "", user: User = cast.marketer) -> list[Handoff]:
        reason = Reason.objects.filter(key=key).first()
        return [one.handoff for one in heard.notes(asked(now), user, order=order, reason=reason).shown]

    assert shown("newest") == [glad, first, second, third, student]
    assert shown("telling") == [third, second, first, student]
    assert shown("newest", "curious_only") == [student]
    assert shown("newest", user=cast.other_rep) == []
    counts = heard.notes(asked(now), cast.marketer, order="newest")
    assert ([(str(one), n) for one, n in counts.reasons], counts.total) == ([("Too small", 3), ("Curious only", 1)], 5)
    page = listed(cast.marketer, "/campaigns/fair/reasons/?notes=telling&reason=curious_only")
    assert [one.handoff for one in page["notes"].shown] == [student]


def test_a_rep_is_told_how_many_leads_belong_to_other_teams(cast: Cast, now: datetime) -> None:
    judged(cast, now - DAY, grade="A")
    url = heard.opinions(asked(now))[0].accepted.url
    assert (listed(cast.rep, url)["count"], listed(cast.rep, url)["hidden"]) == (1, 0)
    assert (listed(cast.other_rep, url)["count"], listed(cast.other_rep, url)["hidden"]) == (0, 1)
    Lead.objects.update(kept_out="test")
    assert heard.opinions(asked(now)) == []


@pytest.mark.parametrize("wrong", ["line=weather", "grade=E", "team=x", "since=yesterday", "until="])
def test_an_address_that_can_not_be_read_is_none(cast: Cast, now: datetime, client: Client, wrong: str) -> None:
    Campaign.objects.create(code="fair", name="Fair")
    right = {"line": "late", "since": now.isoformat(), "until": now.isoformat()}
    client.force_login(cast.marketer)
    assert client.get("/campaigns/fair/said/leads/", right).status_code == 200
    name, _equals, value = wrong.partition("=")
    assert client.get("/campaigns/fair/said/leads/", right | {name: value}).status_code == 404
