"""Marketing pulls back what nobody answered; what was late stays late."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alignment.invariants import broken
from common.errors import DomainError
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads import clock
from leads.models import Event, Handoff
from leads.pulling_back import pull_back
from leads.sweeping import sweep
from leads.timeline import timeline
from notices import outbox
from notices.models import Notification
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def made(cast: Cast, now: datetime) -> Handoff:
    return handoff("ann@x.test", now - DAY, cast.rep)


def test_a_running_clock_is_released_and_the_lead_is_with_marketing(made: Handoff, cast: Cast, now: datetime) -> None:
    lines = made.events.count()
    pull_back(made.lead, by=cast.marketer, why=" Wrong list ", at=now)
    made.refresh_from_db()
    assert (made.released_at, made.closed_at, made.released_why) == (now, now, "pulled_back")
    assert clock.state(made, now + 30 * DAY) == clock.State.RELEASED
    assert (made.lead.stage, made.lead.owner) == ("new", None)
    line = made.events.get(kind="released")
    assert (made.events.count(), line.by, line.at) == (lines + 1, cast.marketer, now)
    assert line.data == {"grade": "A", "why": "pulled_back", "note": "Wrong list", "late": False}
    said = timeline(made.lead)[0]
    assert (said.fact, said.detail) == (
        "Back with marketing: marketing pulled it back before anybody answered", "“Wrong list”",
    )  # fmt: skip
    assert (Notification.objects.get().person, Notification.objects.get().detail) == (cast.rep, "Wrong list")
    outbox.give_up_old(now=timezone.now())  # told in September, and nobody delivered it
    assert broken() == []


def test_a_late_clock_stays_breached_and_is_flagged_once(made: Handoff, cast: Cast, now: datetime) -> None:
    late = now + 10 * DAY
    pull_back(made.lead, by=cast.marketer, why="Too long", at=late)
    made.refresh_from_db()
    assert (made.released_at, made.closed_at) == (None, late)
    assert clock.state(made, late) == clock.State.BREACHED
    assert (sweep(now=late).breached, sweep(now=late).breached) == (1, 0)
    outbox.give_up_old(now=timezone.now())  # told in September, and nobody delivered it
    assert broken() == []


@pytest.mark.parametrize("who", ["rep", "mate", "sales_manager"])
def test_sales_pulls_nothing_back(made: Handoff, cast: Cast, now: datetime, who: str) -> None:
    assert refusal(made, cast.everybody[who], "Mine", now) == "not_yours"


def refusal(made: Handoff, by: object, why: str, now: datetime) -> str:
    events = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        pull_back(made.lead, by=by, why=why, at=now)  # type: ignore[arg-type]
    made.refresh_from_db()
    assert (made.released_why, Event.objects.count(), Notification.objects.count()) == ("", events, 0)
    return refused.value.code


@pytest.mark.parametrize("why", ["", " ", "x" * 1001])
def test_nothing_is_pulled_back_without_a_why(made: Handoff, cast: Cast, now: datetime, why: str) -> None:
    assert refusal(made, cast.marketer, why, now) == "why_missing"


def test_what_sales_answered_stays_with_sales(made: Handoff, cast: Cast, now: datetime) -> None:
    respond(made, by=cast.rep, kind="call")
    assert refusal(made, cast.marketer, "Wrong list", now) == "answered"
    give_verdict(made, Judgement(verdict="accepted"), by=cast.rep)
    assert refusal(made, cast.marketer, "Wrong list", now) == "not_with_sales"


def test_who_was_never_with_sales_is_not_pulled_back(cast: Cast, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        pull_back(lead("bob@y.test", now), by=cast.marketer, why="Wrong list", at=now)
    assert refused.value.code == "not_with_sales"


def test_the_lead_page_offers_it_to_marketing_while_nobody_answered(made: Handoff, cast: Cast, client: Client) -> None:
    page, url = made.lead.get_absolute_url(), f"/leads/{made.lead_id}/pullings/"
    client.force_login(cast.rep)
    assert url not in client.get(page).content.decode()
    client.force_login(cast.marketer)
    assert url in client.get(page).content.decode()
    assert client.post(url, {"why": "Wrong list"})["Location"] == page
    assert Handoff.objects.get(pk=made.pk).released_why == "pulled_back"
    assert url not in client.get(page).content.decode()
