"""Exports: exactly what the list shows, safe to open, recorded, and written in the background when large."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponseBase, QueryDict
from django.test import Client
from python_calamine import CalamineWorkbook

from common.csv_out import safe
from common.errors import DomainError
from leads import exporting
from leads.columns import COLUMNS
from leads.filtering import LeadFilter
from leads.models import Export, Lead
from notices.models import Notification
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads(cast: Cast, now: datetime) -> None:
    handoff("ours@x.test", now, cast.rep, name="=HYPERLINK(1)", phone="+49 30 1", note="@SUM(A1)\nsecond line")
    handoff("theirs@x.test", now, cast.other_rep, name="Zoë Müller")
    lead("cold@gmail.com", now, "D", name="-2+3", facts={"budget": "=1+1"})
    lead("silent@gmail.com", now, "D")
    Lead.objects.filter(email="silent@gmail.com").update(do_not_contact=True)


@pytest.fixture
def in_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 0)


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def cells(answer: HttpResponseBase) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))


def sheet(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_csv_holds_what_the_list_shows_and_records_who_took_it(leads: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    answer = client.post("/leads/exports/", {"kind": "csv", "query": "grade=A", "columns": "all"})
    assert "attachment" in answer["Content-Disposition"]
    rows = cells(answer)
    assert {row["E-mail"] for row in rows} == {"ours@x.test", "theirs@x.test"}
    assert list(rows[0]) == [str(column.label) for column in COLUMNS.values()]
    export = Export.objects.get()
    assert (export.by, export.kind, export.query, export.rows, export.left_out, export.state) == (
        cast.marketer, "csv", "grade=A", 2, 0, "done",
    )  # fmt: skip


def test_no_cell_of_a_csv_is_a_formula(leads: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    rows = cells(client.post("/leads/exports/", {"kind": "csv", "query": "", "columns": "all"}))
    by_mail = {row["E-mail"]: row for row in rows}
    assert by_mail["ours@x.test"]["Lead"] == "'=HYPERLINK(1)"
    assert by_mail["ours@x.test"]["Phone"].startswith("'+49")
    assert by_mail["ours@x.test"]["Note"].startswith("'@SUM")
    assert by_mail["cold@gmail.com"]["Lead"] == "'-2+3"
    assert by_mail["theirs@x.test"]["Lead"] == "Zoë Müller"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"])
def test_whatever_starts_a_formula_is_text(start: str) -> None:
    assert safe(f"{start}1+1").startswith("'")
    assert safe(-1) == -1
    assert safe("a\x00b\ud800") == "ab"


def test_an_xlsx_holds_texts_and_numbers_never_formulas(leads: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    sent = {"kind": "xlsx", "query": "grade=D", "columns": "shown", "column": ["facts", "points", "email", "note"]}
    content = body(client.post("/leads/exports/", sent))
    cold = Lead.objects.get(email="cold@gmail.com")
    assert sheet(content) == [
        ["Grade", "Lead", "Points", "E-mail"],
        ["D", "-2+3", float(cold.fit + cold.engagement), "cold@gmail.com"],
    ]


def test_who_must_not_be_contacted_is_left_out_and_the_number_is_told(leads: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    rows = cells(client.post("/leads/exports/", {"kind": "csv", "query": "", "columns": "all"}))
    shown = LeadFilter.of(cast.marketer, QueryDict("")).qs
    assert len(rows) == shown.count() - 1 == Export.objects.get().rows
    assert "silent@gmail.com" not in {row["E-mail"] for row in rows}
    assert Export.objects.get().left_out == 1
    assert "1 lead that must not be contacted is left out." in client.get("/leads/").content.decode()


def test_a_rep_takes_only_leads_of_the_team(leads: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    theirs = Lead.objects.get(email="theirs@x.test").pk
    assert [r["E-mail"] for r in cells(client.post("/leads/exports/", {"kind": "csv", "columns": "all"}))] == [
        "ours@x.test"
    ]
    assert client.post("/leads/exports/", {"act": "export_csv", "lead": [theirs]}).status_code == 302
    assert Export.objects.count() == 1


def test_chosen_leads_are_exported_alone(leads: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    one = Lead.objects.get(email="cold@gmail.com").pk
    assert len(cells(client.post("/leads/exports/", {"act": "export_csv", "lead": [one], "query": ""}))) == 1
    assert (
        len(cells(client.post("/leads/exports/", {"act": "export_csv", "lead": [one], "query": "", "all": "1"}))) == 3
    )


@pytest.mark.parametrize(
    ("kind", "query", "code"), [("pdf", "", "invalid"), ("csv", "grade=E", "invalid"), ("csv", "q=zzz", "empty")]
)
def test_what_cannot_be_exported_is_refused(
    kind: str, query: str, code: str, leads: None, cast: Cast, now: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        exporting.start_export(by=cast.marketer, kind=kind, query=query, shown=["name"], at=now)
    assert refused.value.code == code
    assert not Export.objects.exists()


def test_a_refused_export_leads_back_to_the_list_as_it_was(leads: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    answer = client.post("/leads/exports/", {"kind": "csv", "query": "q=silent", "columns": "all"})
    assert answer.headers["Location"] == "/leads/?q=silent"
    assert "1 lead that must not be contacted is left out." in client.get("/leads/?q=silent").content.decode()


# --- in the background ----------------------------------------------------------------------------


def start(cast: Cast, now: datetime, kind: str = "csv") -> Export:
    return exporting.start_export(by=cast.marketer, kind=kind, query="", shown=["name", "email"], at=now)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_large_file_is_written_once_told_of_and_downloaded_by_its_owner(
    kind: str, leads: None, cast: Cast, now: datetime, in_background: None, client: Client
) -> None:
    export = start(cast, now, kind)
    assert (export.state, export.rows, export.left_out) == ("waiting", 3, 1)
    assert exporting.write_export(export.pk, at=now) is True
    assert exporting.write_export(export.pk, at=now) is False
    export.refresh_from_db()
    assert (export.state, export.written) == ("done", 3)
    notice = Notification.objects.get(person=cast.marketer)
    assert (notice.title, notice.path) == ("Your file with 3 leads is ready", "/leads/exports/")
    client.force_login(cast.marketer)
    answer = client.get(f"/leads/exports/{export.pk}/")
    content = body(answer)
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    lines = sheet(content) if kind == "xlsx" else content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    client.force_login(cast.admin)
    assert client.get(f"/leads/exports/{export.pk}/").status_code == 404
    export.file.delete()


def test_a_claimed_file_is_left_to_its_worker_until_that_is_gone(
    leads: None, cast: Cast, now: datetime, in_background: None
) -> None:
    export = start(cast, now)
    Export.objects.update(claimed_at=now, attempts=1)
    assert exporting.write_export(export.pk, at=now + timedelta(minutes=1)) is False
    assert exporting.look_after(now=now + timedelta(minutes=1)) == []
    later = now + exporting.SILENT_FOR + timedelta(minutes=1)
    assert exporting.look_after(now=later) == [export.pk]
    assert exporting.write_export(export.pk, at=later) is True
    Export.objects.get().file.delete()


def test_a_file_that_fails_three_times_is_given_up_and_told(
    leads: None, cast: Cast, now: datetime, in_background: None
) -> None:
    export = start(cast, now)
    Export.objects.update(attempts=exporting.MOST_ATTEMPTS)
    assert exporting.write_export(export.pk, at=now) is False
    assert Export.objects.get().state == "failed"
    assert Notification.objects.get().title == "Your file could not be written"


def test_a_lost_message_is_noticed_and_old_files_go(
    leads: None, cast: Cast, now: datetime, in_background: None
) -> None:
    export = start(cast, now)
    assert exporting.look_after(now=now + timedelta(minutes=3)) == [export.pk]
    exporting.write_export(export.pk, at=now)
    path = Export.objects.get().file.path
    assert exporting.look_after(now=now + exporting.KEPT_FOR + timedelta(hours=1)) == []
    assert not Export.objects.get().file
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: SIM115, PTH123


def test_the_page_shows_progress_and_then_the_download(
    leads: None, cast: Cast, now: datetime, in_background: None, client: Client
) -> None:
    export = start(cast, now)
    client.force_login(cast.marketer)
    assert "every 2s" in client.get("/leads/exports/").content.decode()
    exporting.write_export(export.pk, at=now)
    page = client.get("/leads/exports/").content.decode()
    assert "every 2s" not in page
    assert f"/leads/exports/{export.pk}/" in page
    Export.objects.get().file.delete()
