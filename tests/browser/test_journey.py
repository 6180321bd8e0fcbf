"""The main job, from a file to the joint review, through the command and the pages."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.quarters import quarter_of
from leads.models import Handoff, Lead
from reviews.planning import add_line
from tests.browser.conftest import PHONE, Visit, settled
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

HEADER = "email,name,job_title,company,employees,industry,country,campaign,captured_at,kind,message\n"
ROWS = [
    "a.holm@holm.test,Astrid Holm,Head of procurement,Holm,640,Machinery,Denmark,Spring fair,{at},quote,Forty sensors",
    "b.ruiz@ruiz.test,Bruno Ruiz,Maintenance engineer,Ruiz Cement,300,Machinery,Spain,Spring fair,{at},webinar,",
    "c.young@gmail.com,Cleo Young,Student,,,,,Spring fair,{at},form,",
    "nobody,No Address,,,,,,,,,",
]


def test_from_a_file_to_the_joint_review(
    cast: Cast, now: datetime, tmp_path: Path, capsys: Any, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    # Only the rep is present, so every lead is theirs.
    User.objects.filter(pk__in=[cast.mate.pk, cast.other_rep.pk]).update(away_until=now + timedelta(days=9))
    assert import_rows(tmp_path, now - timedelta(hours=1), capsys) == {"created": 3, "refused": 1}
    page = visit(cast.rep, "/followups/")
    expect(page.locator("#whose [aria-current]")).to_have_text("Mine 2")
    answer_by_thumb(visit(cast.rep, "/followups/", **PHONE), "Bruno Ruiz")
    let_the_other_wait_too_long(now)
    manager = visit(cast.sales_manager, "/notices/")
    expect(manager.get_by_text("Astrid Holm got no answer in time")).to_be_visible()
    money = {"name": "Small stand", "channel": "event", "budget": Decimal(100), "owner": cast.marketer}
    add_line(quarter_of(now).key, money, by=cast.marketing_manager, at=now)
    check_the_review(visit(cast.marketing_manager, f"/reviews/{quarter_of(now).key}/"), violations)
    check_the_explanation(visit(cast.marketer, Lead.objects.get(name="Astrid Holm").get_absolute_url()))
    for path in ("/campaigns/", "/campaigns/spring-fair/", "/reviews/"):
        page = visit(cast.marketer, path, **PHONE)
        settled(page)
        assert violations(page) == []


def import_rows(folder: Path, at: datetime, capsys: Any) -> dict[str, int]:
    path = folder / "leads.csv"
    path.write_text(HEADER + "\n".join(row.format(at=at.isoformat()) for row in ROWS) + "\n", encoding="utf-8")
    call_command("import_file", "leads", str(path), "--json")
    told = json.loads(capsys.readouterr().out)
    return {key: told[key] for key in ("created", "refused")}


def answer_by_thumb(page: Page, who: str) -> None:
    page.locator("details.later > summary").tap()
    row = page.locator(".fu", has_text=who)
    row.locator("summary").first.tap()
    row.locator("label.verdict", has_text="Reject").tap()
    row.get_by_role("button", name="Too small").tap()
    expect(page.get_by_role("status").filter(has_text=f"Saved: {who}, rejected.")).to_be_visible()


def let_the_other_wait_too_long(now: datetime) -> None:
    waiting = Handoff.objects.waiting().get()
    past = {name: getattr(waiting, name) - timedelta(days=8) for name in ("at", "risk_at", "due_at", "verdict_due_at")}
    Handoff.objects.filter(pk=waiting.pk).update(**past)
    call_command("sweep")


def check_the_review(page: Page, violations: Callable[[Page], list[str]]) -> None:
    # Its charts come after it.
    page.locator("#charts").wait_for()
    assert violations(page) == []
    page.get_by_label("Budget of Small stand").fill("250")
    expect(page.locator("#plan-left")).to_have_text("€250 are planned. No budget is given yet.")
    page.get_by_label("Budget given").fill("200")
    page.get_by_role("button", name="Save the budgets").click()
    expect(page.get_by_label("Budget given")).to_have_value("200")
    expect(page.locator("#plan-left")).to_contain_text("€50 more than the €200 given.")
    campaign = page.locator("#campaigns tbody tr", has_text="Spring fair")
    expect(campaign.locator("td.num").nth(1)).to_have_text("3 Leads")
    follow_up = page.locator("#followup")
    expect(follow_up).to_contain_text("1/2")
    page.locator("#followup dl a", has_text="2 Handed off").click()
    expect(page.locator("main")).to_contain_text("Astrid Holm")
    expect(page.locator("main")).to_contain_text("Bruno Ruiz")
    expect(page.locator("tbody tr")).to_have_count(2)


def check_the_explanation(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("Decides or buys")
    expect(page.locator("main")).to_contain_text("Flag raised: no answer in time")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def test_signing_in_with_the_address_and_leaving(cast: Cast, site: str, browser: Any) -> None:
    page = browser.new_page(base_url=site)
    page.goto("/followups/")
    page.get_by_label("E-mail").fill(cast.rep.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Follow-ups")).to_be_visible()
    page.get_by_role("button", name="Rep, account menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/followups/")
    expect(page.get_by_label("Password")).to_be_visible()
    page.close()
