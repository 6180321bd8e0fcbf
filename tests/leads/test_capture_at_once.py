"""The same post many times at the same moment, and two workers at it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from leads.capture.addresses import open_address
from leads.capture.taking import take_waiting
from leads.models import Lead, Submission, Touch


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twelve_of_the_same_at_once_are_one_post_and_four_workers_take_it_once() -> None:
    cache.clear()
    fair = Campaign.objects.create(code="fair", name="Fair")
    site = open_address(fair, kind="site", by=None, name="Shop", per_minute=9)

    def send_one(_number: int) -> int:
        try:
            sent = json.dumps({"email": "ann@x.test"})
            return Client().post(site.path, sent, content_type="application/json").status_code
        finally:
            connection.close()

    def work(_number: int) -> int:
        try:
            return take_waiting(now=timezone.now() + timedelta(seconds=1)).taken
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(send_one, range(12)))
        assert sum(pool.map(work, range(4))) == 1
    # The limit is exact, unless a minute ended in between.
    assert answers in ([202] * 9 + [429] * 3, [202] * 12)
    assert (Submission.objects.get().repeats, Lead.objects.count(), Touch.objects.count()) == (
        answers.count(202) - 1, 1, 1,
    )  # fmt: skip
