"""Likely duplicates and organisations in a browser: with the keyboard, without scripts, on a phone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from leads.duplicates import propose_all
from leads.merging import merge
from leads.models import Duplicate, Lead, Organisation
from leads.organisations import mark_target
from tests.browser.conftest import Visit
from tests.cast import Cast, handoff, lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def two(cast: Cast, now: datetime) -> list[Lead]:
    waiting = handoff(
        "ann@kettler.test", now - timedelta(days=2), cast.rep, name="Ann Becker", phone="+49 30 901234",
        organisation="Kettler", campaign="fair",
    )  # fmt: skip
    twin = lead("a.becker@kettler.test", now, name="Ann Bekker", job_title="Buyer", organisation="Kettler")
    propose_all(at=now)
    return [waiting.lead, twin]


def test_everybody_can_use_the_pages(
    cast: Cast, two: list[Lead], now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    firm = mark_target(Organisation.objects.get(), by=cast.admin, at=now).get_absolute_url()
    merged = [lead(f"carl{n}@kettler.test", now, name="Carl Dorn") for n in range(2)]
    merge(*merged, by=cast.marketer, at=now)
    page = visit(cast.admin, "/leads/duplicates/")
    found = {}
    for path in (
        "/leads/duplicates/", f"/leads/{two[0].pk}/merge/{two[1].pk}/", two[0].get_absolute_url(),
        merged[0].get_absolute_url(), "/leads/", "/organisations/", firm, f"{firm}edit/",
    ):  # fmt: skip
        page.goto(path)
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_leads_become_one_and_two_again(scripts: bool, cast: Cast, two: list[Lead], visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/", java_script_enabled=scripts)
    page.get_by_role("link", name="1 likely duplicate").click()
    expect(page.locator(".pairs > li")).to_contain_text("Similar name")
    page.get_by_role("link", name="Compare and merge").click()
    expect(page.get_by_role("radio", name="Ann Becker").first).to_be_checked()
    page.get_by_role("group", name="Name", exact=True).get_by_role("radio", name="Ann Bekker").check(force=True)
    page.get_by_role("button", name="Merge the two").click()
    expect(page.get_by_role("heading", name="Ann Bekker", level=1)).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("both were one person")
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.get_by_role("heading", name="Ann Becker", level=1)).to_be_visible()
    assert Lead.objects.count() == 2


def test_the_keyboard_alone_merges(cast: Cast, two: list[Lead], visit: Visit) -> None:
    page = visit(cast.sales_manager, f"/leads/{two[0].pk}/merge/{two[1].pk}/")
    page.locator("[name=keep]").first.focus()
    page.keyboard.press("ArrowRight")
    for _step in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Merge the two":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("are one lead")
    assert Lead.objects.get().pk == two[1].pk


def test_two_people_stay_two_and_undo_lists_them_again(cast: Cast, two: list[Lead], visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/duplicates/")
    page.get_by_role("button", name="Two people").click()
    expect(page.get_by_text("One person, one lead.")).to_be_visible()
    assert Duplicate.objects.get().state == "dismissed"
    page.keyboard.press("u")
    expect(page.locator(".pairs > li")).to_have_count(1)


def test_organisations_are_found_and_marked(cast: Cast, two: list[Lead], now: datetime, visit: Visit) -> None:
    lead("bob@other.test", now, organisation="Other")
    page = visit(cast.sales_manager, "/leads/")
    page.get_by_role("link", name="Organisations", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("searchbox").fill("kett")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#org-count")).to_have_text("1 organisation")
    page.get_by_role("link", name="Kettler").click()
    page.get_by_role("button", name="Mark as target account").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: Kettler is a target account.")
    page.get_by_role("link", name="2 people").first.click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_rep_without_scripts_finds_the_organisation_of_a_lead(cast: Cast, two: list[Lead], visit: Visit) -> None:
    page = visit(cast.rep, "/organisations/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("kettler")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Kettler").click()
    expect(page.get_by_role("heading", name="With sales")).to_be_visible()
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
