"""Counts that cost a page no more than a moment."""

import pytest
from django.db import DataError

from common.paging import cheap_count, is_long, within
from leads.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> None:
    Organisation.objects.bulk_create(Organisation(name=f"Firm {n}") for n in range(3))


def test_what_is_cheap_is_counted(three: None) -> None:
    assert cheap_count(Organisation.objects.order_by("name"), at_least=1) == (3, False)
    assert cheap_count(Organisation.objects.none(), at_least=0) == (0, False)


def test_what_the_planner_takes_for_dear_is_not_counted(three: None) -> None:
    dear = Organisation.objects.extra(where=["(SELECT count(*) FROM generate_series(1, 3000000)) > 0"])
    assert cheap_count(dear, at_least=50) == (50, True)


def test_a_count_that_takes_too_long_is_given_up_and_the_transaction_goes_on(three: None) -> None:
    slow = Organisation.objects.extra(where=["pg_sleep(0.2) IS NOT NULL"])
    assert cheap_count(slow, at_least=50) == (50, True)
    assert slow.count() == 3


def test_what_takes_too_long_is_given_up_and_other_faults_are_not(three: None) -> None:
    slow = Organisation.objects.extra(where=["pg_sleep(0.2) IS NOT NULL"])
    assert within(20, slow.count) is None
    assert within(5_000, Organisation.objects.count) == 3
    with pytest.raises(DataError):
        within(5_000, Organisation.objects.extra(where=["1 / (id - id) = 1"]).count)


def test_only_what_the_planner_takes_for_long_is_long(three: None) -> None:
    assert not is_long(Organisation.objects.order_by("name"))
    assert is_long(Organisation.objects.extra(where=["(SELECT count(*) FROM generate_series(1, 3000000)) > 0"]))
