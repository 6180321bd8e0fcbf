"""The trail tells who changed what of the settings, and only grows."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import trail
from accounts.models import Change, Company
from accounts.settling import change_company
from leads.models import RoutingRule, ServiceLevel
from leads.routing_rules import keep_rule, move_rule, use_rule
from leads.service_levels import add_level, withdraw_level
from tests.cast import Cast

pytestmark = pytest.mark.django_db
RULE = {"name": "All", "way": "round_robin", "conditions": []}


def lines() -> list[tuple[str, str, dict[str, Any]]]:
    return list(Change.objects.order_by("pk").values_list("what", "act", "changes"))


def test_each_act_on_a_rule_is_one_line(cast: Cast) -> None:
    boss = cast.sales_manager
    first, second = (keep_rule(None, {**RULE, "name": name}, version=1, by=boss) for name in ("One", "Two"))
    keep_rule(second, {**RULE, "name": "Zwei"}, version=1, by=boss)
    move_rule(second, up=True, by=boss)
    use_rule(first, active=False, by=boss)
    use_rule(first, active=False, by=boss)
    use_rule(first, active=True, by=boss)
    assert {what for what, _act, _changes in lines()} == {"leads.routingrule"}
    assert [(act, changes) for _what, act, changes in lines()] == [
        ("added", {}),
        ("added", {}),
        ("changed", {"name": ["Two", "Zwei"]}),
        ("moved", {"position": [2, 1]}),
        ("retired", {}),
        ("brought_back", {}),
    ]
    assert RoutingRule.objects.count() == 2


def test_a_level_that_was_withdrawn_keeps_its_name_in_the_trail(cast: Cast, now: datetime) -> None:
    told: dict[str, Any] = {"grade": "A", "kind": "verdict", "amount": 9, "unit": "calendar_days"}
    level = add_level(**told, valid_from=now + timedelta(days=9), by=cast.admin, at=now)
    withdraw_level(level, by=cast.admin, at=now)
    assert [(act, what) for what, act, _changes in lines()] == [
        ("added", "leads.servicelevel"),
        ("removed", "leads.servicelevel"),
    ]
    assert not ServiceLevel.objects.filter(amount=9).exists()
    assert set(Change.objects.values_list("label", flat=True)) == {"A verdict: 9 calendar days"}


def test_what_fails_leaves_no_line(cast: Cast) -> None:
    def renamed_and_broken_off() -> None:
        with transaction.atomic():
            change_company({"name": "Nordwind"}, version=1, by=cast.admin)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        renamed_and_broken_off()
    assert lines() == []


@pytest.mark.parametrize("act", ["UPDATE accounts_change SET label = 'x'", "DELETE FROM accounts_change"])
def test_the_database_lets_nobody_change_a_line(act: str, cast: Cast) -> None:
    trail.note(cast.rep, "changed", by=cast.admin)
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
    assert Change.objects.get().label == "Rep"


def test_the_page_says_who_from_where_and_from_what_to_what(cast: Cast, client: Client) -> None:
    client.force_login(cast.sales_manager)
    client.get("/settings/company/")
    company = Company.objects.first()
    facts = {
        "name": "Nordwind",
        "time_zone": "Europe/Berlin",
        "currency": "SEK",
        "fiscal_year_start": 1,
        "credit_half_life": 30,
    }
    client.post("/settings/company/", {**facts, "version": company.version if company else 1})
    keep_rule(None, RULE, version=1, by=cast.admin)
    page = client.get("/settings/trail/").content.decode()
    assert "127.0.0.1" in page
    assert "to “SEK”" in page
    assert "Sales Manager" in page
    only = client.get("/settings/trail/?what=leads.routingrule").content.decode()
    assert ("SEK" in only, "Admin" in only) == (False, True)


def test_pages_go_on_by_key(cast: Cast, client: Client) -> None:
    for n in range(51):
        trail.note(cast.rep, "changed", by=cast.admin, changes={"capacity": [n, n + 1]})
    client.force_login(cast.admin)
    first = client.get("/settings/trail/")
    second = client.get("/settings/trail/", {"after": first.context["page"].next})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)
