"""A goal by keyboard, and an agreement that both heads sign, in a browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.quarters import quarter_of
from tests.browser.conftest import Visit
from tests.cast import Cast, handoff
from tests.reviews.signed import clear_away

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_goal_is_set_and_both_heads_sign_what_they_owe(
    cast: Cast, now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    handoff("ann@x.test", now - timedelta(days=1), cast.rep)
    key = quarter_of(now).key
    page = visit(cast.sales_manager, f"/reviews/{key}/")
    page.locator("#goal-new").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Figure").select_option("handed_off_ab")
    dialog.get_by_label("Target").fill("30")
    page.keyboard.press("Enter")
    expect(page.locator("#goals-body")).to_contain_text("of 30")
    expect(dialog).to_be_hidden()
    page.locator("#goals-body").get_by_role("link", name="Change").click()
    dialog.get_by_label("Target").fill("40")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#goals-body")).to_contain_text("of 40")
    page.goto(f"/agreement/{key}/")
    for side, figure in (("Sales", "answered_in_time"), ("Marketing", "handed_off_ab")):
        page.get_by_role("link", name="Add a commitment").click()
        dialog.get_by_text(side, exact=True).click()
        dialog.get_by_label("Figure").select_option(figure)
        dialog.get_by_label("Target").fill("90")
        dialog.get_by_label("If we miss this").fill("sit down together.")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Sign for sales").click()
    expect(page.get_by_role("button", name="Sign for sales")).to_have_count(0)
    other = visit(cast.marketing_manager, f"/agreement/{key}/")
    other.get_by_role("button", name="Sign for marketing").click()
    expect(other.locator(".eyebrow")).to_contain_text("In force since")
    assert violations(other) == []
    other.goto(f"/reviews/{key}/goals/calculator/")
    assert violations(other) == []
    clear_away()
