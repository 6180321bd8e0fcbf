"""Leads, one lead, the definition, notices and home in a browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from feedback.models import Outcome, Reason
from feedback.verdicts import Judgement, give_verdict
from leads.models import Handoff, Lead
from leads.sweeping import sweep
from notices.models import Notification
from tests.browser.conftest import PHONE, Visit
from tests.cast import Cast, handoff, lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def late(cast: Cast, now: datetime) -> Handoff:
    made = handoff(
        "annegret@kettler.test", now - timedelta(days=9), cast.rep, name="Annegret Schöffmann", organisation="Kettler"
    )
    lead("svenja@kettler.test", now - timedelta(days=3), "C", name="Svenja Ott", organisation="Kettler")
    sweep(now=now)
    return made


@pytest.mark.parametrize("who", ["rep", "marketer"])
def test_everybody_can_use_every_page(
    who: str, cast: Cast, late: Handoff, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    person = cast.everybody[who]
    page = visit(person, "/")
    found = {}
    panel, one = f"/handoffs/{late.pk}/panel/", late.lead.get_absolute_url()
    for path in ("/", "/leads/", "/leads/?grade=A&stage=won", one, "/definition/", "/notices/", "/followups/", panel):
        page.goto(path)
        if path == one and who == "rep":
            page.locator(".answer").wait_for()
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_list_narrows_while_somebody_types_and_comes_back(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.keyboard.press("/")
    page.keyboard.type("svenja")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#lead-count")).to_have_text("1 lead")
    page.get_by_text("Overdue", exact=True).click()
    expect(page.locator("#results")).to_contain_text("No lead is like this.")
    page.locator("#results .empty").get_by_role("link", name="Show all leads").click()
    page.locator("tbody tr", has_text="Annegret").locator("td").last.click()
    expect(page.get_by_role("heading", name="Annegret Schöffmann", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Leads", level=1)).to_be_visible()


def test_on_a_phone_names_have_room(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/", **PHONE)
    assert page.locator("tbody th").first.bounding_box()["width"] > 140


def test_a_filter_that_cannot_be_read_says_what_to_write(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.marketer, "/leads/?campaign=nope&wakes_before=soon", faults_expected=True)
    expect(page.get_by_role("alert")).to_contain_text("There is no campaign with this code.")
    expect(page.get_by_role("alert")).to_contain_text("Write a day such as 2027-03-01.")


def test_the_lead_page_explains_the_grade_and_shows_contradictions(cast: Cast, late: Handoff, visit: Visit) -> None:
    Outcome.objects.create(lead=late.lead, kind="won", at=late.lead.captured_at - timedelta(days=1))
    page = visit(cast.marketer, late.lead.get_absolute_url())
    expect(page.locator(".explain")).to_contain_text("Decides or buys")
    expect(page.locator(".explain")).to_contain_text("+20")
    expect(page.locator(".notice")).to_contain_text("Both are kept as told.")
    expect(page.locator(".mates")).to_contain_text("Svenja Ott")
    expect(page.locator(".timeline")).to_contain_text("Flag raised")
    expect(page.locator(".timeline")).not_to_contain_text("<time")


def test_a_number_on_home_opens_what_it_counts(cast: Cast, late: Handoff, now: datetime, visit: Visit) -> None:
    reason = Reason.objects.get(key="budget_next_year")
    woken = Judgement(verdict="nurture", reason=reason, wake_up_on=now.date() + timedelta(days=30))
    give_verdict(late, woken, by=cast.rep)
    Lead.objects.filter(pk=late.lead_id).update(wake_up_on=now.date())
    page = visit(cast.marketer, "/")
    page.get_by_role("link", name="1 lead wakes up").click()
    expect(page.locator("[data-count]").first).to_have_attribute("data-count", "1")
    expect(page.locator("tbody")).to_contain_text("Annegret Schöffmann")


def test_opening_a_notice_marks_it_read(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/notices/")
    page.get_by_role("button", name="Annegret Schöffmann got no answer in time").click()
    expect(page.get_by_role("heading", name="Annegret Schöffmann", level=1)).to_be_visible()
    page.goto("/notices/")
    expect(page.get_by_role("link", name="Annegret Schöffmann got no answer in time")).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("All are read.")).to_be_visible()
    assert not Notification.objects.filter(person=cast.rep).unread().exists()
