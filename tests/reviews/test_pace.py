"""How far an aim is: pace and states, on their borders."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.quarters import Quarter, quarter_named
from reviews.figures import FIGURES
from reviews.pace import Progress, marks, progress, standing
from reviews.values import Value

pytestmark = pytest.mark.django_db
RUNNING = Progress(day=46, days=92, is_over=False)
OVER = Progress(day=92, days=92, is_over=True)
YOUNG = Progress(day=92, days=92, is_over=True, matures=True)


@pytest.fixture
def quarter(db: None) -> Quarter:
    return quarter_named("2026-Q4")


def said(key: str, amount: Any, target: str, at: Progress, n: int = 100) -> tuple[str, str]:
    found = standing(Value(FIGURES[key], amount, amount, None, n), Decimal(target), at)
    return found.state.value, found.words


def test_the_quarter_is_at_its_day_from_the_first_moment_to_the_last(quarter: Quarter) -> None:
    moments = [quarter.start - timedelta(seconds=1), quarter.start, quarter.end - timedelta(seconds=1), quarter.end]
    found = [progress(quarter, now=moment) for moment in moments]
    assert [(at.day, at.is_over) for at in found] == [(0, False), (1, False), (92, False), (92, True)]
    assert progress(quarter, now=datetime(2026, 10, 8, 12, tzinfo=UTC)).share == 8 / 92


def test_a_cohort_matures_until_its_middle_is_as_old_as_wins_take(quarter: Quarter) -> None:
    passage = timedelta(days=46)
    assert progress(quarter, now=quarter.end - timedelta(seconds=1), passage=passage).matures
    assert not progress(quarter, now=quarter.end, passage=passage).matures


@pytest.mark.parametrize(
    ("amount", "at", "expected"),
    [
        (355, RUNNING, ("met", "met")), (178, RUNNING, ("on_pace", "on pace")), (177, RUNNING, ("on_pace", "on pace")),
        (187, RUNNING, ("ahead", "9 ahead of pace")), (167, RUNNING, ("behind", "11 behind pace")),
        (355, OVER, ("met", "met")), (354, OVER, ("short", "1 short")),
        (0, Progress(day=0, days=92, is_over=False), ("not_begun", "not begun")),
    ],
)  # fmt: skip
def test_counts_grow_with_the_quarter(amount: int, at: Progress, expected: tuple[str, str]) -> None:
    assert said("handed_off_ab", amount, "355", at) == expected


@pytest.mark.parametrize(
    ("share", "n", "at", "expected"),
    [
        (0.95, 20, RUNNING, ("on_pace", "on pace")), (0.95, 20, OVER, ("met", "met")),
        (0.92, 20, RUNNING, ("short", "3 points short")), (0.9499, 20, OVER, ("short", "less than a point short")),
        (0.94, 20, OVER, ("short", "1 point short")), (1.0, 19, RUNNING, ("too_early", "too early to say")),
        (1.0, 19, OVER, ("too_early", "too few to judge")), (None, 0, RUNNING, ("too_early", "too early to say")),
    ],
)  # fmt: skip
def test_rates_stand_at_their_target_from_twenty_cases_on(
    share: float | None, n: int, at: Progress, expected: tuple[str, str]
) -> None:
    assert said("answered_in_time", share, "0.95", at, n) == expected


@pytest.mark.parametrize(
    ("key", "amount", "target", "at", "expected"),
    [
        ("cost_per_accepted", Decimal(1378), "1300", OVER, ("short", "€78 above")),
        ("cost_per_accepted", Decimal(1300), "1300", RUNNING, ("on_pace", "on pace")),
        ("cost_per_accepted", None, "1300", RUNNING, ("unknown", "not known yet")),
        ("cost", Decimal(900), "1000", RUNNING, ("behind", "€400 above pace")),
        ("cost", Decimal(900), "1000", OVER, ("met", "met")),
        ("reason_data_fault", 11, "10", RUNNING, ("short", "1 above")),
        ("speed_median_hours", 30.0, "24", OVER, ("short", "6 h above")),
    ],
)
def test_of_costs_waits_and_faults_less_is_better(
    key: str, amount: Any, target: str, at: Progress, expected: tuple[str, str]
) -> None:
    assert said(key, amount, target, at) == expected


def test_wins_that_are_missing_may_still_come() -> None:
    assert said("won", 8, "10", YOUNG) == ("maturing", "maturing")
    assert said("won", 10, "10", YOUNG) == ("met", "met")
    assert said("won", 8, "10", OVER) == ("short", "2 short")
    assert said("handed_off_ab", 8, "10", YOUNG) == ("short", "2 short")


def test_the_bar_holds_value_goal_and_pace() -> None:
    count = Value(FIGURES["handed_off_ab"], 41, 41, None, 41)
    placed = marks(count, Decimal(355), 355 * 8 / 92)
    assert [round(placed[name] or 0, 1) for name in ("value", "goal", "pace")] == [10.8, 93.5, 8.1]
    rate = Value(FIGURES["accepted"], 0.6, 6, 10, 10)
    assert marks(rate, Decimal("0.65"), None) == {"value": 60, "goal": 65, "pace": None}
    nothing = Value(FIGURES["leads"], 0, 0, None, 0)
    assert marks(nothing, Decimal(0), None)["value"] == 0
