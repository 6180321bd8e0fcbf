"""One pass over the rows of a quarter says the same as asking for each cut by itself."""

from datetime import datetime, timedelta

import pytest

from accounts.quarters import quarter_of
from feedback.models import Outcome
from reviews.cuts import DIMENSIONS, cuts
from reviews.cuts import whole as whole_of
from reviews.measures import MEASURES, measure, measure_by
from reviews.slices import Slice
from tests.cast import Cast, handoff, lead
from tests.feedback.adjusted import judged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_all_cuts_at_once_are_the_cuts_one_by_one(cast: Cast, now: datetime) -> None:
    at = now - 40 * DAY
    for said, code in (("", "fair"), ("too_small", "fair"), ("not_in_market", "mail"), ("", "mail")):
        judged(cast, at, said, times=2, code=code, source=code)
    twice = handoff("twice@x.test", at, cast.rep, campaign="fair")
    type(twice).objects.filter(pk=twice.pk).update(closed_at=at + DAY, responded_at=at + 9 * DAY, due_at=at + 7 * DAY)
    type(twice).objects.create(lead=twice.lead, rep=cast.rep, team=cast.rep.team, grade="B", at=now - 9 * DAY)
    lead("plain@x.test", now - 2 * DAY, "C")
    for one, days in ((twice.lead, 3), (twice.lead, 5)):
        Outcome.objects.create(lead=one, kind="won", at=now - days * DAY, amount=100)
    part = Slice(quarter_of(now))
    found = cuts(part, now=now, only=[key for key in MEASURES if key != "days_to_win"])
    whole = measure(part, now=now)
    adding = [key for key, m in MEASURES.items() if m.adds_up]
    assert {key: found["whole"][None][key] for key in (*adding, "speed_median")} == {
        key: whole[key] for key in (*adding, "speed_median")
    }
    reasons = [key for key in MEASURES if key.startswith("reason_")]
    assert whole_of(part, now=now, only=reasons) == {key: whole[key] for key in reasons}
    assert whole["reason_wrong_target"] == 2
    for name in DIMENSIONS:
        told = measure_by(name, part=part, now=now)
        assert found[name].keys() == told.keys()
        for key, measured in told.items():
            mine = {k: v for k, v in found[name][key].items() if v}
            assert mine == {k: v for k, v in measured.items() if v and k in adding}, (name, key)
