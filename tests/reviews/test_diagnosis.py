"""The rules that propose a diagnosis, each by an example on its border."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.quarters import Quarter
from campaigns.models import Campaign
from reviews.diagnosis import USUAL_PASSAGE, Yardstick, diagnose
from reviews.figures import valued

NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
QUARTER = Quarter(2026, 3, 1, ZoneInfo("UTC"))
AGE = timedelta(days=60)


def found(age: timedelta = AGE, expected: int | None = None, cost_of_one: int | None = None, **measured: Any) -> str:
    usual = {"handed_off": 60, "judged": 60, "accepted": 40, "decided": 60, "in_time": 58}
    measures = usual | measured
    by = Yardstick(QUARTER, NOW, 0.6, 0.9, Decimal(cost_of_one) if cost_of_one else None, USUAL_PASSAGE)
    campaign = Campaign(pk=7, name="Fair", expected_a=expected)
    return diagnose(campaign, valued(measures), age, by).finding.value


@pytest.mark.parametrize(
    ("measured", "finding"),
    [
        ({}, "working"),
        ({"handed_off": 19, "judged": 19, "accepted": 2}, "too_few_to_judge"),
        ({"handed_off": 20, "judged": 20, "accepted": 12, "decided": 20, "in_time": 20}, "working"),
        ({"judged": 19, "accepted": 12}, "not_followed_up"),
        ({"judged": 19, "accepted": 12, "age": timedelta(days=13)}, "too_early"),
        # 28 of 60: the interval ends at 0.591; 29 of 60 at 0.607.
        ({"accepted": 28}, "too_little_quality"),
        ({"accepted": 29}, "working"),
        # 48 of 60: the interval ends at 0.882; 50 of 60 at 0.907.
        ({"in_time": 48}, "not_followed_up"),
        ({"in_time": 50}, "working"),
        ({"in_time": 30, "accepted": 10}, "too_little_quality"),
        ({"expected": 81}, "too_few_leads"),
        ({"expected": 80}, "working"),
        ({"expected": 81, "accepted": 10}, "both"),
        ({"cost": Decimal(8100), "cost_of_one": 100}, "too_few_leads"),
        ({"cost": Decimal(8000), "cost_of_one": 100}, "working"),
    ],
)
def test_the_rules(measured: dict[str, Any], finding: str) -> None:
    assert found(**measured) == finding


def test_half_of_a_campaigns_days_bring_half_of_what_is_expected() -> None:
    by = Yardstick(QUARTER, NOW, 0.6, 0.9, None, USUAL_PASSAGE)
    measures = {"handed_off": 60, "judged": 60, "accepted": 40, "decided": 60, "in_time": 58}
    # 1 June to 29 September: 121 days, of which 78 lie in the quarter and are over.
    dates = {"starts_on": datetime(2026, 6, 1).date(), "ends_on": datetime(2026, 9, 29).date()}
    few, enough = (Campaign(pk=7, name="Fair", expected_b=n, **dates) for n in (126, 123))
    assert diagnose(few, valued(measures), AGE, by).finding == "too_few_leads"
    assert diagnose(enough, valued(measures), AGE, by).finding == "working"


def test_each_diagnosis_names_its_numbers() -> None:
    measures = {"handed_off": 60, "judged": 60, "accepted": 10, "decided": 60, "in_time": 58}
    by = Yardstick(QUARTER, NOW, 0.6, 0.9, None, USUAL_PASSAGE)
    told = diagnose(Campaign(pk=7, name="Fair"), valued(measures), AGE, by)
    assert [key for key, _against in told.because] == ["accepted_of_judged", "handed_off"]
    assert told.because[0][1] == "held against 60 %"
    assert (told.matures, told.maturing_words) == (
        True, "These leads are 60 days old on average, and half of the wins take 90.",
    )  # fmt: skip
