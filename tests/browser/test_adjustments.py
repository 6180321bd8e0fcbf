"""Adjustments, the reasons of a campaign, and the manager's team in a browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from feedback.adjusting import step
from leads.models import Handoff
from tests.browser.conftest import Visit
from tests.cast import Cast, handoff
from tests.feedback.adjusted import adjustment, judged

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
DAY = timedelta(days=1)


@pytest.fixture
def lately() -> datetime:
    return datetime.now(UTC) - 10 * DAY


def test_everybody_can_use_every_page(
    cast: Cast, lately: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    judged(cast, lately, "too_small", times=3)
    done = step(adjustment(cast, lately), "done", said="The form asks", version=1, by=cast.marketer, at=lately + DAY)
    made = adjustment(cast, lately)
    handoff("ann@x.test", lately, cast.rep)
    page = visit(cast.sales_manager, "/adjustments/")
    found = {}
    for path in (
        "/adjustments/?show=open", "/adjustments/?show=done", made.get_absolute_url(), done.get_absolute_url(),
        "/adjustments/new/", "/adjustments/new/?campaign=fair&about=too_small", "/campaigns/fair/reasons/",
        "/followups/team/", "/followups/team/waits/", "/followups/reasons/", "/followups/?whose=team",
    ):  # fmt: skip
        page.goto(path)
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_from_the_campaign_to_a_change_that_is_done(cast: Cast, lately: datetime, visit: Visit) -> None:
    judged(cast, lately, "too_small", times=3)
    page = visit(cast.marketer, "/campaigns/fair/")
    page.locator("tr", has_text="Too small").get_by_role("link", name="Adjust").click()
    expect(page.get_by_role("heading", name="Retarget")).to_be_visible()
    page.get_by_label("What changes").fill("Ask the size")
    page.get_by_role("button", name="Open the adjustment").click()
    expect(page.get_by_role("heading", name="Ask the size")).to_be_visible()
    page.get_by_label("What was done, or why it is dropped").fill("The form asks")
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_text("What was done: The form asks")).to_be_visible()
    expect(page.locator("main")).to_contain_text("nobody judged since")


def test_a_manager_opens_the_team_and_reassigns_chosen_rows(cast: Cast, lately: datetime, visit: Visit) -> None:
    made = [handoff(f"n{n}@x.test", lately, cast.rep) for n in range(2)]
    page = visit(cast.sales_manager, "/followups/?whose=team")
    page.locator(".team > summary").click()
    expect(page.locator(".team").get_by_role("link", name="Rep", exact=True)).to_be_visible()
    for box in page.locator('input[name="handoff"]').all():
        box.check()
    page.get_by_label("Reassign to").select_option(label="Mate")
    page.get_by_role("button", name="Reassign", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 leads are with Mate now.")
    assert Handoff.objects.filter(rep=cast.mate).count() == len(made)


def test_a_manager_of_marketing_pulls_chosen_rows_back(cast: Cast, lately: datetime, visit: Visit) -> None:
    handoff("ann@x.test", lately, cast.rep)
    page = visit(cast.marketing_manager, "/followups/?whose=team")
    page.locator('input[name="handoff"]').check()
    page.get_by_label("Why marketing pulls them back").fill("The mailing was wrong")
    page.get_by_role("button", name="Pull back what nobody answered").click()
    expect(page.get_by_role("status")).to_contain_text("Pulled back: 1 lead.")
    assert not Handoff.objects.open().exists()
