"""Follow-up both ways: by team, by excuse, and what marketing takes back; each number opens its leads."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.quarters import quarter_of
from feedback.models import Response
from leads.models import Handoff
from reviews.both_ways import both_ways
from reviews.figures import FIGURES, leads_behind
from reviews.slices import Slice
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_teams_excuses_and_what_was_pulled_back(client: Client, cast: Cast, now: datetime) -> None:
    at = now - 20 * DAY
    for n, (rep, days, excuse) in enumerate(
        [(cast.rep, 2, ""), (cast.rep, 9, "forgot"), (cast.rep, 9, ""), (cast.other_rep, 8, "capacity")]
    ):
        made = handoff(f"n{n}@x.test", at, rep)
        made.responded_at = made.closed_at = at + days * DAY
        made.save()
        Response.objects.create(handoff=made, kind="call", at=at + days * DAY, by=rep, excuse=excuse)
    gone = handoff("gone@x.test", at, cast.rep)
    why = {"released_at": at + DAY, "closed_at": at + DAY, "released_why": "pulled_back"}
    Handoff.objects.filter(pk=gone.pk).update(**why)
    quarter = quarter_of(now)
    found = both_ways(quarter, now=now)
    told = {
        line.team.pk: (line.values["answered_in_time"].numerator, line.values["answered_in_time"].denominator)
        for line in found["lines"]
    }
    assert told == {cast.rep.team_id: (1, 3), cast.other_rep.team_id: (0, 1)}
    assert found["excuses"] == ["late_capacity", "late_forgot", "late_not_said"]
    values = found["values"]
    assert [values[key].value for key in ("late_capacity", "late_forgot", "late_not_said", "pulled_back")] == [1] * 4
    part = Slice(quarter, team=cast.rep.team_id)
    assert leads_behind(FIGURES["answered_in_time"], part, now=now, denominator=True).count() == 3
    client.force_login(cast.sales_manager)
    page = client.get(f"/reviews/{quarter.key}/follow-up/").content.decode()
    assert f"/reviews/{quarter.key}/figures/late_forgot/" in page
    listed = client.get(f"/reviews/{quarter.key}/figures/answered_in_time/?team={cast.rep.team_id}&part=denominator")
    assert listed.context["count"] == 3
    assert f", {cast.rep.team}." in listed.content.decode()
    assert cast.rep.name not in page
