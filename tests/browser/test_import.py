"""A file from the drop zone to its undo, in a browser and with a real worker."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from imports.guarding import REASON
from imports.models import Import
from leads.models import Lead
from tests.alignment.processes import worker
from tests.browser.conftest import Visit
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SCANS = (
    "Vorname;Who;Postfach;Firma;Standbesuch\n"
    "Annegret;Schöffmann;annegret@kettler.test;Kettler & Söhne;2026-04-21\n"
    "Henrik;Aaldering;henrik@aaldering.test;Aaldering;2026-04-21\n"
    "Jürgen;Maßholder;j.massholder@;Gießerei Maßholder;2026-04-22\n"
)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    path = tmp_path / "scans.csv"
    path.write_bytes(SCANS.encode("cp1252"))
    return path


@pytest.fixture
def a_worker(cast: Cast) -> Iterator[None]:
    with worker():
        yield


def look_at(page: Page, path: Path) -> None:
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="Bring in leads")).to_be_visible()


def becomes(page: Page, column: str, field: str) -> None:
    page.get_by_label(f"{column} becomes", exact=True).select_option(field)


def test_from_the_file_to_the_result_and_back(
    cast: Cast, scans: Path, a_worker: None, visit: Visit, tmp_path: Path, violations: Callable[[Page], list[str]]
) -> None:
    page = visit(cast.marketer, "/imports/")
    look_at(page, scans)
    map_the_columns(page)
    assert violations(page) == []
    page.get_by_role("button", name="Load 2 leads").click()
    expect(page.get_by_role("status").first).to_contain_text("3 rows: 2 created", timeout=30_000)
    assert violations(page) == []
    assert Lead.objects.get(email="annegret@kettler.test").organisation.name == "Kettler & Söhne"
    again = mended(page, tmp_path)
    undo(page)
    assert not Lead.objects.exists()
    page.get_by_role("link", name="Load another file").click()
    expect(page.locator("tbody tr")).to_contain_text("Undone")
    look_at(page, again)
    expect(page.get_by_role("button", name="Load 1 lead")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Columns")).to_have_attribute("aria-current", "step")


def map_the_columns(page: Page) -> None:
    expect(page.get_by_text("No row can be loaded like this.")).to_be_visible()
    becomes(page, "Postfach", "email")
    expect(page.get_by_role("button", name="Load 2 leads")).to_be_visible()
    becomes(page, "Who", "last_name")
    becomes(page, "Standbesuch", "captured_at")
    becomes(page, "Firma", "organisation")
    expect(page.locator("#first, .preview").first).to_contain_text("Kettler & Söhne")
    page.get_by_label("Touch belongs to campaign").fill("Hannover Messe")
    page.get_by_label("Touch belongs to campaign").blur()
    expect(page.locator("#recognised")).to_contain_text("4 of 5 columns recognised")
    page.get_by_label("Keep these columns as").fill("Badge scanner")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Filled in as in “Badge scanner”")).to_be_visible()
    assert not Lead.objects.exists()


def mended(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 1 refused row").click()
    path = folder / download.value.suggested_filename
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith(REASON)
    path.write_text(text.replace("j.massholder@,", "j.massholder@giesserei.test,"), encoding="utf-8")
    return path


def undo(page: Page) -> None:
    page.locator("summary", has_text="Undo").click()
    page.get_by_role("button", name="Take 2 leads back").click()
    expect(page.locator(".notice")).to_contain_text("Marketer undid it")


def test_a_file_is_read_as_the_person_says(cast: Cast, tmp_path: Path, visit: Visit) -> None:
    path = tmp_path / "list.csv"
    path.write_text("email,name\nann@x.test,Ann\nbob@x.test,Bob\n")
    page = visit(cast.marketer, "/imports/")
    look_at(page, path)
    expect(page.get_by_role("button", name="Load 2 leads")).to_be_visible()
    page.get_by_text("How the file is read").click()
    page.get_by_label("Column names").select_option("none")
    expect(page.locator(".mapping tbody th").first).to_contain_text("email, ann@x.test, bob@x.test")
    assert Import.objects.get().version == 2


def test_a_dropped_file_is_sent_at_once(cast: Cast, visit: Visit) -> None:
    page = visit(cast.marketer, "/imports/")
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["email\\nann@x.test\\n"], "dropped.csv", { type: "text/csv" }));
            document.querySelector("[data-drop]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.get_by_text("dropped.csv, 1 row")).to_be_visible()


def test_without_scripts_plain_posts_do_it(cast: Cast, scans: Path, visit: Visit) -> None:
    page = visit(cast.marketer, "/imports/", java_script_enabled=False)
    look_at(page, scans)
    becomes(page, "Postfach", "email")
    page.get_by_role("button", name="Show what would happen now").click()
    page.get_by_role("button", name="Load 2 leads").click()
    expect(page.get_by_text("The file is being loaded.")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Marketer stopped it after 0 of 3 rows.")).to_be_visible()


def test_everybody_can_use_it(cast: Cast, scans: Path, visit: Visit, violations: Callable[[Page], list[str]]) -> None:
    page = visit(cast.marketer, "/imports/")
    found = {"/imports/": violations(page)}
    look_at(page, scans)
    becomes(page, "Postfach", "email")
    expect(page.get_by_role("button", name="Load 2 leads")).to_be_visible()
    page.get_by_text("How the file is read").click()
    page.locator("summary", has_text="1 refused row").click()
    found["columns"] = violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("button", name="Load 2 leads").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    found["running"] = violations(page)
    assert {where: faults for where, faults in found.items() if faults} == {}
    assert not wide


def test_every_act_is_in_reach_of_the_keyboard(cast: Cast, scans: Path, visit: Visit) -> None:
    page = visit(cast.marketer, "/imports/")
    look_at(page, scans)
    page.get_by_label("Postfach becomes", exact=True).focus()
    page.keyboard.type("E-mail")
    page.keyboard.press("Tab")
    load = page.get_by_role("button", name="Load 2 leads")
    expect(load).to_be_visible()
    for _press in range(60):
        if load.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
