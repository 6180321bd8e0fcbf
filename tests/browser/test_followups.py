"""Answering a lead: by mouse, by keyboard, by thumb, without scripts; and by those who may not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from feedback.models import Reason, Response, Verdict
from feedback.verdicts import Judgement, give_verdict
from leads.models import Handoff
from tests.browser.conftest import PHONE, Visit
from tests.cast import Cast, handoff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LATE, TODAY, LATER = timedelta(days=9), timedelta(days=6, hours=23, minutes=30), timedelta(hours=1)


@pytest.fixture
def late(cast: Cast, now: datetime) -> Handoff:
    return handoff("annegret@kettler.test", now - LATE, cast.rep, name="Annegret Schöffmann", organisation="Kettler")


@pytest.fixture
def later(cast: Cast, now: datetime) -> Handoff:
    return handoff("henrik@vandersteen.test", now - timedelta(days=8), cast.rep, name="Henrik Aaldering")


def row(page: Page, about: Handoff) -> Locator:
    return page.locator(f"#fu-{about.pk}")


def pick(page: Page, verdict: str) -> None:
    page.locator("label.verdict", has_text=verdict).click()


def test_two_presses_answer_a_lead_by_mouse(cast: Cast, late: Handoff, later: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/")
    expect(page.locator("#lede")).to_contain_text("2 are overdue")
    row(page, late).locator("summary").first.click()
    pick(page, "Accept")
    row(page, late).get_by_role("button", name="Meeting booked").click()
    expect(page.get_by_role("status").filter(has_text="Saved: Annegret Schöffmann, accepted.")).to_be_visible()
    expect(row(page, late)).to_have_count(0)
    expect(page.locator("#lede")).to_contain_text("1 is overdue")
    expect(page.locator("#whose [aria-current]")).to_have_text("Mine 1")
    expect(page.locator("#size-overdue")).to_have_text("1")
    assert Verdict.objects.get(handoff=late).verdict == "accepted"


def test_keys_alone_answer_one_lead_after_the_other(cast: Cast, late: Handoff, later: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/")
    page.keyboard.press("j")
    page.keyboard.press("n")  # on a closed row, whose form is not there yet
    expect(row(page, late).get_by_text("Why not now?")).to_be_visible()
    page.keyboard.press("3")
    expect(row(page, late)).to_have_count(0)
    expect(row(page, later).locator("summary").first).to_be_focused()
    page.keyboard.press("x")
    expect(row(page, later).get_by_text("Why does it not fit?")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("Nobody is waiting for you.")).to_be_visible()
    assert Verdict.objects.get(handoff=late).reason == Reason.objects.get(key="budget_next_year")
    assert Verdict.objects.get(handoff=later).reason == Reason.objects.get(key="too_small")


def test_two_keys_answer_the_most_pressing_lead(cast: Cast, late: Handoff, later: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/")
    page.keyboard.press("x")
    expect(row(page, late).get_by_text("Why does it not fit?")).to_be_visible()
    page.keyboard.press("2")
    expect(row(page, late)).to_have_count(0)
    assert Verdict.objects.get().handoff == late


def test_a_logged_contact_stops_the_clock_and_keeps_the_lead(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/")
    row(page, late).locator("summary").first.click()
    pick(page, "Log a contact")
    page.get_by_role("button", name="Called").click()
    expect(page.locator("#verdict .fu")).to_have_count(1)
    expect(page.locator("#overdue .fu")).to_have_count(0)
    expect(page.locator("#size-verdict")).to_have_text("1")
    # The row that came back opens like any other.
    row(page, late).locator("summary").first.click()
    expect(page.get_by_text("the verdict is still open")).to_be_visible()
    assert Response.objects.get(handoff=late).kind == "call"


def test_other_asks_for_words_and_loses_nothing(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/", faults_expected=True)
    row(page, late).locator("summary").first.click()
    pick(page, "Reject")
    page.get_by_text("add their words").click()
    page.locator(".fu-open").get_by_label("Evidence").select_option("rep_concluded")
    page.get_by_role("button", name="Other").click()
    words = page.locator(".fu-open").get_by_label("In their words")
    expect(words).to_be_focused()
    expect(words).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Write a note")).to_be_visible()
    expect(page.locator(".fu-open").get_by_label("Evidence")).to_have_value("rep_concluded")
    words.fill("Sold the plant")
    page.get_by_role("button", name="Other").click()
    expect(row(page, late)).to_have_count(0)
    given = Verdict.objects.get(handoff=late)
    assert (given.note, given.evidence) == ("Sold the plant", "rep_concluded")


def test_enter_in_a_field_saves_nothing(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/")
    row(page, late).locator("summary").first.click()
    pick(page, "Not now")
    page.get_by_text("add their words").click()
    page.locator(".fu-open").get_by_label("In their words").fill("In spring")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert not Verdict.objects.exists()


def test_a_faster_colleague_is_told_of(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/", faults_expected=True)
    row(page, late).locator("summary").first.click()
    pick(page, "Accept")
    give_verdict(late, Judgement(verdict="accepted"), by=cast.mate)
    row(page, late).get_by_role("button", name="Still talking").click()
    expect(row(page, late).get_by_role("alert")).to_contain_text("This handoff is closed already")
    expect(row(page, late)).to_contain_text("Accepted by Mate")
    expect(row(page, late).locator("form")).to_have_count(0)


def test_answering_a_lead_of_the_queue_takes_it(cast: Cast, late: Handoff, visit: Visit) -> None:
    Handoff.objects.update(rep=None)
    page = visit(cast.rep, "/followups/?whose=queue")
    row(page, late).locator("summary").first.click()
    expect(page.get_by_text("Whoever answers, takes it")).to_be_visible()
    pick(page, "Log a contact")
    page.get_by_role("button", name="E-mailed").click()
    expect(page.locator("#whose [aria-current]")).to_have_text("Queue 0")
    late.refresh_from_db()
    assert late.rep == cast.rep


def test_without_scripts_plain_forms_do_it(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/", faults_expected=True, java_script_enabled=False)
    row(page, late).locator("summary").first.click()
    page.get_by_role("link", name="Answer", exact=True).click()
    pick(page, "Reject")
    page.get_by_role("button", name="Other").click()
    expect(page.get_by_text("Write a note")).to_be_visible()
    page.get_by_role("button", name="Too small").click()
    expect(page).to_have_url(page.url.partition("/followups")[0] + "/followups/")
    expect(page.get_by_text("Saved: Annegret Schöffmann, rejected.")).to_be_visible()
    assert Verdict.objects.get(handoff=late).reason.key == "too_small"


def test_a_marketer_reads_and_cannot_answer(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.marketer, "/followups/")
    row(page, late).locator("summary").first.click()
    expect(row(page, late).get_by_text("Score")).to_be_visible()
    expect(row(page, late).locator("form")).to_have_count(0)
    page.goto(late.lead.get_absolute_url())
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(page.locator(".ask")).to_have_count(0)


def test_the_manager_sees_whose_lead_it_is(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.sales_manager, "/followups/")
    expect(row(page, late)).to_contain_text(cast.rep.name)


def test_the_lead_page_answers_too(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, late.lead.get_absolute_url())
    expect(page.get_by_text("late").first).to_be_visible()
    page.locator(".answer").wait_for()
    page.keyboard.press("a")
    page.get_by_role("button", name="Meeting booked").click()
    expect(page.get_by_text("Saved: Annegret Schöffmann, accepted.")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("Meeting booked")
    expect(page.locator(".ask")).to_have_count(0)


def test_everybody_can_use_the_list(
    cast: Cast, late: Handoff, later: Handoff, visit: Visit, violations: Callable[[Page], list[str]]
) -> None:
    page = visit(cast.rep, "/followups/?whose=team")
    assert violations(page) == []
    row(page, late).locator("summary").first.click()
    for verdict in ("accepted", "nurture", "rejected", "response"):
        page.locator(f'.answer [value="{verdict}"]').click()
        assert violations(page) == []


def test_on_a_phone_all_is_big_enough_for_a_thumb(cast: Cast, late: Handoff, visit: Visit) -> None:
    page = visit(cast.rep, "/followups/", **PHONE)
    row(page, late).locator("summary").first.click()
    page.locator('.answer [value="rejected"]').click()
    boxes = page.locator(".fu .pick, .fu .btn:visible, .fu .links a").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height).filter(height => height > 0)"
    )
    assert boxes
    assert min(boxes) >= 44
