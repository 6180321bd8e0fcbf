"""Whose the wait was: SQL against the same rule in plain Python, and by example."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Absence, User
from feedback.responses import respond
from leads.handing_back import hand_back
from leads.models import Event, Handoff, Lead, Touch
from leads.reassigning import reassign
from leads.waits import Wait, of_each, of_kinds, of_reps, shared_by
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START = datetime(2026, 9, 16, 12, tzinfo=UTC)


def wait_of(made: Handoff, now: datetime) -> Wait:
    return of_each(Handoff.objects.filter(pk=made.pk), now=now)[made.pk]


def hours(*numbers: float) -> list[float]:
    return [3600.0 * number for number in numbers]


def answered(made: Handoff, by: User, at: datetime) -> Handoff:
    respond(made, by=by, kind="call", at=at)
    made.refresh_from_db()
    return made


def queued(email: str, at: datetime, cast: Cast) -> Handoff:
    made = handoff(email, at, cast.rep)
    Handoff.objects.filter(pk=made.pk).update(rep=None, taken_at=None)
    made.refresh_from_db()
    return made


# --- by example -----------------------------------------------------------------------------------


def test_from_the_handoff_to_the_first_response_it_is_the_reps(cast: Cast) -> None:
    made = answered(handoff("a@x.test", START, cast.rep), cast.rep, START + 5 * HOUR)
    assert wait_of(made, START + 90 * HOUR) == Wait(0.0, *hours(0, 0, 5))


def test_while_nobody_has_answered_it_goes_on(cast: Cast) -> None:
    made = handoff("a@x.test", START, cast.rep)
    assert wait_of(made, START + 7 * HOUR).own == 7 * 3600


def test_what_lies_between_the_touch_and_the_handoff_is_ours(cast: Cast) -> None:
    made = handoff("a@x.test", START, cast.rep)
    Touch.objects.filter(lead=made.lead).update(at=START - 3 * HOUR)
    Touch.objects.create(lead=made.lead, kind="form", at=START + HOUR)
    assert wait_of(made, START).system == 3 * 3600
    Event.objects.create(lead=made.lead, kind="woken", at=START)
    assert wait_of(made, START).system is None


def test_whoever_answers_out_of_the_queue_waited_nothing(cast: Cast) -> None:
    made = answered(queued("a@x.test", START, cast), cast.mate, START + 14 * HOUR)
    assert wait_of(made, START + 90 * HOUR) == Wait(0.0, *hours(14, 0, 0))
    assert shared_by(Handoff.objects.all(), cast.mate.pk, now=START + 90 * HOUR) == {made.pk: (0.0, 0.0)}


def test_each_rep_keeps_the_own_share(cast: Cast) -> None:
    made = handoff("a@x.test", START, cast.rep)
    reassign(Lead.objects.all(), rep=cast.mate, by=cast.sales_manager, at=START + 6 * HOUR)
    answered(made, cast.mate, START + 7 * HOUR)
    rows, now = Handoff.objects.all(), START + 90 * HOUR
    assert shared_by(rows, cast.rep.pk, now=now) == {made.pk: (6 * 3600.0, 0.0)}
    assert shared_by(rows, cast.mate.pk, now=now) == {made.pk: (3600.0, 0.0)}
    assert {rep: spread.median for rep, spread in of_reps(rows, now=now).items()} == {
        cast.rep.pk: 6 * 3600.0,
        cast.mate.pk: 3600.0,
    }


def test_a_lead_handed_back_waits_in_the_queue_until_it_is_given_again(cast: Cast) -> None:
    made = handoff("a@x.test", START, cast.rep)
    User.objects.exclude(pk=cast.rep.pk).update(takes_leads=False)
    hand_back(made, by=cast.rep, why="No time", at=START + 2 * HOUR)
    reassign(Lead.objects.all(), rep=cast.mate, by=cast.sales_manager, at=START + 5 * HOUR)
    answered(made, cast.mate, START + 9 * HOUR)
    assert wait_of(made, START + 90 * HOUR) == Wait(0.0, *hours(3, 0, 6))


def test_time_away_is_not_the_reps_and_no_second_counts_twice(cast: Cast) -> None:
    made = handoff("a@x.test", START, cast.rep)
    for since, until in ((1, 4), (3, 6), (20, 30)):
        Absence.objects.create(person=cast.rep, since=START + since * HOUR, until=START + until * HOUR)
    Absence.objects.create(person=cast.mate, since=START, until=START + 90 * HOUR)
    answered(made, cast.rep, START + 24 * HOUR)
    assert wait_of(made, START + 90 * HOUR) == Wait(0.0, *hours(0, 9, 15))


def test_a_released_handoff_waits_no_longer(cast: Cast) -> None:
    made = handoff("a@x.test", START, cast.rep)
    Handoff.objects.filter(pk=made.pk).update(closed_at=START + 2 * HOUR, released_at=START + 2 * HOUR)
    assert wait_of(made, START + 90 * HOUR).own == 2 * 3600


def test_medians_are_over_what_was_answered(cast: Cast) -> None:
    for n in (1, 2, 9):
        answered(handoff(f"n{n}@x.test", START, cast.rep), cast.rep, START + n * HOUR)
    handoff("silent@x.test", START, cast.rep)
    rows, now = Handoff.objects.all(), START + 90 * HOUR
    own = of_kinds(rows, now=now)["own"]
    assert (own.n, own.median, round(own.p90)) == (3, 7200.0, round(3600 * (2 + 0.8 * 7)))
    assert of_reps(rows, now=now)[cast.rep.pk] == own
    assert of_kinds(Handoff.objects.none(), now=now)["queue"].median is None


# --- against plain Python -------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """Who has it at first (0 is the queue), who gets it when, who is away when, and when it is answered: in hours."""

    first: int
    moves: list[tuple[int, int]]
    away: list[tuple[int, int, int]]
    answer: int | None
    takes_over: bool


who, hour = st.integers(0, 2), st.integers(1, 60)
stories = st.builds(
    Story,
    first=who,
    moves=st.lists(st.tuples(hour, who), max_size=4, unique_by=lambda move: move[0]).map(sorted),
    away=st.lists(st.tuples(st.integers(1, 2), st.integers(-20, 70), st.integers(1, 30)), max_size=4),
    answer=st.none() | hour,
    takes_over=st.booleans(),
)
NOW = 50


def by_the_hour(story: Story) -> tuple[dict[int, int], dict[int, int]]:
    """Whose each hour was, and whether they were away in it: hour by hour, with nothing clever."""
    whole: dict[int, int] = {}
    gone: dict[int, int] = {}
    ended = min(story.answer if story.answer is not None else NOW, NOW)
    for at in range(ended):
        holder = next((rep for since, rep in reversed(story.moves) if since <= at), story.first)
        whole[holder] = whole.get(holder, 0) + 1
        if any(rep == holder and since <= at < since + long for rep, since, long in story.away):
            gone[holder] = gone.get(holder, 0) + 1
    return whole, gone


def told(story: Story, cast: Cast) -> Handoff:
    """The rows that the verbs would write."""
    Lead.objects.all().delete()
    Absence.objects.all().delete()
    people = {0: None, 1: cast.rep, 2: cast.mate}
    made = handoff("a@x.test", START, cast.rep)
    holder, taken = story.first, START if story.first else None
    for since, rep in story.moves:
        data = {"rep": people[rep] and people[rep].pk, "from_rep": people[holder] and people[holder].pk}
        Event.objects.create(lead=made.lead, handoff=made, kind="reassigned", at=START + since * HOUR, data=data)
        holder, taken = rep, START + since * HOUR if rep else None
    answer = story.answer is not None and START + story.answer * HOUR
    if answer and not holder and story.takes_over and story.answer > max([since for since, _r in story.moves] or [0]):
        holder, taken = 1, answer
    for rep, since, long in story.away:
        Absence.objects.create(person=people[rep], since=START + since * HOUR, until=START + (since + long) * HOUR)
    Handoff.objects.filter(pk=made.pk).update(rep=people[holder], taken_at=taken, responded_at=answer or None)
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
def test_each_second_is_of_one_kind(cast: Cast, story: Story) -> None:
    made, now = told(story, cast), START + NOW * HOUR
    whole, gone = by_the_hour(story)
    found = wait_of(made, now)
    own = sum(count for rep, count in whole.items() if rep) - sum(gone.values())
    assert [found.queue, found.away, found.own] == hours(whole.get(0, 0), sum(gone.values()), own)
    for rep, person in ((1, cast.rep), (2, cast.mate)):
        shares = shared_by(Handoff.objects.all(), person.pk, now=now)
        theirs = (whole.get(rep, 0) - gone.get(rep, 0)) * 3600.0, gone.get(rep, 0) * 3600.0
        assert shares.get(made.pk, (0.0, 0.0)) == theirs
