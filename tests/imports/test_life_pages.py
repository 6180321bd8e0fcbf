"""The pages of an import, without JavaScript and with htmx."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from imports import preparing, running, tasks
from imports.forms import AnswersForm
from imports.guarding import REASON, guarded, unguarded
from imports.models import Import, SavedMapping
from leads.models import Handoff, Lead
from notices.models import Notification
from tests.cast import Cast, loaded, upload
from tests.shared import DATA

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FILES = sorted(path for folder in ("messy", "vendor-exports") for path in (DATA / folder).glob("*.[ct]sv"))
needs_files = pytest.mark.skipif(not FILES, reason="the collected files are not beside this checkout (../shared/data)")
TEXT = (
    "email,full name,Budget,captured_at\n"
    "ann@x.test,Ann,=1+1,2026-09-01\n"
    "no address,Bob,-7,2026-09-02\n"
    "cat@x.test,Cat,5,2026-09-03\n"
)


@pytest.fixture
def run(cast: Cast) -> Import:
    return upload(TEXT, cast.marketer, timezone.now())


@pytest.fixture
def visitor(cast: Cast, client: Client) -> Client:
    client.force_login(cast.marketer)
    return client


def sent(run: Import, **more: Any) -> dict[str, Any]:
    """What the form posts where nobody changed anything, and `more`."""
    form = AnswersForm(run)
    return {name: form.get_initial_for_field(f, name) or "" for name, f in form.fields.items()} | more


def csv_rows(response: Any) -> Sequence[Sequence[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


# --- dropping a file -----------------------------------------------------------------------------


def test_a_dropped_file_opens_its_page(visitor: Client) -> None:
    answer = visitor.post("/imports/", {"kind": "leads", "file": SimpleUploadedFile("fair.csv", TEXT.encode())})
    run = Import.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    shown = visitor.get(run.get_absolute_url()).content.decode()
    assert "Load 2 leads" in shown
    assert "“no address” is not an e-mail address." in shown
    assert "Ann" in shown
    assert not Lead.objects.exists()


def test_only_columns_that_nobody_knows_want_a_look(visitor: Client, run: Import, cast: Cast) -> None:
    assert [one.mark for one in visitor.get(run.get_absolute_url()).context["columns"]][2] == "look"
    heads = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID,EUID,Budget"
    known = upload(f"{heads}\nann@x.test,Ann,B,2,,,1,2,9\n", cast.marketer, timezone.now())
    assert known.options["export"] == "Mailchimp"
    page = visitor.get(known.get_absolute_url())
    assert (page.context["look"], page.context["columns"][-1].mark) == (0, "kept")


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Choose a file."),
        (SimpleUploadedFile("empty.csv", b""), "The file is empty."),
        (SimpleUploadedFile("page.csv", b"<!doctype html><html><body>Sign in</body></html>"), "HTML"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(visitor: Client, file: Any, sentence: str) -> None:
    answer = visitor.post("/imports/", {"kind": "leads"} | ({"file": file} if file else {}))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Import.objects.exists()


def test_a_body_that_is_too_large_is_not_read(visitor: Client) -> None:
    answer = visitor.generic("POST", "/imports/", b"x", CONTENT_LENGTH=str(preparing.MOST_BYTES * 2))
    assert answer.status_code == 413
    assert "at most 500 MB" in answer.content.decode()


def test_an_upload_from_elsewhere_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.marketer)
    file = SimpleUploadedFile("fair.csv", TEXT.encode())
    assert client.post("/imports/", {"kind": "leads", "file": file}).status_code == 403
    assert not Import.objects.exists()


def test_marketers_are_not_offered_outcomes(visitor: Client) -> None:
    answer = visitor.post("/imports/", {"kind": "outcomes", "file": SimpleUploadedFile("o.csv", TEXT.encode())})
    assert answer.status_code == 422
    assert not Import.objects.exists()


# --- answers -------------------------------------------------------------------------------------


def test_answers_are_kept_and_the_preview_follows(visitor: Client, run: Import) -> None:
    url = f"{run.get_absolute_url()}answers/"
    assert visitor.post(url, sent(run, **{"column-1": "organisation", "fixed-campaign": "Fair"})).status_code == 302
    run.refresh_from_db()
    assert (run.mapping["full name"], run.fixed, run.version) == ("organisation", {"campaign": "Fair"}, 2)
    assert not Campaign.objects.exists()


def test_htmx_is_answered_with_what_will_happen(visitor: Client, run: Import) -> None:
    url = f"{run.get_absolute_url()}answers/"
    answer = visitor.post(url, sent(run, **{"column-0": "-"}), headers=HTMX)
    shown = answer.content.decode()
    assert shown.lstrip().startswith('<section id="what"')
    assert "No row can be loaded like this." in shown
    assert 'id="mark-0" hx-swap-oob="true"' in shown
    assert "HX-Retarget" not in answer.headers


def test_a_file_read_otherwise_is_shown_anew(visitor: Client, run: Import) -> None:
    answer = visitor.post(f"{run.get_absolute_url()}answers/", sent(run, header_row="none"), headers=HTMX)
    assert answer.headers["HX-Retarget"] == "#import"
    run.refresh_from_db()
    assert run.layout["header_row"] is None


def test_the_second_of_two_people_sees_what_the_first_did(visitor: Client, run: Import) -> None:
    stale = sent(run, **{"fixed-campaign": "Mine"})
    preparing.change(run.pk, preparing.Answers(fixed={"campaign": "Theirs"}), version=1)
    answer = visitor.post(f"{run.get_absolute_url()}answers/", stale)
    assert answer.status_code == 409
    assert "Somebody has changed this meanwhile." in answer.content.decode()
    assert "Theirs" in answer.content.decode()


def test_an_answer_that_is_none_is_refused(visitor: Client, run: Import) -> None:
    answer = visitor.post(f"{run.get_absolute_url()}answers/", sent(run, **{"column-0": "shoe"}))
    assert answer.status_code == 422
    run.refresh_from_db()
    assert run.version == 1


def test_columns_that_were_kept_are_filled_in_for_the_next_file(visitor: Client, run: Import, cast: Cast) -> None:
    visitor.post(f"{run.get_absolute_url()}answers/", sent(run, **{"column-1": "organisation"}))
    visitor.post(f"{run.get_absolute_url()}mappings/", {"name": "Fair scans"})
    saved = SavedMapping.objects.get()
    assert (saved.name, saved.by, saved.mapping["full name"]) == ("Fair scans", cast.marketer, "organisation")
    others = "captured_at,Full Name,Email\n2026-09-01,Ann,ann@x.test\n"
    assert upload(others, cast.marketer, timezone.now()).mapping["Full Name"] == "name"
    same = "Captured_At,budget,Full Name,E-Mail\n2026-09-01,3,Ann,ann@x.test\n"
    again = upload(same, cast.marketer, timezone.now())
    assert list(again.mapping.values()) == ["captured_at", "extra:budget", "organisation", "email"]
    assert "kept by Marketer" in visitor.get(again.get_absolute_url()).content.decode()


def test_the_same_name_again_is_written_over(visitor: Client, run: Import) -> None:
    for name in ("Fair", "fair"):
        visitor.post(f"{run.get_absolute_url()}mappings/", {"name": name})
    assert SavedMapping.objects.count() == 1
    assert visitor.post(f"{run.get_absolute_url()}mappings/", {"name": " "}).status_code == 302
    assert SavedMapping.objects.count() == 1


# --- loading -------------------------------------------------------------------------------------


def test_load_starts_it_once_however_often_it_is_pressed(visitor: Client, run: Import) -> None:
    url = f"{run.get_absolute_url()}loads/"
    for _press in range(2):
        assert visitor.post(url, sent(run))["Location"] == run.get_absolute_url()
    run.refresh_from_db()
    assert (run.state, run.version) == ("running", 2)
    assert visitor.post(f"{run.get_absolute_url()}answers/", sent(run)).status_code == 302
    assert visitor.post(f"{run.get_absolute_url()}removals/").status_code == 302
    assert Import.objects.count() == 1


def test_answers_nobody_previewed_are_previewed_first(visitor: Client, run: Import) -> None:
    visitor.post(f"{run.get_absolute_url()}loads/", sent(run, **{"fixed-campaign": "Fair"}))
    run.refresh_from_db()
    assert (run.state, run.fixed) == ("prepared", {"campaign": "Fair"})
    assert "your last change is in the preview now" in visitor.get(run.get_absolute_url()).content.decode()


def test_progress_asks_for_itself_until_the_end(visitor: Client, run: Import, now: datetime) -> None:
    preparing.start(run.pk, version=1, by=run.by, at=timezone.now())
    url = f"{run.get_absolute_url()}progress/"
    assert 'hx-trigger="every 1s"' in visitor.get(url, headers=HTMX).content.decode()
    running.go_on(run.pk, at=timezone.now(), seconds=60)
    shown = visitor.get(url, headers=HTMX).content.decode()
    assert "every 1s" not in shown
    assert "3 rows: 2 created, 0 updated, 0 unchanged, 1 refused." in shown
    assert visitor.get(url)["Location"] == run.get_absolute_url()


def test_start_over_forgets_the_file(visitor: Client, run: Import) -> None:
    assert visitor.post(f"{run.get_absolute_url()}removals/")["Location"] == "/imports/"
    assert visitor.get(run.get_absolute_url()).status_code == 404


def test_a_running_import_is_stopped_by_a_button(visitor: Client, run: Import, cast: Cast) -> None:
    preparing.start(run.pk, version=1, by=run.by, at=timezone.now())
    visitor.post(f"{run.get_absolute_url()}stops/")
    assert "Marketer stopped it after 0 of" in visitor.get(run.get_absolute_url()).content.decode()


def test_the_result_opens_its_leads_and_counts_likely_duplicates(visitor: Client, cast: Cast) -> None:
    twins = (
        "email,name,company,captured_at\nann@x.test,Ann Holm,Holm,2026-09-01\na.holm@x.test,Ann Holm,Holm,2026-09-01\n"
    )
    done = loaded(upload(twins, cast.marketer, timezone.now()), cast.marketer, timezone.now())
    shown = visitor.get(done.get_absolute_url()).content.decode()
    assert re.search(r"<dt>Likely duplicates</dt><dd><a [^>]*>1</a></dd>", shown)
    link = f"/leads/?imported={done.pk}"
    assert link in shown
    assert visitor.get(link).context["count"] == 2


# --- refused rows --------------------------------------------------------------------------------


def test_refused_rows_are_mended_and_loaded_again(visitor: Client, run: Import, cast: Cast) -> None:
    loaded(run, cast.marketer, timezone.now())
    answer = visitor.get(f"{run.get_absolute_url()}refused/")
    assert answer["Content-Disposition"] == 'attachment; filename="fair-refused.csv"'
    rows = csv_rows(answer)
    assert rows[0] == [REASON, "email", "full name", "Budget", "captured_at"]
    assert rows[1][1:] == ["no address", "Bob", "'-7", "2026-09-02"]
    mended = "\n".join(",".join(row) for row in rows).replace("no address", "bob@x.test")
    again = loaded(upload(mended, cast.marketer, timezone.now()), cast.marketer, timezone.now())
    assert (again.created, again.refused) == (1, 0)
    assert Lead.objects.get(email="bob@x.test").facts == {"Budget": "-7"}


def test_before_the_load_the_refused_rows_are_those_of_the_preview(visitor: Client, run: Import) -> None:
    rows = csv_rows(visitor.get(f"{run.get_absolute_url()}refused/"))
    assert [row[1] for row in rows[1:]] == ["no address"]


def test_before_the_load_the_page_says_who_would_get_each_lead_and_nobody_has_it(cast: Cast, visitor: Client) -> None:
    facts = f"Head of procurement,640,Machinery,Germany,quote,{timezone.now():%Y-%m-%d}"
    people = "".join(f"{name}@x.test,{facts}\n" for name in ("ann", "bob"))
    header = "email,job title,employees,industry,country,kind,captured_at\n"
    run = upload(f"{header}{people}cat@gmail.com,,,,,form,\n", cast.marketer, timezone.now())
    page = visitor.get(run.get_absolute_url()).content.decode()
    assert (
        page.count(f"to {cast.rep}: next in turn") == page.count(f"to {cast.mate}: next in turn") == 2
    )  # wide, narrow
    assert not Handoff.objects.exists()
    loaded(run, cast.marketer, timezone.now())
    assert {str(made.rep) for made in Handoff.objects.all()} == {str(cast.rep), str(cast.mate)}


@pytest.mark.parametrize("cell", ["=1+1", "+49 170", "-2", "@SUM(A1)", "\t=1", "'quoted'", "'tis", "plain", ""])
def test_no_cell_is_a_formula_and_all_come_back_as_they_were(cell: str) -> None:
    assert guarded(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert unguarded([guarded(cell)]) == [cell]


# --- undo ----------------------------------------------------------------------------------------


def test_an_import_is_undone_by_a_button_once(visitor: Client, run: Import, cast: Cast) -> None:
    loaded(run, cast.marketer, timezone.now())
    assert "Take 2 leads back" in visitor.get(run.get_absolute_url()).content.decode()
    for _press in range(2):
        assert visitor.post(f"{run.get_absolute_url()}undoings/").status_code == 302
    run.refresh_from_db()
    assert (run.state, run.ended_by, run.version) == ("undone", cast.marketer, 4)
    assert not Lead.objects.exists()
    shown = visitor.get(run.get_absolute_url()).content.decode()
    assert "Marketer undid it" in shown
    assert "Take 2 leads back" not in shown


def test_an_undone_file_can_be_loaded_again(run: Import, visitor: Client, cast: Cast) -> None:
    loaded(run, cast.marketer, timezone.now())
    visitor.post(f"{run.get_absolute_url()}undoings/")
    again = loaded(upload(TEXT, cast.marketer, timezone.now()), cast.marketer, timezone.now())
    assert (again.created, again.refused) == (2, 1)


def test_what_somebody_worked_on_is_not_taken_back(run: Import, visitor: Client, cast: Cast) -> None:
    loaded(run, cast.marketer, timezone.now() - timedelta(minutes=1))
    Lead.objects.get(email="ann@x.test").events.create(kind="edited", at=timezone.now(), by=cast.marketer)
    answer = visitor.post(f"{run.get_absolute_url()}undoings/", follow=True)
    assert "1 lead of this import has been worked on since" in answer.content.decode()
    run.refresh_from_db()
    assert (run.state, Lead.objects.count()) == ("done", 2)


def test_a_large_import_is_undone_by_the_worker_who_tells_it_once(
    run: Import, visitor: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.views.result.AT_ONCE", 1)
    loaded(run, cast.marketer, timezone.now())
    answer = visitor.post(f"{run.get_absolute_url()}undoings/", follow=True)
    assert "A notice tells you when it has ended." in answer.content.decode()
    for _time in range(2):
        tasks.undo(run.pk, cast.marketer.pk)
    run.refresh_from_db()
    assert (run.state, Lead.objects.count()) == ("undone", 0)
    assert Notification.objects.filter(person=cast.marketer, title="fair.csv is undone").count() == 1


def test_the_worker_tells_why_it_could_not_undo(run: Import, cast: Cast) -> None:
    loaded(run, cast.marketer, timezone.now() - timedelta(minutes=1))
    Lead.objects.get(email="ann@x.test").events.create(kind="edited", at=timezone.now(), by=cast.marketer)
    tasks.undo(run.pk, cast.marketer.pk)
    told = Notification.objects.get(kind="import_undone")
    assert told.detail.startswith("1 lead of this import has been worked on since")
    assert Lead.objects.count() == 2


def test_nothing_is_undone_before_it_is_loaded(run: Import, visitor: Client) -> None:
    assert (
        "There is nothing to take back."
        in visitor.post(f"{run.get_absolute_url()}undoings/", follow=True).content.decode()
    )


# --- files as they come --------------------------------------------------------------------------


def test_the_order_of_dates_is_asked_once(visitor: Client, cast: Cast) -> None:
    run = upload("email,captured_at\nann@x.test,03/04/2026\nbob@x.test,05/06/2026\n", cast.marketer, timezone.now())
    shown = visitor.get(run.get_absolute_url()).content.decode()
    assert "In “captured_at” stands 03/04/2026" in shown
    url = f"{run.get_absolute_url()}loads/"
    refused = visitor.post(url, sent(run))
    assert (refused.status_code, "Say first whether the day or the month" in refused.content.decode()) == (422, True)
    visitor.post(f"{run.get_absolute_url()}answers/", sent(run, dates="day"))
    run.refresh_from_db()
    assert visitor.post(url, sent(run)).status_code == 302
    running.go_on(run.pk, at=timezone.now(), seconds=60)
    assert Lead.objects.get(email="ann@x.test").captured_at.month == 4


def test_a_sheet_of_a_workbook_is_chosen(visitor: Client, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["Read me"])
        sheet = book.add_worksheet("Scans")
        sheet.write_row(0, 0, ["email", "captured_at"])
        sheet.write_row(1, 0, ["ann@x.test", "2026-09-01"])
    visitor.post("/imports/", {"kind": "leads", "file": SimpleUploadedFile("book.xlsx", path.read_bytes())})
    run = Import.objects.get()
    visitor.post(f"{run.get_absolute_url()}answers/", sent(run, sheet="Scans", header_row="1"))
    run.refresh_from_db()
    assert (run.headers, run.layout["sheet"]) == (["email", "captured_at"], "Scans")
    assert "Load 1 lead" in visitor.get(run.get_absolute_url()).content.decode()


@pytest.mark.slow
@needs_files
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_gets_a_page_or_a_sentence(path: Path, visitor: Client, cast: Cast) -> None:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    answer = visitor.post("/imports/", {"kind": "leads", "file": file})
    if answer.status_code == 422:
        assert 'class="error"' in answer.content.decode()
        return
    run = Import.objects.get()
    assert visitor.get(run.get_absolute_url()).status_code == 200
    assert visitor.get(f"{run.get_absolute_url()}refused/").status_code == 200
    visitor.post(f"{run.get_absolute_url()}answers/", sent(run, dates="day"))
    run.refresh_from_db()
    loaded(run, cast.marketer, timezone.now())
    assert visitor.get(run.get_absolute_url()).status_code == 200
    visitor.post("/imports/", {"kind": "leads", "file": SimpleUploadedFile(path.name, path.read_bytes())})
    again = Import.objects.latest("pk")
    visitor.post(f"{again.get_absolute_url()}answers/", sent(again, dates="day"))
    again.refresh_from_db()
    again = loaded(again, cast.marketer, timezone.now())
    assert (again.state, again.created, again.updated) == ("done", 0, 0)
