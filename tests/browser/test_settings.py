"""Settings in a browser: every page is usable, and a rule is written and tried."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Calendar
from leads.models import RoutingRule, ServiceLevel
from tests.browser.conftest import Visit
from tests.cast import Cast, handoff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.mark.parametrize("who", ["rep", "sales_manager"])
def test_everybody_can_use_every_page_of_settings(
    who: str, cast: Cast, now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    handoff("ann@x.test", now - timedelta(days=1), cast.rep)
    asked = [{"fact": "country", "test": "one_of", "value": ["Germany"]}]
    rule = RoutingRule.objects.create(position=1, name="Germany", way="round_robin", conditions=asked)
    RoutingRule.objects.create(position=2, name="Old", way="round_robin", is_active=False)
    ServiceLevel.objects.create(grade="A", kind="verdict", amount=9, valid_from=now + timedelta(days=9))
    calendar = Calendar.objects.create(name="Office", country="DE")
    page, found = visit(cast.everybody[who], "/settings/"), {}
    for path in (
        "", "company/", "teams/", f"teams/{cast.rep.team_id}/", f"calendars/{calendar.pk}/", "people/",
        f"people/{cast.rep.pk}/", "service-levels/", "routing/?newest=20", f"routing/{rule.pk}/", "tokens/",
    ):  # fmt: skip
        page.goto(f"/settings/{path}")
        if path.startswith("teams/") and path != "teams/":
            expect(page.locator("main")).to_contain_text("A first response would be due on")
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_manager_writes_a_rule_and_tries_it(cast: Cast, now: datetime, visit: Visit) -> None:
    handoff("ann@x.test", now - timedelta(days=1), cast.rep)
    page = visit(cast.sales_manager, "/settings/")
    page.get_by_role("link", name="Routing").click()
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Name", exact=True).fill("Germany")
    page.get_by_label("Fact").first.fill("country")
    page.get_by_label("Words, or from and to").first.fill("Germany")
    page.get_by_text("a named person", exact=True).click()
    page.get_by_label("Person optional").select_option(label="Other Rep")
    page.get_by_role("button", name="Save the rule").click()
    expect(page.locator(".routing")).to_contain_text("Country is one of: Germany")
    page.get_by_label("Number or address of a lead").fill("ann@x.test")
    page.get_by_role("button", name="Try this lead").click()
    expect(page.get_by_role("region", name="Dry run, table")).to_contain_text("Rule “Germany”: a named person")
    page.get_by_role("button", name=re.compile("Take out of use")).click()
    expect(page.get_by_role("heading", name="Out of use")).to_be_visible()
