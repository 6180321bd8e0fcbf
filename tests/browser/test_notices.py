"""Choosing what reaches one, and chat addresses, in a browser."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from notices.messages import unsubscribe_path
from notices.models import Delivery, WebhookEndpoint
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
    told = told_of(cast, now)
    hooks = "/settings/webhooks/"
    one = f"{hooks}{told.endpoint_id}/"
    for path in (
        "/notices/settings/", "/notices/addresses/", unsubscribe_path(cast.rep, "breached"), hooks, one,
        f"{one}deliveries/{told.pk}/",
    ):  # fmt: skip
        page.goto(path)
        found[path] = violations(page)
    page.goto(one)
    page.get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_label("Copy it now")).to_have_value(re.compile("^whsec_"))
    found["secret"] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def told_of(cast: Cast, now: datetime) -> Delivery:
    """What a program that fails was told, and not taken."""
    facts = {"name": "CRM", "url": "https://crm.example.com/x", "form": "event", "kinds": ["lead.won"], "added_at": now}
    found = WebhookEndpoint.objects.create(**facts, failing_since=now)
    why = {"status": 500, "took_ms": 12, "attempts": 3, "last_error": "The receiver answered 500."}
    return Delivery.objects.create(endpoint=found, kind="ping", key="ping", at=now, next_at=now, **why)


def test_a_choice_is_made_with_the_keyboard(cast: Cast, visit: Visit) -> None:
    page = visit(cast.rep, "/notices/")
    page.get_by_role("link", name="What reaches you").click()
    page.get_by_role("group", name="An answer is late").get_by_label("At once").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. It holds for what comes from now on.")).to_be_visible()
    expect(page.get_by_role("group", name="An answer is late").get_by_label("In the daily digest")).to_be_checked()
    assert ways_of(cast.rep)["breached"] == "daily"
