"""A session ends 8 hours after its last request, and 7 days after its first."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db
START = 1_800_000_000


@pytest.fixture
def signed_in(client: Client) -> Client:
    with time_machine.travel(START, tick=False):
        client.force_login(get_user_model().objects.create(email="a@example.com", name="A", side="sales"))
        assert is_signed_in(client)
    return client


def is_signed_in(client: Client) -> bool:
    # The password page is for people who are signed in; everybody else is sent to the entrance.
    return client.get("/accounts/password/change/").headers.get("Location", "").find("/accounts/login/") < 0


def test_use_keeps_a_session_and_eight_idle_hours_end_it(signed_in: Client) -> None:
    for hours in (7, 14, 21):
        with time_machine.travel(START + timedelta(hours=hours).total_seconds(), tick=False):
            assert is_signed_in(signed_in)
    with time_machine.travel(START + timedelta(hours=29, minutes=1).total_seconds(), tick=False):
        assert not is_signed_in(signed_in)


def test_seven_days_end_a_session_that_is_in_use(signed_in: Client) -> None:
    for hours in range(7, 7 * 24 + 1, 7):
        with time_machine.travel(START + timedelta(hours=hours).total_seconds(), tick=False):
            assert is_signed_in(signed_in)
    with time_machine.travel(START + timedelta(days=7, seconds=1).total_seconds(), tick=False):
        assert not is_signed_in(signed_in)


def test_a_session_is_written_at_most_every_ten_minutes(signed_in: Client, django_assert_max_num_queries) -> None:
    with time_machine.travel(START + 60, tick=False):
        signed_in.get("/accounts/password/change/")
        before = signed_in.session["seen"]
        signed_in.get("/accounts/password/change/")
        assert signed_in.session["seen"] == before == START
