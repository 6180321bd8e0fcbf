"""The lead definition in a browser: drafted, edited, previewed, signed by both sides, in force."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from leads.defining import draft_from
from leads.models import Lead, LeadDefinition, Regrading
from leads.tasks import go_on_regrading
from tests.browser.conftest import Visit
from tests.cast import Cast, lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_from_a_draft_to_the_version_in_force(
    cast: Cast, now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    ann = lead("ann@ann.test", now - timedelta(days=1), "B", name="Ann Becker")
    page = visit(cast.marketer, "/definition/", faults_expected=True)  # thresholds that do not fall are refused
    page.get_by_role("button", name="Draft a change").click()
    expect(page.locator("#consequences")).to_contain_text("0 of 1 leads would be graded otherwise.")
    page.get_by_role("spinbutton", name="A from").fill("50")
    page.get_by_role("spinbutton", name="A from").press("Tab")
    expect(page.locator("#consequences")).to_contain_text("1 of 1 leads would be graded otherwise.")
    expect(page.locator("#scale")).to_contain_text("50")
    page.get_by_role("spinbutton", name="B from").fill("60")
    page.get_by_role("spinbutton", name="B from").press("Tab")
    expect(page.locator("#faults")).to_contain_text("A must start above B")
    page.get_by_role("spinbutton", name="B from").fill("40")
    page.get_by_role("spinbutton", name="B from").press("Tab")
    expect(page.locator("#faults")).to_be_empty()
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("main")).to_contain_text("Ann Becker")
    page.goto("/definition/draft/")
    page.get_by_role("button", name="Ask for signatures").click()
    expect(page.get_by_role("status").filter(has_text="asked for their signatures")).to_be_visible()
    expect(page.get_by_role("button", name="Sign for marketing")).to_have_count(0)
    for manager, side in ((cast.marketing_manager, "marketing"), (cast.sales_manager, "sales")):
        page = visit(manager, "/definition/draft/")
        page.get_by_role("button", name=f"Sign for {side}").click()
    expect(page.get_by_role("heading", name="Lead definition, version 2")).to_be_visible()
    expect(page.locator(".seam[data-signed='both']")).to_have_count(1)
    expect(page.get_by_role("progressbar")).to_be_visible()
    go_on_regrading(Regrading.objects.get().pk)
    expect(page.locator("#regrading")).to_contain_text("All 1 leads were graded by version 2")
    ann.refresh_from_db()
    assert (ann.grade, LeadDefinition.in_force().from_a) == ("A", 50)
    assert violations(page) == []


def test_the_draft_is_for_everybody_who_may_edit(
    cast: Cast, now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    lead("ann@ann.test", now - timedelta(days=1), "B", name="Ann Becker")
    draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)
    page = visit(cast.sales_manager, "/definition/draft/")
    expect(page.locator("#consequences table").first).to_be_visible()
    page.get_by_text("Add a fit criterion").click()
    assert violations(page) == []


def test_without_javascript_a_draft_is_edited_by_its_form(cast: Cast, now: datetime, visit: Visit) -> None:
    draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)
    page = visit(cast.marketer, "/definition/draft/", java_script_enabled=False)
    page.get_by_role("spinbutton", name="A from").fill("81")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("status").filter(has_text="Saved: draft of version 2.")).to_be_visible()
    page.get_by_role("link", name="Show what would change").click()
    expect(page.locator("main")).to_contain_text("A starts at 81, was 70.")


def test_a_grade_is_set_on_the_lead_page(
    cast: Cast, now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    ann = lead("ann@ann.test", now - timedelta(days=1), "C", name="Ann Becker")
    page = visit(cast.marketer, ann.get_absolute_url())
    page.get_by_text("Set another grade").click()
    page.locator("label.pick", has_text="B").filter(has=page.locator("input[name=grade]")).click()
    page.get_by_role("textbox", name="Why").fill("Met the owner at the fair")
    assert violations(page) == []
    page.get_by_role("button", name="Set the grade").click()
    expect(page.locator("main")).to_contain_text("set grade B.")
    expect(page.locator(".timeline")).to_contain_text("Grade set from C to B")
    assert Lead.objects.get().grade == "B"
