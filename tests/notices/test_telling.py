"""Who is told goes into the app, and into the outbox as each person chose."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from notices import kinds
from notices.kinds import DAILY, WEEKLY, Way
from notices.models import Delivery, Notification, WebhookEndpoint
from notices.telling import Notice, tell
from notices.wishes import choose, unsubscribe, way_of, ways_of
from tests.cast import Cast
from tests.notices.conftest import Tell

pytestmark = pytest.mark.django_db


def test_a_fact_is_in_the_app_and_in_the_outbox_once(cast: Cast, news: Tell, now: datetime) -> None:
    for _again in range(3):
        news(cast.rep)
    news(cast.rep, at=now + timedelta(days=1))
    assert Notification.objects.get().person == cast.rep
    delivery = Delivery.objects.get()
    assert (delivery.person, delivery.kind, delivery.state) == (cast.rep, "breached", "waiting")
    assert list(delivery.notices.all()) == list(Notification.objects.all())


@pytest.mark.parametrize(("way", "mails", "awaits"), [("at_once", 1, False), ("daily", 0, True), ("never", 0, False)])
def test_each_person_chooses_per_kind(cast: Cast, news: Tell, way: str, mails: int, awaits: bool) -> None:
    choose(cast.rep, {"breached": Way(way)})
    news(cast.rep)
    assert Delivery.objects.count() == mails
    assert Notification.objects.get().awaits_digest is awaits


def test_without_a_choice_the_default_of_the_kind_holds(cast: Cast, news: Tell) -> None:
    news(cast.rep, kind="at_risk", fact="soon")
    news(cast.rep, kind="breached", fact="late")
    assert Notification.objects.get(awaits_digest=True).kind == "at_risk"
    assert Delivery.objects.get().kind == "breached"


def test_news_of_a_kind_that_come_together_are_one_mail(cast: Cast, now: datetime) -> None:
    late = [Notice(p.pk, "breached", f"h{n}", f"Lead {n}", "/") for n in range(30) for p in (cast.rep, cast.mate)]
    tell(late, at=now)
    assert Notification.objects.count() == 60
    assert sorted(Delivery.objects.values_list("person__name", flat=True)) == ["Mate", "Rep"]
    assert [delivery.notices.count() for delivery in Delivery.objects.all()] == [30, 30]


def test_what_is_new_is_told_beside_what_was_told_before(cast: Cast, now: datetime) -> None:
    def told(*facts: str) -> None:
        tell([Notice(cast.rep.pk, "breached", fact, fact, "/") for fact in facts], at=now)

    told("a")
    told("a", "b")
    assert [[n.key for n in d.notices.all()] for d in Delivery.objects.order_by("key")] == [["a"], ["b"]]


def test_who_has_no_address_or_left_gets_no_mail(cast: Cast, news: Tell) -> None:
    cast.rep.is_active = False
    cast.rep.save()
    news(cast.rep)
    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 0)


def test_what_is_rolled_back_was_never_told(cast: Cast, news: Tell) -> None:
    with transaction.atomic():
        news(cast.rep)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert not Delivery.objects.exists()


def test_a_kind_that_no_room_registered_is_an_error(cast: Cast, news: Tell) -> None:
    with pytest.raises(LookupError, match="hearsay"):
        news(cast.rep, kind="hearsay")


def test_telling_takes_the_same_queries_for_many(cast: Cast, now: datetime, django_assert_max_num_queries: Any) -> None:
    late = [Notice(cast.rep.pk, "breached", f"h{n}", f"Lead {n}", "/") for n in range(500)]
    with django_assert_max_num_queries(12):
        tell(late, at=now)
    with django_assert_max_num_queries(0):
        tell([], at=now)


# --- webhooks -------------------------------------------------------------------------------------


def hook(now: datetime, **owner: Any) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(url="https://hooks.test/x", kinds=["breached"], added_at=now, **owner)


def test_a_team_hears_of_a_fact_once(cast: Cast, news: Tell, now: datetime) -> None:
    north = hook(now, team=cast.rep.team)
    news(cast.rep, cast.mate, cast.other_rep)
    cast.sales_manager.team = cast.rep.team
    cast.sales_manager.save()
    news(cast.sales_manager, at=now + timedelta(minutes=1))
    assert Delivery.objects.get(endpoint__isnull=False).endpoint == north


def test_a_webhook_takes_its_kinds_and_none_after_it_was_removed(cast: Cast, news: Tell, now: datetime) -> None:
    mine = hook(now, person=cast.rep)
    news(cast.rep, kind="escalated", fact="other")
    news(cast.mate, fact="of another")
    news(cast.rep, fact="mine")
    WebhookEndpoint.objects.update(removed_at=now)
    news(cast.rep, fact="too late")
    assert [d.key for d in mine.deliveries.all()] == ["mine"]


def test_a_webhook_needs_no_mail(cast: Cast, news: Tell, now: datetime) -> None:
    hook(now, person=cast.rep)
    choose(cast.rep, {"breached": Way.NEVER})
    news(cast.rep)
    assert Delivery.objects.get().endpoint is not None


# --- choosing and leaving -------------------------------------------------------------------------


def test_leaving_a_kind_leaves_the_others(cast: Cast) -> None:
    unsubscribe(cast.rep, "breached")
    assert ways_of(cast.rep)["breached"] == Way.NEVER
    assert ways_of(cast.rep)["escalated"] == Way.AT_ONCE
    assert ways_of(cast.mate)["breached"] == Way.AT_ONCE


def test_leaving_the_daily_digest_leaves_every_kind_told_in_it(cast: Cast, news: Tell) -> None:
    choose(cast.rep, {"breached": Way.DAILY})
    news(cast.rep)
    unsubscribe(cast.rep, DAILY)
    ways = ways_of(cast.rep)
    assert (ways["breached"], ways["at_risk"], ways["escalated"]) == (Way.NEVER, Way.NEVER, Way.AT_ONCE)
    assert not Notification.objects.filter(awaits_digest=True).exists()


def test_the_weekly_digest_comes_until_somebody_leaves_it(cast: Cast) -> None:
    assert way_of(cast.rep, WEEKLY) == Way.AT_ONCE
    unsubscribe(cast.rep, WEEKLY)
    assert way_of(cast.rep, WEEKLY) == Way.NEVER


def test_people_are_offered_what_they_may_ever_hear_of(cast: Cast) -> None:
    offered = {role: {kind.key for kind in kinds.of(person)} for role, person in cast.everybody.items()}
    assert "at_risk" in offered["rep"]
    assert "import_ended" not in offered["rep"]
    assert "at_risk" not in offered["marketer"]
    assert "breached" in offered["marketer"]  # of campaigns that they own
    assert "thanks" in offered["rep"]
    assert "thanks" not in offered["marketer"]
    assert "definition" in offered["sales_manager"]
    assert "definition" not in offered["marketer"]
