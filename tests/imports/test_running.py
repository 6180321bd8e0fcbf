"""Files in: every row is created, updated, unchanged or refused with a sentence."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.models import Campaign
from imports.models import Import, ImportRow
from leads.models import Lead
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db
HEADER = "email,first_name,last_name,captured_at,campaign,employees,Budget\n"


def test_good_rows_come_in_and_bad_ones_are_told(write: Write, run: Any) -> None:
    path = write(
        HEADER
        + "ann@x.test,Ann,Åkesson,2026-09-01T10:00:00+02:00,Fair,250,yes\n"
        + "no address,Bob,,,,,\n"
        + ",,,,,,\n"
        + "cat@x.test,Cat,,yesterday,,many,\n"
        + ",Dan,,,,,\n"
        + "eve@x.test,Eve,,2026-09-02,fair,,\n"
    )
    told = run("leads", path)
    assert {k: told[k] for k in ("rows", "created", "refused")} == {"rows": 5, "created": 2, "refused": 3}
    assert told["rows"] == told["created"] + told["updated"] + told["unchanged"] + told["refused"]
    ann = Lead.objects.get(email="ann@x.test")
    assert (ann.name, ann.employees, ann.facts) == ("Ann Åkesson", 250, {"Budget": "yes"})
    assert ann.captured_at == datetime(2026, 9, 1, 8, tzinfo=UTC)
    assert Campaign.objects.get().leads.count() == 2
    numbers = dict(ImportRow.objects.values_list("number", "sentence"))
    assert list(numbers) == [3, 5, 6]
    assert "is not an e-mail address" in numbers[3]
    with Path(told["refused_file"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1]["captured_at"] == "yesterday"
    assert rows[2]["Why it was refused"].startswith("Write an e-mail address or an external id")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(write: Write, run: Any, encoding: str, delimiter: str) -> None:
    text = delimiter.join(["E-Mail", "Company"]) + "\r\n" + delimiter.join(["ann@x.test", "Müller & Söhne"]) + "\r\n"
    assert run("leads", write(text, encoding=encoding))["created"] == 1
    assert Lead.objects.get().organisation.name == "Müller & Söhne"


def test_a_spreadsheet(tmp_path: Path, run: Any) -> None:
    path = tmp_path / "leads.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["email", "employees", "captured_at"])
        sheet.write_row(1, 0, ["ann@x.test", 250])
        sheet.write_datetime(1, 2, datetime(2026, 9, 1, 8, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    assert run("leads", str(path))["created"] == 1
    ann = Lead.objects.get()
    assert (ann.employees, ann.captured_at) == (250, datetime(2026, 9, 1, 8, 30, tzinfo=UTC))


def test_any_column_can_be_sent_to_any_field(write: Write, run: Any) -> None:
    path = write("who,what\nann@x.test,7\n")
    assert run("leads", path, "--map", "who=email", "what=external_id", "--campaign", "fair")["created"] == 1
    ann = Lead.objects.get()
    assert (ann.email, ann.external_id, ann.campaign.code) == ("ann@x.test", "7", "fair")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["leads", "nowhere.csv"], "can't be read"),
        (["visits", "{path}"], "no kind of file"),
        (["leads", "{path}", "--map", "nobody=email"], "no column"),
        (["leads", "{path}", "--map", "email=shoe"], "no field"),
        (["leads", "{path}", "--map", "email"], "--map"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_kept(write: Write, words: list[str], sentence: str) -> None:
    path = write(HEADER + "ann@x.test,Ann,,,,,\n")
    with pytest.raises(CommandError, match=sentence):
        call_command("import_file", *(word.format(path=path) for word in words))
    assert not Import.objects.exists()


def test_an_empty_file_is_refused(write: Write) -> None:
    with pytest.raises(CommandError, match="empty"):
        call_command("import_file", "leads", write(""))


def test_a_dry_run_tells_and_keeps_nothing(write: Write, run: Any) -> None:
    told = run("leads", write(HEADER + "ann@x.test,Ann,,,,,\nbad,,,,,,\n"), "--dry-run")
    assert (told["created"], told["refused"], told["import_id"]) == (1, 1, None)
    assert not Lead.objects.exists()
    assert not Import.objects.exists()


def test_the_same_file_again_says_that_nothing_changed(write: Write, capsys: Any) -> None:
    path = write(HEADER + "ann@x.test,Ann,,2026-09-01,,,\n")
    call_command("import_file", "leads", path)
    call_command("import_file", "leads", path)
    assert capsys.readouterr().out.splitlines()[1].endswith("Nothing changed.")


def test_rows_are_counted_in_words(write: Write, capsys: Any) -> None:
    for count, words in ((1, "1 row: 1 created"), (2, "2 rows: 2 created")):
        rows = "".join(f"ann{n}@of{count}.test,Ann,,,,,\n" for n in range(count))
        call_command("import_file", "leads", write(HEADER + rows))
        assert capsys.readouterr().out.startswith(words)


@pytest.mark.parametrize("number", ["many", "2147483648", "9" * 5000, "-5"])
def test_a_number_that_does_not_fit_is_refused_with_our_sentence(number: str, write: Write, run: Any) -> None:
    assert run("leads", write(f"email,employees\nann@x.test,{number}\n"))["refused"] == 1
    assert ImportRow.objects.get().sentence == f"Employees: “{number[:40]}” is not a whole number. Write 250."


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1e99", "-1", "free"])
def test_an_amount_that_is_none_is_refused(amount: str, write: Write, run: Any) -> None:
    run("leads", write("email\nann@x.test\n"))
    assert run("outcomes", write(f"email,won_at,amount\nann@x.test,2026-02-01,{amount}\n"))["refused"] == 1


def test_a_lead_is_not_captured_in_the_future(write: Write, run: Any) -> None:
    ahead = [timezone.now() + timedelta(hours=hours) for hours in (23, 25)]
    moments = [*(moment.isoformat() for moment in ahead), "8999-01-01"]
    rows = "".join(f"ann@{n}.test,{moment}\n" for n, moment in enumerate(moments))
    told = run("leads", write("email,captured_at\n" + rows))
    assert (told["created"], told["refused"]) == (1, 2)
    assert {row.sentence for row in ImportRow.objects.all()} == {
        "“Captured at” lies in the future. Write when the contact was."
    }
