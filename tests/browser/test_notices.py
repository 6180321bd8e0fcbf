"""Choosing what reaches one, and chat addresses, in a browser."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from notices.messages import unsubscribe_path
from notices.models import WebhookEndpoint
from notices.wishes import ways_of
from tests.browser.conftest import Visit
from tests.cast import Cast

pytestmark = [pytest.mark.browser]


def test_everybody_can_use_the_pages(
    cast: Cast, now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    for facts in ({"team": cast.rep.team}, {"person": cast.sales_manager}):
        url = "https://hooks.example.com/x"
        WebhookEndpoint.objects.create(url=url, kinds=["breached", "escalated"], added_at=now, **facts)
    page = visit(cast.sales_manager, "/")
    found = {}
    for path in ("/notices/settings/", "/notices/addresses/", unsubscribe_path(cast.rep, "breached")):
        page.goto(path)
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_choice_is_made_with_the_keyboard(cast: Cast, visit: Visit) -> None:
    page = visit(cast.rep, "/notices/")
    page.get_by_role("link", name="What reaches you").click()
    page.get_by_role("group", name="An answer is late").get_by_label("At once").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. It holds for what comes from now on.")).to_be_visible()
    expect(page.get_by_role("group", name="An answer is late").get_by_label("In the daily digest")).to_be_checked()
    assert ways_of(cast.rep)["breached"] == "daily"
