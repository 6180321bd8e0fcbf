"""Grades of a quarter held against what became of their leads."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.quarters import quarter_of
from reviews.figures import FIGURES, leads_behind
from reviews.grade_check import grade_check
from reviews.slices import Slice
from tests.cast import Cast
from tests.feedback.adjusted import judged

pytestmark = pytest.mark.django_db


def test_an_inversion_is_said_in_words_and_each_number_opens_its_leads(
    client: Client, cast: Cast, now: datetime
) -> None:
    at = now - timedelta(days=9)
    judged(cast, at, times=4, grade="A")
    judged(cast, at, "too_small", times=20, grade="A")
    judged(cast, at, times=20, grade="B")
    quarter = quarter_of(now)
    found = grade_check(quarter, now=now)
    told = [
        (grade, v["accepted"].numerator, v["accepted"].denominator, v["won_handed_off"].numerator)
        for grade, v in found.lines
    ]
    assert told == [("A", 4, 24, 0), ("B", 20, 20, 0)]
    assert found.inverted == ["Grade B is accepted more often than grade A."]
    assert found.too_few_wins
    part = Slice(quarter, graded="A")
    assert leads_behind(FIGURES["accepted"], part, now=now).count() == 4
    assert leads_behind(FIGURES["accepted"], part, now=now, denominator=True).count() == 24
    client.force_login(cast.rep)
    page = client.get(f"/reviews/{quarter.key}/").content.decode()
    assert "The order of grades is inverted." in page
    listed = client.get(f"/reviews/{quarter.key}/figures/accepted/?graded=A")
    assert listed.context["count"] == 4
    assert "handed off as A" in listed.content.decode()


def test_too_few_invert_nothing(cast: Cast, now: datetime) -> None:
    at = now - timedelta(days=9)
    judged(cast, at, "too_small", times=19, grade="A")
    judged(cast, at, times=20, grade="B")
    assert grade_check(quarter_of(now), now=now).inverted == []
