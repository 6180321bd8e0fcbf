"""A marketer logs a campaign with its cost and what was done, in a browser."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.activities import log_activity
from campaigns.costs import add_cost
from campaigns.keeping import create_campaign
from campaigns.models import Campaign
from tests.browser.conftest import Visit
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_everybody_can_use_every_page(cast: Cast, visit: Visit, violations: Callable[[Page], list[str]]) -> None:
    day = timezone.now().date()
    fair: Any = create_campaign(
        name="Fair", by=cast.marketer, starts_on=day - timedelta(days=5), ends_on=day + timedelta(days=5),
        budget=Decimal(1000), audience="Plant managers", expected_a=9, links=["https://example.com/fair"],
        aliases=["utm_fair"],
    )  # fmt: skip
    rate: Any = {"currency": "USD", "rate": Decimal("0.9")}
    line = add_cost(fair, by=cast.marketer, kind="media", on=day, actual=Decimal("450.10"), supplier="Messe", **rate)
    log_activity(fair, by=cast.marketer, what="Stand at the fair, 214 scans", on=day)
    page, found = visit(cast.marketer, "/campaigns/"), {}
    for path in ("", "new/", "new/?from=fair", "fair/", "fair/edit/", "fair/costs/new/", f"fair/costs/{line.pk}/"):
        page.goto(f"/campaigns/{path}")
        page.wait_for_load_state("networkidle")
        for summary in page.locator("main details.change:not([open]) > summary").all():
            summary.click()
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_marketer_logs_a_campaign_a_cost_and_what_was_done(cast: Cast, visit: Visit) -> None:
    page = visit(cast.marketer, "/")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name").fill("Autumn fair 2026")
    page.get_by_label("Channel").select_option("event")
    page.get_by_label("First day").fill("2026-09-01")
    page.get_by_label("Budget").fill("12000")
    page.get_by_role("button", name="Log the campaign").click()
    expect(page.get_by_role("heading", name="Autumn fair 2026")).to_be_visible()
    page.get_by_role("link", name="Add a cost").click()
    page.get_by_label("Kind").select_option("event")
    page.get_by_label("Actual").fill("8200.50")
    page.get_by_role("button", name="Add the cost").click()
    expect(page.locator("#costs")).to_contain_text("€8,201 of €12,000 are spent.")
    expect(page.locator("#costs tfoot")).to_contain_text("8,200.50")
    page.get_by_label("What was done").fill("Stand at the fair, 214 scans")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#activities .timeline")).to_contain_text("214 scans")
    page.get_by_role("link", name="Once more").click()
    expect(page.get_by_label("What was done")).to_have_value("Stand at the fair, 214 scans")
    made = Campaign.objects.get(code="autumn-fair-2026")
    assert (made.owner, made.budget, made.costs.get().actual) == (cast.marketer, 12000, Decimal("8200.50"))
