"""The description of the API in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.conftest import now as now
from tests.browser.conftest import violations as violations
from tests.browser.conftest import visit as visit
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_everybody_can_read_it(cast: Cast, visit: Visit, violations: Callable[[Page], list[str]]) -> None:
    page = visit(cast.rep, "/api/docs/")
    for method in ("GET", "POST"):
        heading = page.get_by_role("heading", name=f"{method} /api/v1/leads/", exact=True)
        expect(heading).to_be_visible()
        about = page.locator("details", has=heading)
        expect(about.get_by_text("May refuse with")).to_be_hidden()
        heading.click()
        expect(about.get_by_text("May refuse with")).to_be_visible()
    assert violations(page) == []
