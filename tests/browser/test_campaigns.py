"""A marketer logs a campaign with its cost and what was done, and reads what sales said, in a browser."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.quarters import quarter_of
from campaigns.activities import log_activity
from campaigns.costs import add_cost
from campaigns.keeping import create_campaign
from campaigns.models import Campaign
from imports.models import Import
from imports.running import go_on
from leads.capture.addresses import open_address
from leads.models import Handoff
from notices.models import Notification
from tests.browser.conftest import Visit, settled
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_everybody_can_use_every_page(cast: Cast, visit: Visit, violations: Callable[[Page], list[str]]) -> None:
    day = timezone.now().date()
    fair: Any = create_campaign(
        name="Fair", by=cast.marketer, starts_on=day - timedelta(days=5), ends_on=day + timedelta(days=5),
        budget=Decimal(1000), audience="Plant managers", expected_a=9, links=["https://example.com/fair"],
        aliases=["utm_fair"], sales_partner=cast.rep, countries=["DE"],
    )  # fmt: skip
    rate: Any = {"currency": "USD", "rate": Decimal("0.9")}
    line = add_cost(fair, by=cast.marketer, kind="media", on=day, actual=Decimal("450.10"), supplier="Messe", **rate)
    log_activity(fair, by=cast.marketer, what="Stand at the fair, 214 scans", on=day)
    create_campaign(name="Webinar", by=cast.marketer)
    asked: Any = [{"name": "note"}, {"name": "employees"}]
    door = open_address(fair, kind="form", by=cast.marketer, name="Stand", consent="Yes.", fields=asked)
    page, found = visit(cast.marketer, "/campaigns/"), {}
    quarter = f"calendar/?on={quarter_of(timezone.now()).key}"
    for path in (
        "",
        "new/",
        "new/?from=fair",
        "fair/",
        "fair/edit/",
        "fair/costs/new/",
        f"fair/costs/{line.pk}/",
        f"changes/?campaign={fair.pk}",
        "fair/merge/?with=webinar",
        quarter,
        "conversions/",
        f"fair/capture/{door.pk}/",
        f"fair/capture/{door.pk}/edit/",
        f"..{door.path}",
    ):
        page.goto(f"/campaigns/{path}")
        settled(page)
        for summary in page.locator("main details.change:not([open]) > summary").all():
            summary.click()
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_from_a_new_campaign_to_what_sales_said_of_its_leads(cast: Cast, visit: Visit, tmp_path: Path) -> None:
    page = visit(cast.marketer, "/")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name").fill("Autumn fair 2026")
    page.get_by_label("Channel").select_option("event")
    page.get_by_label("First day").fill("2026-09-01")
    page.get_by_label("Budget").fill("12000")
    page.get_by_role("button", name="Log the campaign").click()
    expect(page.get_by_role("heading", name="Autumn fair 2026")).to_be_visible()
    page.get_by_role("link", name="Add a cost").click()
    page.get_by_label("Kind").select_option("event")
    page.get_by_label("Actual").fill("8200.50")
    page.get_by_role("button", name="Add the cost").click()
    expect(page.locator("#costs")).to_contain_text("€8,201 of €12,000 are spent.")
    expect(page.locator("#costs tfoot")).to_contain_text("8,200.50")
    # What is still on its way would move the button.
    settled(page)
    page.get_by_label("What was done").fill("Stand at the fair, 214 scans")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#activities .timeline")).to_contain_text("214 scans")
    page.get_by_role("link", name="Once more").click()
    expect(page.get_by_label("What was done")).to_have_value("Stand at the fair, 214 scans")
    made = Campaign.objects.get(code="autumn-fair-2026")
    assert (made.owner, made.budget, made.costs.get().actual) == (cast.marketer, 12000, Decimal("8200.50"))
    leads_come_in(page, tmp_path / "scans.csv")
    waiting = Handoff.objects.get(lead__campaign=made)
    Handoff.objects.filter(pk=waiting.pk).update(rep=cast.rep, team=cast.rep.team)
    the_rep_turns_it_down(visit(cast.rep, waiting.lead.get_absolute_url()))
    page.goto(made.get_absolute_url())
    expect(page.locator("#reasons")).to_contain_text("Too small")
    notes = page.locator("#notes")
    expect(notes).to_contain_text("Four people in a garage")
    notes.get_by_role("button", name="Thank").click()
    expect(notes).to_contain_text("Thanked")
    page.locator("#opinions-h").scroll_into_view_if_needed()
    page.get_by_role("link", name="Open the lead").click()
    page.get_by_text("Ask back", exact=True).click()
    page.get_by_label("What marketing asks").fill("Do they grow?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#said")).to_contain_text("Do they grow?")
    assert Notification.objects.filter(person=cast.rep, kind__in=["thanks", "asked_back"]).count() == 2


def leads_come_in(page: Page, path: Path) -> None:
    """A file that names the campaign by its code; the worker's part is done here."""
    facts = "Head of procurement,640,Machinery,Germany,quote"
    path.write_text(
        "email,name,job_title,employees,industry,country,kind,campaign,captured_at\n"
        f"ann@x.test,Ann Becker,{facts},autumn-fair-2026,{timezone.now().isoformat()}\n"
    )
    page.goto("/imports/")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Load 1 lead").click()
    expect(page.get_by_role("status").first).to_be_visible()
    go_on(Import.objects.get().pk, at=timezone.now(), seconds=60)


def the_rep_turns_it_down(page: Page) -> None:
    page.locator("label.verdict", has_text="Reject").click()
    page.get_by_text("add their words").click()
    page.get_by_label("In their words").fill("Four people in a garage")
    page.get_by_role("button", name="Too small").click()
    expect(page.get_by_role("status").filter(has_text="rejected")).to_be_visible()
