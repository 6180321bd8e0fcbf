"""Digests: in the morning of the person's team, once per day and week."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import User
from alignment.today import needs
from notices.delivering import Delivered, deliver
from notices.digests import write_digests
from notices.kinds import WEEKLY, Way
from notices.models import Delivery, Notification
from notices.telling import mark_read
from notices.wishes import choose
from tests.cast import Cast, handoff
from tests.notices.conftest import Tell
from tests.notices.receivers import MailServer

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEDNESDAY = datetime(2026, 9, 16, 7, 59, tzinfo=UTC)
MONDAY = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_for_long(cast: Cast) -> None:
    """Nobody wants the weekly digest unless the test is about it."""
    User.objects.update(created_at=MONDAY - 30 * DAY)
    for person in cast.everybody.values():
        choose(person, {WEEKLY: Way.NEVER, "breached": Way.DAILY})


def test_the_daily_digest_comes_at_eight_with_all_that_is_unread(
    cast: Cast, news: Tell, mail_server: MailServer
) -> None:
    for n in range(3):
        news(cast.rep, fact=f"f{n}", at=WEDNESDAY - n * HOUR)
    mark_read(cast.rep, at=WEDNESDAY, notice_id=Notification.objects.get(key="f1").pk)
    assert write_digests(now=WEDNESDAY) == 0
    eight = WEDNESDAY + timedelta(minutes=1)
    assert [write_digests(now=eight) for _again in range(3)] == [1, 0, 0]
    assert deliver(now=eight) == Delivered(sent=1)
    (mail,) = mail_server.to(cast.rep.email)
    text = mail.get_body(["plain"]).get_content()  # type: ignore[union-attr]
    assert mail["Subject"] == "2 things since the last digest"
    assert text.index("Ann waits (f2)") < text.index("Ann waits (f0)")
    assert "f1" not in text


def test_each_day_has_its_own(cast: Cast, news: Tell) -> None:
    for n in range(3):
        news(cast.rep, fact=f"f{n}", at=WEDNESDAY + n * DAY)
        assert write_digests(now=WEDNESDAY + n * DAY + HOUR) == 1
        news(cast.rep, fact=f"later{n}", at=WEDNESDAY + n * DAY + 2 * HOUR)
        assert write_digests(now=WEDNESDAY + n * DAY + 3 * HOUR) == 0
    told = [[n.key for n in d.notices.order_by("at")] for d in Delivery.objects.order_by("at")]
    assert told == [["f0"], ["later0", "f1"], ["later1", "f2"]]


def test_a_beat_that_was_dead_for_three_days_writes_one(cast: Cast, news: Tell) -> None:
    for n in range(3):
        news(cast.rep, fact=f"f{n}", at=WEDNESDAY + n * DAY)
    assert [write_digests(now=WEDNESDAY + 3 * DAY + HOUR) for _again in range(2)] == [1, 0]
    assert Delivery.objects.get().notices.count() == 3


def test_nobody_gets_an_empty_one(cast: Cast, news: Tell) -> None:
    news(cast.rep)
    mark_read(cast.rep, at=WEDNESDAY)
    assert write_digests(now=WEDNESDAY + DAY + HOUR) == 0
    assert not Notification.objects.filter(awaits_digest=True).exists()


@pytest.mark.parametrize(
    ("zone", "utc"), [("Asia/Kathmandu", "02:15"), ("America/St_Johns", "10:30"), ("Pacific/Auckland", "20:00")]
)
def test_it_is_eight_where_the_team_is(cast: Cast, news: Tell, zone: str, utc: str) -> None:
    type(cast.rep.team).objects.filter(pk=cast.rep.team_id).update(time_zone=zone)  # type: ignore[type-var]
    news(cast.rep, at=WEDNESDAY - 2 * DAY)
    Delivery.objects.all().delete()
    hour, minute = map(int, utc.split(":"))
    eight = datetime(2026, 9, 16, hour, minute, tzinfo=UTC)
    assert write_digests(now=eight - timedelta(minutes=1)) == 0
    assert write_digests(now=eight) == 1


# --- the weekly one -------------------------------------------------------------------------------


def test_the_weekly_digest_says_what_the_home_page_says(cast: Cast, mail_server: MailServer) -> None:
    choose(cast.rep, {WEEKLY: Way.AT_ONCE})
    for n in range(3):
        handoff(f"late{n}@x.test", MONDAY - 9 * DAY, cast.rep)
    handoff("today@x.test", MONDAY - 7 * DAY + 2 * HOUR, cast.rep)
    assert [write_digests(now=MONDAY + n * HOUR) for n in range(-1, 3)] == [0, 1, 0, 0]
    deliver(now=MONDAY)
    items = needs(cast.rep, MONDAY)
    (mail,) = [mail for mail in mail_server.to(cast.rep.email) if "this week" in mail["Subject"]]
    text = mail.get_body(["plain"]).get_content()  # type: ignore[union-attr]
    assert mail["Subject"] == f"{len(items)} things need you this week"
    assert [items[0].title, items[1].title] == ["3 answers are late", "1 answer is due today"]
    for item in items:
        assert f"{item.title}\n{item.detail}\n{item.act}: https://alignment.test{item.url}" in text.replace("\r", "")


def test_a_week_with_nothing_to_do_sends_nothing(cast: Cast, mail_server: MailServer) -> None:
    choose(cast.marketer, {WEEKLY: Way.AT_ONCE})
    assert write_digests(now=MONDAY) == 1
    assert deliver(now=MONDAY) == Delivered(given_up=1)
    assert Delivery.objects.get().last_error == "Nothing needs this person."
    assert write_digests(now=MONDAY + DAY) == 0
    assert mail_server.mails == []


def test_a_beat_that_was_dead_on_monday_catches_up_until_friday(cast: Cast) -> None:
    choose(cast.rep, {WEEKLY: Way.AT_ONCE})
    assert write_digests(now=MONDAY + 4 * DAY) == 0
    assert [write_digests(now=MONDAY + 3 * DAY) for _again in range(2)] == [1, 0]
    assert write_digests(now=MONDAY + 7 * DAY) == 1


def test_who_came_during_the_week_waits_for_monday(cast: Cast) -> None:
    choose(cast.rep, {WEEKLY: Way.AT_ONCE})
    User.objects.filter(pk=cast.rep.pk).update(created_at=MONDAY + HOUR)
    assert write_digests(now=MONDAY + DAY) == 0
    assert write_digests(now=MONDAY + 7 * DAY) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_beats_at_once_write_each_digest_once(cast: Cast, news: Tell) -> None:
    people = (cast.rep, cast.mate, cast.sales_manager)
    for person in people:
        choose(person, {WEEKLY: Way.AT_ONCE})
    for n in range(20):
        news(*people, fact=f"f{n}", at=MONDAY - HOUR)
    start, wrote = threading.Barrier(4), []

    def beat() -> None:
        start.wait()
        try:
            wrote.append(write_digests(now=MONDAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(wrote), sum(wrote)) == (4, 6)
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == ["daily"] * 3 + ["weekly"] * 3
    assert [d.notices.count() for d in Delivery.objects.filter(kind="daily")] == [20, 20, 20]
