from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.creating import create_user
from campaigns.activities import log_activity
from campaigns.costs import add_cost
from campaigns.keeping import create_campaign
from campaigns.models import Activity, Campaign, Cost
from common.errors import DomainError

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 20)


@pytest.fixture
def marketer():
    return create_user(email="jonas@example.com", side="marketing", password="quiet-river-seven")


@pytest.fixture
def rep():
    return create_user(email="katja@example.com", side="sales", password="quiet-river-seven")


@pytest.fixture
def fair(marketer):
    return create_campaign(name="Hannover Messe stand", by=marketer)


def code_of(verb, *args, **given):
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def test_a_campaign_gets_a_code_from_its_name_and_belongs_to_its_maker(fair, marketer):
    assert (fair.code, fair.owner) == ("hannover-messe-stand", marketer)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "x" * 201}, "text_too_long"),
        ({"code": "two words"}, "bad_code"),
        ({"code": "HANNOVER-messe-stand"}, "code_taken"),
        ({"channel": "radio"}, "unknown_channel"),
        ({"starts_on": DAY, "ends_on": DAY - timedelta(days=1)}, "ends_before_start"),
        ({"budget": Decimal(-1)}, "amount_out_of_range"),
        ({"budget": Decimal(10) ** 12}, "amount_out_of_range"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused(fair, marketer, given, code):
    assert code_of(create_campaign, **{"name": "Fair", "by": marketer, **given}) == code
    assert Campaign.objects.count() == 1


def test_owner_and_partner_stand_on_their_sides(marketer, rep):
    assert code_of(create_campaign, name="Fair", by=marketer, owner=rep) == "wrong_owner"
    assert code_of(create_campaign, name="Fair", by=marketer, sales_partner=marketer) == "wrong_partner"


def test_sales_keeps_no_campaigns(fair, rep):
    assert code_of(create_campaign, name="Fair", by=rep) == "not_marketing"
    assert code_of(add_cost, fair, by=rep, kind="event", on=DAY, planned=Decimal(1)) == "not_marketing"
    assert code_of(log_activity, fair, by=rep, what="Stand", on=DAY) == "not_marketing"


def test_a_cost_may_be_planned_actual_or_both_and_free_is_not_empty(fair, marketer):
    free = add_cost(fair, by=marketer, kind="event", on=DAY, actual=Decimal(0))
    assert (free.planned, free.actual) == (None, 0)
    assert code_of(add_cost, fair, by=marketer, kind="event", on=DAY) == "amount_missing"
    assert code_of(add_cost, fair, by=marketer, kind="gold", on=DAY, actual=Decimal(1)) == "unknown_kind"
    assert code_of(add_cost, fair, by=marketer, kind="event", on=DAY, actual=Decimal(-1)) == "amount_out_of_range"
    assert list(Cost.objects.all()) == [free]


def test_an_activity_was_done_by_somebody_on_a_day(fair, marketer):
    done = log_activity(fair, by=marketer, what=" Stand, five days, six people ", on=DAY)
    assert (done.what, done.by, done.on) == ("Stand, five days, six people", marketer, DAY)
    tomorrow = timezone.now().date() + timedelta(days=2)
    assert code_of(log_activity, fair, by=marketer, what="Stand", on=tomorrow) == "in_future"
    assert code_of(log_activity, fair, by=marketer, what=" ", on=DAY) == "what_missing"
    assert list(Activity.objects.all()) == [done]
