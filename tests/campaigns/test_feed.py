"""A person's calendar feed: what it tells, who may read it, and how its address dies."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from accounts.models import Change
from alignment.logs import without_secrets
from campaigns.ending import abandon_campaign
from campaigns.feeding import make_feed, take_feed_back
from campaigns.keeping import change_campaign, create_campaign
from campaigns.models import CalendarFeed
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
AT = datetime.fromisoformat("2026-04-10T12:00:00+00:00")
SETTINGS = "/campaigns/calendar/feed/"


def url(secret: str) -> str:
    return f"/campaigns/calendar/feed/{secret}.ics"


@pytest.fixture(autouse=True)
def _in_april() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def secret(cast: Cast) -> str:
    return make_feed(by=cast.rep, only_mine=False, at=AT)[1]


def events(client: Client, secret: str) -> list[Any]:
    answer = client.get(url(secret))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_it_tells_campaigns_as_days_with_stable_marks(client: Client, cast: Cast, secret: str) -> None:
    facts: Any = {"channel": "event", "countries": ["DE"], "audience": "Plants, mills; «more»\r\nBEGIN:VALARM"}
    fair = create_campaign(
        name="Fair; stand, 2026\n", starts_on=date(2026, 4, 20), ends_on=date(2026, 4, 24), by=cast.marketer, **facts
    )
    create_campaign(name="Site", starts_on=date(2026, 5, 1), by=cast.marketer)
    create_campaign(name="Old", starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 9), by=cast.marketer)
    create_campaign(name="Undated", by=cast.marketer)
    first, second = events(client, secret)
    assert (first.get("summary"), first.decoded("dtstart"), first.decoded("dtend")) == (
        "Fair; stand, 2026", date(2026, 4, 20), date(2026, 4, 25),
    )  # fmt: skip
    assert "BEGIN:VALARM" in first.get("description"), "a text stays a text"
    assert "Region: Germany" in first.get("description")
    assert (first.get("uid"), first.get("sequence")) == (f"campaign-{fair.pk}@127.0.0.1", 0)
    assert first.decoded("dtstamp") == first.decoded("last-modified") == AT
    assert str(first.get("url")).endswith("/campaigns/fair-stand-2026/")
    assert (second.get("summary"), second.decoded("dtend")) == ("Site begins", date(2026, 5, 2))
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        change_campaign(fair, {"name": "Fair"}, version=1, by=cast.marketer)
        again = events(client, secret)[0]
    assert (again.get("uid"), again.get("sequence")) == (first.get("uid"), 1)
    assert again.decoded("last-modified") == AT + timedelta(days=1)


def test_one_that_is_abandoned_is_told_as_cancelled(client: Client, cast: Cast, secret: str) -> None:
    fair = create_campaign(name="Fair", starts_on=date(2026, 5, 1), by=cast.marketer)
    assert events(client, secret)[0].get("status") == "CONFIRMED"
    abandon_campaign(fair, why="No budget", version=1, by=cast.marketer, at=AT)
    assert events(client, secret)[0].get("status") == "CANCELLED"


def test_nothing_in_it_tells_of_a_person_or_money(client: Client, cast: Cast, secret: str) -> None:
    create_campaign(name="Fair", starts_on=AT.date(), sales_partner=cast.mate, budget=12345, by=cast.marketer)
    body = client.get(url(secret)).content.decode()
    for private in ("Marketer", "Mate", "Rep", "alignment.test", "12345", "ATTENDEE", "ORGANIZER"):
        assert private not in body


def test_long_lines_are_folded_and_no_control_character_gets_in(client: Client, cast: Cast, secret: str) -> None:
    create_campaign(name="Messe " + "ä" * 190 + "\x07", starts_on=AT.date(), by=cast.marketer)
    body = client.get(url(secret)).content
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\x07" not in body
    assert events(client, secret)[0].get("summary").startswith("Messe ää")


def test_it_may_tell_only_what_touches_my_accounts(client: Client, cast: Cast) -> None:
    secret = make_feed(by=cast.rep, only_mine=True, at=AT)[1]
    create_campaign(name="Fair", starts_on=AT.date(), by=cast.marketer)
    create_campaign(name="Site", starts_on=AT.date(), by=cast.marketer)
    assert events(client, secret) == []
    handoff("ann@x.test", AT, cast.rep, organisation="X", campaign="Site")
    assert [event.get("summary") for event in events(client, secret)] == ["Site begins"]


def test_what_has_not_changed_is_not_sent_again(client: Client, cast: Cast, secret: str) -> None:
    fair = create_campaign(name="Fair", starts_on=AT.date(), by=cast.marketer)
    answer = client.get(url(secret))
    again = client.get(url(secret), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    change_campaign(fair, {"offer": "Demo", "name": "Stand"}, version=1, by=cast.marketer)
    changed = client.get(url(secret), headers={"If-None-Match": answer["ETag"]})
    assert (changed.status_code, b"SUMMARY:Stand" in changed.content) == (200, True)
    for told in (answer, again):
        assert told["Cache-Control"] == "private, no-store"
        assert told["Referrer-Policy"] == "no-referrer"
        assert told["X-Robots-Tag"] == "noindex, nofollow"


def test_the_address_is_shown_once_kept_as_a_digest_and_a_new_one_kills_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep)
    assert "You have no feed." in client.get(SETTINGS).content.decode()
    first = client.post(SETTINGS, {"only_mine": "on"}).context["address"]
    secret = first.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) >= 43, "256 bits"
    feed = CalendarFeed.objects.get()
    assert secret not in str(CalendarFeed.objects.values().get())
    assert feed.only_mine
    page = client.get(SETTINGS).content.decode()
    assert secret not in page
    assert "Nobody has read it yet." in page
    stranger = Client()
    assert stranger.get(url(secret)).status_code == 200
    assert "It was read last on" in client.get(SETTINGS).content.decode()
    second = client.post(SETTINGS).context["address"].rpartition("/")[2].removesuffix(".ics")
    assert stranger.get(url(secret)).status_code == 404
    assert stranger.get(url(second)).status_code == 200
    assert client.post(f"{SETTINGS}removals/").status_code == 302
    assert stranger.get(url(second)).status_code == 404
    lines = (
        Change.objects.filter(what="campaigns.calendarfeed").order_by("pk").values_list("act", "by__name", "changes")
    )
    assert list(lines) == [("added", "Rep", {}), ("changed", "Rep", {}), ("removed", "Rep", {})]
    assert take_feed_back(by=cast.rep) is False
    assert Change.objects.filter(what="campaigns.calendarfeed").count() == 3


def test_it_is_dead_as_soon_as_its_person_is_deactivated(client: Client, cast: Cast, secret: str) -> None:
    assert client.get(url(secret)).status_code == 200
    type(cast.rep).objects.filter(pk=cast.rep.pk).update(is_active=False)
    assert client.get(url(secret)).status_code == 404


def test_it_opens_nothing_else_and_changes_nothing(client: Client, secret: str) -> None:
    answer = client.get(url(secret))
    assert answer.cookies == {}
    assert client.get("/campaigns/").status_code == 302
    assert client.get("/api/v1/leads/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert client.post(url(secret)).status_code == 405
    assert client.get(url("x" * 43)).status_code == 404
    assert client.get(url(CalendarFeed.objects.get().digest)).status_code == 404, "the digest is no key"


def test_logs_do_not_tell_the_address(client: Client, secret: str, caplog: pytest.LogCaptureFixture) -> None:
    line = without_secrets(None, "info", {"event": "request_started", "request": f"GET {url(secret)}", "n": 1})
    assert line == {"event": "request_started", "request": "GET /campaigns/calendar/feed/....ics", "n": 1}
    root = logging.getLogger().handlers
    assert any("without_secrets" in str(getattr(one.formatter, "foreign_pre_chain", "")) for one in root)
