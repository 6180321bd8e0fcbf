"""What came of a decision: the figure before and now, and whether it moved visibly towards what was hoped."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.quarters import quarter_of
from campaigns.models import Campaign
from reviews.deciding import decide
from reviews.effects import came_of, effect
from reviews.figures import FIGURES, valued
from reviews.models import Review
from tests.cast import Cast
from tests.feedback.adjusted import judged

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "before", "now", "hoped", "found"),
    [
        # 20 of 40 and 30 of 40: the interval of the difference is 3 to 44 points (Newcombe).
        ("accepted", {"accepted": 20, "handed_off": 40}, {"accepted": 30, "handed_off": 40}, 0.7, "worked"),
        ("accepted", {"accepted": 20, "handed_off": 40}, {"accepted": 30, "handed_off": 40}, 0.8, "part_of_the_way"),
        ("accepted", {"accepted": 30, "handed_off": 40}, {"accepted": 20, "handed_off": 40}, 0.8, "worse"),
        ("accepted", {"accepted": 20, "handed_off": 40}, {"accepted": 24, "handed_off": 40}, 0.6, "no_change"),
        ("accepted", {"accepted": 5, "handed_off": 19}, {"accepted": 40, "handed_off": 40}, 0.8, "too_few"),
        ("accepted", {"accepted": 5, "handed_off": 40}, {}, 0.8, "none_yet"),
        # Poisson: 50 and 80 differ by 30, give or take 22.
        ("won", {"won": 50}, {"won": 80}, 70, "worked"),
        ("won", {"won": 50}, {"won": 60}, 60, "no_change"),
        ("reason_timing", {"reason_timing": 80}, {"reason_timing": 40}, 50, "worked"),
        ("cost_per_won", {"cost": Decimal(900), "won": 3}, {"cost": Decimal(800), "won": 4}, 250, "worked"),
        ("cost_per_won", {"cost": Decimal(900), "won": 3}, {"cost": Decimal(1000), "won": 4}, 200, "part_of_the_way"),
    ],
)
def test_the_effect(key: str, before: dict[str, Any], now: dict[str, Any], hoped: float, found: str) -> None:
    then, since = valued(before, [key])[key], valued(now, [key])[key]
    assert effect(FIGURES[key], then, since, hoped)[0] == found


def test_a_decision_is_held_against_the_quarter_after_it(client: Client, cast: Cast, now: datetime) -> None:
    quarter = quarter_of(now)
    earlier = quarter.shifted(-1)
    judged(cast, earlier.start + timedelta(days=3), times=4)
    judged(cast, earlier.start + timedelta(days=3), "too_small", times=16)
    judged(cast, now - timedelta(days=9), times=24)
    fair = Campaign.objects.get(code="fair")
    said = {"kind": "fix", "rationale": "Ask the size", "owner": cast.marketer}
    aim = {"figure": "accepted", "hoped": Decimal("0.5")}
    decide(earlier.key, fair, said | aim, version=0, by=cast.admin, at=now)
    other = Campaign.objects.create(code="mail", name="Mail")
    decide(earlier.key, other, said | {"kind": "abandon", "confirmed": True}, version=0, by=cast.admin, at=now)
    found = came_of(Review.objects.get(quarter=earlier.key), earlier, quarter, now=now)
    assert [(one.told.campaign.code, one.effect) for one in found] == [("fair", "worked"), ("mail", "no_figure")]
    assert (found[0].before["accepted"].numerator, found[0].before["accepted"].denominator) == (4, 20)
    assert (found[0].now["accepted"].numerator, found[0].now["accepted"].denominator) == (24, 24)
    client.force_login(cast.rep)
    page = client.get(f"/reviews/{quarter.key}/").content.decode()
    assert "Ask the size" in page
    assert f'href="/reviews/{earlier.key}/figures/accepted/?campaign=fair&amp;as_of=now"' in page
