"""The share of a reason, before and after: counted, opened and judged by one definition."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics import ENOUGH, wilson
from feedback.adjusting import step
from feedback.adjustments import EFFECTS, Effect, after, before, effect, told, with_counts
from feedback.models import Adjustment, Outcome, Reason
from feedback.shares import WINDOWS, Asked, Share, fitting, shares_by_days
from leads.models import Lead
from tests.cast import Cast, handoff
from tests.feedback.adjusted import adjustment, campaign, judged

DAY = timedelta(days=1)


@pytest.mark.django_db
def test_before_and_after_are_told_apart_by_when_the_lead_was_handed_off(cast: Cast, now: datetime) -> None:
    judged(cast, now - 10 * DAY, "too_small", times=2)
    judged(cast, now - 10 * DAY, "wrong_industry")
    judged(cast, now - 10 * DAY)
    judged(cast, now - 100 * DAY, "too_small")
    judged(cast, now - 10 * DAY, "too_small", code="webinar")
    handoff("silent@gmail.com", now - DAY, cast.rep, campaign="fair")
    made = adjustment(cast, now)
    judged(cast, now + 2 * DAY, "too_small")
    step(made, "done", said="Done", version=1, by=cast.marketer, at=now + 5 * DAY)
    judged(cast, now + 5 * DAY, "too_small")
    judged(cast, now + 6 * DAY, times=3)
    (row,) = told(with_counts(Adjustment.objects.for_list(), now + 30 * DAY), now + 30 * DAY)
    assert (row.before.numerator, row.before.denominator) == (2, 4)
    assert (row.after.numerator, row.after.denominator) == (1, 4)
    assert row.effect == Effect.TOO_FEW


@pytest.mark.django_db
def test_numbers_in_a_list_are_those_of_the_leads_that_they_open(cast: Cast, now: datetime) -> None:
    judged(cast, now - 10 * DAY, "too_small", times=2)
    judged(cast, now - 9 * DAY, "wrong_industry")
    lost = judged(cast, now - 8 * DAY, times=3)
    price = Reason.objects.get(key="price")
    Outcome.objects.create(lead=lost[0].lead, kind="lost", at=now - DAY, reason=price, by=cast.rep)
    Outcome.objects.create(lead=lost[1].lead, kind="won", at=now - DAY, amount=Decimal(1), by=cast.rep)
    adjustment(cast, now)
    adjustment(cast, now, reason="", group="wrong_target")
    adjustment(cast, now, reason="price")
    adjustment(cast, now, reason="", group="lost")
    for made in list(Adjustment.objects.all()):
        step(made, "done", said="Done", version=1, by=cast.marketer, at=now)
    judged(cast, now + DAY, "too_small")
    later = now + 9 * DAY
    rows = told(with_counts(Adjustment.objects.for_list().order_by("pk"), later), later)
    counts = [(r.before.numerator, r.before.denominator, r.after.numerator, r.after.denominator) for r in rows]
    assert counts == [(2, 6, 1, 1), (3, 6, 1, 1), (1, 2, 0, 0), (1, 2, 0, 0)]
    for row in rows:
        for shown, asked in ((row.before, before(row.adjustment)), (row.after, after(row.adjustment, later))):
            assert shown == asked.share()
            assert shown.numerator == asked.leads().count()
            assert shown.denominator == asked.leads(all_judged=True).count()


@pytest.mark.django_db
def test_a_lead_counts_once_and_tests_and_spam_do_not(cast: Cast, now: datetime) -> None:
    first, second = judged(cast, now - 10 * DAY, "too_small", times=2)
    Lead.objects.filter(pk=second.lead_id).update(kept_out="spam")
    again = type(first).objects.create(lead=first.lead, rep=cast.rep, grade="A", at=now - DAY, closed_at=now)
    again.verdict = type(first.verdict).objects.create(handoff=again, verdict="accepted", at=now, by=cast.rep)
    asked = Asked("wrong_target", now - 30 * DAY, now, campaign=campaign())
    assert (asked.share().numerator, asked.share().denominator) == (1, 1)


@pytest.mark.django_db
def test_the_window_with_enough_cases_is_proposed(cast: Cast, now: datetime) -> None:
    about = {"group": "wrong_target", "campaign": campaign()}
    assert fitting(shares_by_days(now, **about)) == WINDOWS[-1]
    judged(cast, now - 120 * DAY, "too_small", times=ENOUGH)
    shares = shares_by_days(now, **about)
    assert {days: share.denominator for days, share in shares.items()} == {30: 0, 90: 0, 180: 20, 365: 20}
    assert fitting(shares) == 180
    assert shares[180].numerator == Asked.back(180, now, **about).share().numerator == 20


counts = st.integers(0, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(counts, counts)
def test_a_change_is_visible_only_where_both_can_be_judged_and_lie_apart(old: tuple, new: tuple) -> None:
    found = effect(Share(*old), Share(*new))
    if not new[1]:
        assert found == Effect.NONE_YET
    elif min(old[1], new[1]) < ENOUGH:
        assert found == Effect.TOO_FEW
    else:
        (low, high), (low_now, high_now) = wilson(*old), wilson(*new)
        expected = Effect.FELL if high_now < low else Effect.ROSE if low_now > high else Effect.NO_CHANGE
        assert found == expected


def test_effects_by_example() -> None:
    assert effect(Share(20, 40), Share(2, 40)) == Effect.FELL
    assert effect(Share(2, 40), Share(20, 40)) == Effect.ROSE
    assert effect(Share(20, 40), Share(14, 40)) == Effect.NO_CHANGE
    assert effect(Share(20, 40), Share(0, 19)) == Effect.TOO_FEW


def test_the_examples_of_the_document_are_true() -> None:
    text = Path(__file__).parents[2].joinpath("docs/adjustments.md").read_text()
    rows = re.findall(r"^\| (\d+) of (\d+) \| (\d+) of (\d+) \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) == 3
    for said, of, said_now, of_now, words in rows:
        found = effect(Share(int(said), int(of)), Share(int(said_now), int(of_now)))
        assert str(EFFECTS[found][0]) == words
