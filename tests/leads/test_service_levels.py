"""Service levels are added, never changed: what was handed off keeps the level of its moment."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.errors import DomainError
from leads.models import Handoff, ServiceLevel
from leads.service_levels import add_level, held, withdraw_level
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def add(by: User, at: datetime, **facts: Any) -> ServiceLevel:
    said = {"grade": "A", "kind": "first_response", "amount": 2, "unit": "working_days", "valid_from": None}
    return add_level(**said | facts, by=by, at=at)


def test_a_new_level_holds_from_now_and_judges_nothing_again(cast: Cast, now: datetime) -> None:
    old = lead("ann@x.test", now - DAY, "A").handoffs.get()
    add(cast.sales_manager, now)
    new = lead("bob@x.test", now + timedelta(hours=1), "A").handoffs.get()
    assert Handoff.objects.get(pk=old.pk).due_at == old.due_at == old.at + 7 * DAY
    assert new.due_at < new.at + 7 * DAY


def test_a_level_may_hold_from_later_and_be_withdrawn_until_then(cast: Cast, now: datetime) -> None:
    coming = add(cast.marketing_manager, now, valid_from=now + 3 * DAY)
    first = held(now)[0]
    assert (first.now.amount, list(first.coming), list(first.before)) == (7, [coming], [])
    after = held(now + 3 * DAY)[0]
    assert (after.now, list(after.coming), len(after.before)) == (coming, [], 1)
    with pytest.raises(DomainError, match="holds already"):
        withdraw_level(coming, by=cast.sales_manager, at=now + 3 * DAY)
    withdraw_level(coming, by=cast.sales_manager, at=now)
    withdraw_level(coming, by=cast.sales_manager, at=now)
    assert not ServiceLevel.objects.filter(amount=2).exists()


def test_levels_that_cannot_be_are_refused(cast: Cast, now: datetime) -> None:
    before = ServiceLevel.objects.count()
    faults: list[dict[str, Any]] = [{"valid_from": now - DAY}, {"amount": 61}, {"amount": 0}]
    for fault in faults:
        with pytest.raises(DomainError) as error:
            add(cast.sales_manager, now, **fault)
        assert error.value.code == "bad_value"
    add(cast.sales_manager, now)
    with pytest.raises(DomainError):
        add(cast.sales_manager, now)
    for by in (cast.rep, cast.marketer):
        with pytest.raises(DomainError) as error:
            add(by, now, valid_from=now + DAY)
        assert error.value.code == "not_yours"
    assert ServiceLevel.objects.count() == before + 1


def test_the_page_says_what_holds_and_adds(cast: Cast, client: Client) -> None:
    client.force_login(cast.sales_manager)
    sent = {"grade": "A", "kind": "verdict", "amount": "10", "unit": "working_days", "valid_from": ""}
    assert client.post("/settings/service-levels/", sent).status_code == 302
    page = client.get("/settings/service-levels/").text
    assert "<strong>10 working days</strong>" in page
    assert "14 calendar days from the start" in page
