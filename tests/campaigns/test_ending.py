"""The status follows the dates unless somebody set it, with a why."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Change
from campaigns.ending import abandon_campaign, end_campaign, reopen_campaign
from campaigns.keeping import create_campaign
from campaigns.models import Campaign
from common.errors import DomainError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def campaign(cast: Cast, now: datetime, begins: int | None = None, ends: int | None = None) -> Campaign:
    """One that begins and ends so many days from `now`."""
    first, last = (None if n is None else now.date() + n * DAY for n in (begins, ends))
    return create_campaign(name=f"From {first} to {last}", starts_on=first, ends_on=last, by=cast.marketer)


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


@pytest.mark.parametrize(
    ("begins", "ends", "status"),
    [
        (None, None, "undated"), (1, 2, "planned"), (0, 0, "running"), (-1, None, "running"), (-2, -1, "ended"),
        (None, -1, "ended"), (None, 1, "undated"),
    ],
)  # fmt: skip
def test_the_status_follows_the_dates(
    begins: int | None, ends: int | None, status: str, cast: Cast, now: datetime
) -> None:
    made, day = campaign(cast, now, begins, ends), now.date()
    assert made.status_on(day) == status
    assert Campaign.objects.running_on(day).exists() == (status == "running")
    assert Campaign.objects.planned_on(day).exists() == (status == "planned")


def test_ending_and_reopening_are_one_line_each_with_their_why(cast: Cast, now: datetime) -> None:
    made = campaign(cast, now, -3, 3)
    ended = end_campaign(made, why=" The hall closed ", version=1, by=cast.marketer, at=now)
    assert (ended.status_on(now.date()), ended.status_why, ended.version) == ("ended", "The hall closed", 2)
    assert not Campaign.objects.running_on(now.date()).exists()
    back = reopen_campaign(ended, why="It opened again", version=2, by=cast.admin, at=now)
    assert (back.status_on(now.date()), back.status_why) == ("running", "")
    told = list(Change.objects.filter(what="campaigns.campaign").order_by("pk").values_list("by", "changes"))[1:]
    assert told == [
        (cast.marketer.pk, {"set_status": ["", "ended"], "status_why": ["", "The hall closed"]}),
        (cast.admin.pk, {
            "set_status": ["ended", ""], "status_why": ["The hall closed", ""], "reopened": [None, "It opened again"],
        }),
    ]  # fmt: skip


def test_one_that_has_not_begun_is_abandoned_and_not_ended(cast: Cast, now: datetime) -> None:
    made = campaign(cast, now, 5)
    assert refused(end_campaign, made, why="No budget", version=1, by=cast.marketer, at=now) == "not_begun"
    gone = abandon_campaign(made, why="No budget", version=1, by=cast.marketer, at=now)
    assert gone.status_on(now.date()) == "abandoned"
    assert not Campaign.objects.planned_on(now.date()).exists()


def test_what_cannot_be_is_refused_and_leaves_no_line(cast: Cast, now: datetime) -> None:
    over, running = campaign(cast, now, -3, -1), campaign(cast, now, -3)
    given: dict[str, Any] = {"why": "So", "version": 1, "by": cast.marketer, "at": now}
    before = Change.objects.count()
    assert refused(end_campaign, over, **given) == "over_already"
    assert refused(abandon_campaign, over, **given) == "over_already"
    assert refused(reopen_campaign, over, **given) == "ended_by_dates"
    assert refused(reopen_campaign, running, **given) == "not_over"
    for verb in (end_campaign, abandon_campaign, reopen_campaign):
        assert refused(verb, running, **{**given, "why": " "}) == "why_missing"
        assert refused(verb, running, **{**given, "version": 2}) == "stale"
        assert refused(verb, running, **{**given, "by": cast.sales_manager}) == "not_marketing"
    assert Change.objects.count() == before


def test_the_database_keeps_no_set_status_without_a_why(cast: Cast, now: datetime) -> None:
    made = campaign(cast, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=made.pk).update(set_status="ended")


def test_the_page_ends_a_campaign_and_shows_why(client: Client, cast: Cast) -> None:
    made = create_campaign(name="Fair", starts_on=date(2020, 1, 1), by=cast.marketer)
    client.force_login(cast.marketer)
    said = {"act": "end", "why": "The hall closed", "version": 1}
    assert client.post("/campaigns/fair/statuses/", {**said, "why": ""}).status_code == 422
    assert client.post("/campaigns/fair/statuses/", {**said, "act": "burn"}).status_code == 422
    assert client.post("/campaigns/fair/statuses/", {**said, "version": 9}).status_code == 409
    assert client.post("/campaigns/fair/statuses/", said)["Location"] == "/campaigns/fair/"
    page = client.get("/campaigns/fair/").content.decode()
    assert "<strong>ended</strong>: The hall closed" in page
    assert "Take it up again" in page
    client.force_login(cast.rep)
    assert client.post("/campaigns/fair/statuses/", {**said, "act": "reopen", "version": 2}).status_code == 403
    made.refresh_from_db()
    assert made.set_status == "ended"
