"""The lead list in a browser: choosing by keyboard, acts on many, columns and views."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from leads.models import Export, Handoff, Lead, SavedView
from tests.browser.conftest import Visit
from tests.cast import Cast, handoff, lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def leads(cast: Cast, now: datetime) -> None:
    for n in range(3):
        handoff(
            f"ann{n}@kettler.test", now - timedelta(hours=n), cast.rep, name=f"Ann Becker {n}", organisation="Kettler"
        )
    lead("zoe@gmail.com", now - timedelta(days=3), "D", name="Zoë Müller")


def test_the_list_with_everything_open_is_accessible(
    cast: Cast, leads: None, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    SavedView.objects.create(owner=cast.sales_manager, name="Hot leads", query="grade=A")
    Lead.objects.filter(email="zoe@gmail.com").update(do_not_contact=True, tags=["fair"])
    page = visit(cast.sales_manager, "/leads/?grade=A&grade=D&column=phone&column=tags&column=touched")
    # Of the three acts one is open at a time; here each is looked at.
    page.locator(".more-filters, .list-acts details").evaluate_all(
        "all => all.forEach(one => { one.name = ''; one.open = true; })"
    )
    page.locator('input[name="lead"]').first.check()
    # The list brought what stands under "More filters" when that was opened.
    expect(page.get_by_role("textbox", name="Job title")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("combobox", name="Owner").select_option(label="Nobody")
    expect(page.locator(".chips")).to_contain_text("Owner: nobody")
    expect(page.locator("#results")).to_contain_text("Zoë Müller")
    expect(page.locator("#results")).not_to_contain_text("Ann Becker")
    page.goto("/leads/exports/")
    assert violations(page) == []


def test_rows_are_chosen_by_keyboard_and_given_to_another_rep(cast: Cast, leads: None, visit: Visit) -> None:
    page = visit(cast.sales_manager, "/leads/?order=name")
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press(" ")
    page.keyboard.press("j")
    page.keyboard.press(" ")
    expect(page.locator("[data-chosen]")).to_have_text("2 leads chosen")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_label("Rep")).to_be_focused()
    expect(page.locator("[data-chosen]")).to_have_text("2 leads chosen")
    page.get_by_label("Rep").select_option(label="Other Rep")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(".toast")).to_contain_text("2 leads changed.")
    assert Handoff.objects.filter(rep=cast.other_rep).count() == 2
    expect(page).to_have_url(page.url.split("/leads/")[0] + "/leads/?order=name")


def test_a_tag_is_put_on_all_and_taken_back(cast: Cast, leads: None, visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/?grade=A")
    page.get_by_label("Choose all on this page").check()
    page.locator("#bulk-tag").fill("Autumn")
    page.get_by_role("button", name="Tag", exact=True).click()
    expect(page.locator("tbody tr", has_text="autumn")).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("tbody tr", has_text="autumn")).to_have_count(0)
    assert not Lead.objects.exclude(tags=[]).exists()


def test_a_chip_takes_its_filter_away(cast: Cast, leads: None, visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/?grade=A&q=becker")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("#q").fill("mueler")
    expect(page.locator("#results")).to_contain_text("No lead is like this.")
    page.get_by_role("link", name="Grade: A").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("Nobody is spelt “mueler”. These are spelt alike.")


def test_columns_a_view_and_a_file(cast: Cast, leads: None, visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/?grade=A")
    page.locator(".list-acts summary", has_text="Columns").click()
    page.get_by_text("E-mail", exact=True).click()
    page.get_by_role("button", name="Show these columns").click()
    expect(page.get_by_role("columnheader", name="E-mail")).to_be_visible()
    page.locator(".list-acts summary", has_text="Save as view").click()
    page.get_by_label("Name", exact=True).fill("Hot")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", name="Hot", level=1)).to_be_visible()
    page.locator(".list-acts summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="XLSX").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert Export.objects.get().rows == 3
