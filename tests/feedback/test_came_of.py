"""A rep sees what marketing did with the reasons that the rep gave."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from feedback.adjusting import step
from feedback.came_of import came_of
from feedback.models import Outcome, Reason
from tests.cast import Cast
from tests.feedback.adjusted import adjustment, judged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def seen(cast: Cast, now: datetime) -> list[tuple[str, str, int, list[str]]]:
    return [
        (g.reason.key, g.campaign.code, g.count, [one.adjustment.title for one in g.adjustments])
        for g in came_of(cast.rep, now=now).shown
    ]


def test_reasons_with_what_answers_them_come_first(cast: Cast, now: datetime) -> None:
    judged(cast, now - 10 * DAY, "curious_only", times=3)
    judged(cast, now - 10 * DAY, "too_small", times=2)
    judged(cast, now - 10 * DAY, "too_small", code="webinar")
    judged(cast, now - 10 * DAY)
    adjustment(cast, now - DAY)
    adjustment(cast, now, reason="", title="All of the group")
    assert seen(cast, now) == [
        ("too_small", "fair", 2, ["All of the group", "Ask the size"]),
        ("curious_only", "fair", 3, []),
        ("too_small", "webinar", 1, []),
    ]
    found = came_of(cast.rep, now=now)
    assert (found.answered, found.total) == (1, 3)


def test_others_reasons_old_ones_and_dropped_adjustments_are_left_out(cast: Cast, now: datetime) -> None:
    judged(cast, now - 100 * DAY, "too_small")
    theirs = judged(cast, now - 10 * DAY, "too_small")[0]
    theirs.verdict.by = cast.mate
    theirs.verdict.save()
    assert seen(cast, now) == []
    judged(cast, now - 10 * DAY, "too_small")
    step(adjustment(cast, now), "dropped", said="No", version=1, by=cast.marketer, at=now)
    assert seen(cast, now) == [("too_small", "fair", 1, [])]


def test_reasons_of_lost_opportunities_count_too(cast: Cast, now: datetime) -> None:
    made = judged(cast, now - 10 * DAY)[0]
    price = Reason.objects.get(key="price")
    Outcome.objects.create(lead=made.lead, kind="lost", at=now - DAY, reason=price, by=cast.rep)
    adjustment(cast, now, reason="price", title="A price sheet")
    assert seen(cast, now) == [("price", "fair", 1, ["A price sheet"])]


def test_each_number_opens_its_leads_and_the_effect_is_told(cast: Cast) -> None:
    now = datetime.now().astimezone()
    judged(cast, now - 10 * DAY, "too_small", times=2)
    step(adjustment(cast, now - DAY), "done", said="The form asks", version=1, by=cast.marketer, at=now)
    client = Client()
    client.force_login(cast.rep)
    page = client.get("/followups/reasons/")
    (given,) = page.context["found"].shown
    assert client.get(given.url).context["count"] == given.count == 2
    assert "nobody judged since" in page.content.decode()
    assert "The form asks" in page.content.decode()
    assert "/followups/reasons/" in client.get("/followups/").content.decode()
