"""The page of one lead: editing by two people at once, the menu, the timeline, personal data."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from leads.intake import take_in
from leads.models import Handoff, Lead
from leads.privacy import wish_contact
from tests.browser.conftest import Visit
from tests.cast import Cast, handoff, lead, row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def waiting(cast: Cast, now: datetime) -> Handoff:
    return handoff(
        "annegret@kettler.test", now - timedelta(days=2), cast.rep, name="Annegret Schöffmann", phone="+49 30 1",
        organisation="Kettler", facts={"colour": "blue"},
    )  # fmt: skip


def test_everybody_can_use_the_pages_of_a_lead(
    cast: Cast, waiting: Handoff, now: datetime, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    wish_contact(waiting.lead, allowed=False, why="No calls", by=cast.marketer, at=now)
    one = waiting.lead.get_absolute_url()
    page = visit(cast.admin, one)
    page.get_by_role("button", name="More acts").click()
    found = {"menu": violations(page)}
    for path in (
        one,
        f"{one}?story=answers",
        f"{one}edit/",
        f"{one}touches/",
        f"{one}person/",
        f"{one}person/erasure/",
    ):
        page.goto(path)
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_people_edit_at_once(scripts: bool, cast: Cast, waiting: Handoff, visit: Visit) -> None:
    url = f"{waiting.lead.get_absolute_url()}edit/"
    first = visit(cast.rep, url, java_script_enabled=scripts)
    second = visit(cast.marketer, url, java_script_enabled=scripts, faults_expected=True)
    first.get_by_label("Phone", exact=True).fill("+49 30 2")
    first.get_by_label("Job title").fill("Director")
    first.get_by_role("button", name="Save the lead").click()
    expect(first.get_by_role("status")).to_contain_text("Saved: Annegret Schöffmann.")
    second.get_by_label("Phone", exact=True).fill("+49 30 3")
    second.get_by_label("colour").fill("green")
    second.get_by_role("button", name="Save the lead").click()
    expect(second.get_by_role("alert")).to_contain_text("Rep changed this lead while you were writing.")
    line = second.locator("tbody tr", has_text="Phone")
    assert line.locator("td").all_inner_texts() == ["+49 30 1", "+49 30 2", "+49 30 3"]
    expect(second.get_by_label("Job title")).to_have_value("Director")
    second.get_by_role("button", name="Save the lead").click()
    expect(second.get_by_role("heading", name="Annegret Schöffmann", level=1)).to_be_visible()
    now = Lead.objects.get()
    assert (now.phone, now.job_title, now.facts) == ("+49 30 3", "Director", {"colour": "green"})


def test_an_address_that_is_taken_leads_to_its_owner(cast: Cast, waiting: Handoff, now: datetime, visit: Visit) -> None:
    lead("svenja@kettler.test", now, name="Svenja Ott")
    page = visit(cast.marketer, f"{waiting.lead.get_absolute_url()}edit/", faults_expected=True)
    page.get_by_label("E-mail").fill("Svenja@kettler.test")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Another lead has this address already.")).to_be_visible()
    page.get_by_role("link", name="Open that lead").click()
    expect(page.get_by_role("heading", name="Svenja Ott", level=1)).to_be_visible()


def test_marks_and_wishes_are_set_and_taken_back_by_keyboard(cast: Cast, waiting: Handoff, visit: Visit) -> None:
    page = visit(cast.marketer, waiting.lead.get_absolute_url())
    page.get_by_role("button", name="More acts").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Mark as spam").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kept out of figures: spam.")).to_be_visible()
    page.get_by_role("button", name="Count it again").press("Enter")
    expect(page.get_by_text("counts again")).to_be_visible()
    page.get_by_role("button", name="More acts").press("Enter")
    page.get_by_role("link", name="Consent and personal data").press("Enter")
    page.get_by_label("What they said").fill("No calls")
    page.get_by_role("button", name="Do not contact").press("Enter")
    expect(page.locator(".notice")).to_contain_text("Do not contact. Since")
    expect(page.locator("a[href^=tel]")).to_have_count(0)


def test_a_touch_is_added_by_hand(cast: Cast, waiting: Handoff, visit: Visit) -> None:
    page = visit(cast.marketer, waiting.lead.get_absolute_url())
    page.get_by_role("button", name="More acts").click()
    page.get_by_role("link", name="Add a touch").click()
    page.get_by_text("Called in", exact=True).click()
    page.get_by_label("Note").fill("Asked for the price list")
    page.get_by_role("button", name="Save the touch").click()
    expect(page.locator(".timeline li").first).to_contain_text("Asked for the price list")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_timeline_narrows_and_goes_on(
    scripts: bool, cast: Cast, waiting: Handoff, now: datetime, visit: Visit
) -> None:
    visits = [row("annegret@kettler.test", now - timedelta(minutes=n), kind="visit") for n in range(40)]
    take_in(visits, at=now)
    page = visit(cast.marketer, waiting.lead.get_absolute_url(), java_script_enabled=scripts)
    expect(page.locator(".timeline li")).to_have_count(31)
    page.get_by_role("link", name="Show older").click()
    expect(page.locator(".timeline")).to_contain_text("Asked for a quote")
    page.get_by_role("link", name="Answers", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("Nothing of this kind yet.")
    page.get_by_role("link", name="Handoffs", exact=True).click()
    expect(page.locator(".timeline li")).to_have_count(1)


def test_a_manager_erases_a_person(cast: Cast, waiting: Handoff, visit: Visit) -> None:
    page = visit(cast.sales_manager, f"{waiting.lead.get_absolute_url()}person/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take out as JSON").click()
    assert "annegret@kettler.test" in download.value.path().read_text()
    page.get_by_role("link", name="Erase this person").click()
    page.get_by_text("The person asked for it").click()
    page.get_by_role("button", name="Erase for ever").click()
    expect(page.get_by_role("heading", name="Erased person", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("Annegret")
