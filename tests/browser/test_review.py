"""The meeting in a browser: two campaigns decided by keyboard, signed by two people in two browsers, and printed."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.quarters import quarter_of
from reviews.models import Decision, Review
from tests.browser.conftest import Visit
from tests.cast import Cast, handoff
from tests.reviews.signed import clear_away

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def last_quarter(cast: Cast) -> Iterator[str]:
    """A quarter that is over, with leads of two campaigns."""
    quarter = quarter_of(timezone.now()).shifted(-1)
    for n, campaign in enumerate(("Fair", "Webinar")):
        handoff(f"ann@x{n}.test", quarter.start + timedelta(days=20 + n), cast.rep, campaign=campaign)
    yield quarter.key
    clear_away()


def test_a_meeting_decides_by_keyboard_and_signs(
    cast: Cast, last_quarter: str, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    path = f"/reviews/{last_quarter}/"
    marketing, sales = visit(cast.marketing_manager, path), visit(cast.sales_manager, path)
    marketing.get_by_role("button", name="Begin the review").press("Enter")
    for n, code in enumerate(("fair", "webinar")):
        marketing.locator(f"#decide-{code}").press("Enter")
        dialog = marketing.locator("#deciding")
        dialog.locator("[name=kind]").nth(n).press("Space")
        dialog.locator("[name=rationale]").fill("Ask the budget")
        dialog.get_by_role("button", name="Save").press("Enter")
        expect(marketing.locator(f"#decision-{code}")).to_contain_text("Ask the budget")
    assert Decision.objects.exclude(kind="").count() == 2
    marketing.get_by_role("button", name="Sign for marketing").press("Enter")
    expect(marketing.locator("#sign")).to_contain_text("Take the freeze back")
    sales.reload()
    expect(sales.locator("#decision-fair")).to_contain_text("Ask the budget")
    sales.get_by_role("button", name="Sign for sales").press("Enter")
    expect(sales.locator("#sign")).to_contain_text("Both sides signed")
    assert Review.objects.get(quarter=last_quarter).is_signed
    assert violations(sales) == []
    sales.emulate_media(media="print")
    expect(sales.locator("#sign")).to_contain_text(Review.objects.get(quarter=last_quarter).snapshot.digest)
    expect(sales.locator(".agenda")).to_be_hidden()
    expect(sales.locator("#charts .stages")).to_be_visible()
    # A sum that repeats on each page would be read as that of the page.
    expect(sales.locator("#campaigns tfoot")).to_have_css("display", "table-row-group")
    assert sales.pdf(format="A4")[:4] == b"%PDF"
