"""Files in: every row is created, updated, unchanged or refused with a sentence."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from feedback.models import Outcome, Response, Verdict
from imports.models import Import, ImportRow
from leads import clock
from leads.models import Handoff, Lead
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HEADER = "email,first_name,last_name,captured_at,campaign,employees,Budget\n"
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str, name: str = "leads.csv", encoding: str = "utf-8") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return to_file


@pytest.fixture
def run(capsys: Any) -> Callable[..., dict[str, Any]]:
    def command(*words: str) -> dict[str, Any]:
        call_command("import_file", *words, "--json")
        return json.loads(capsys.readouterr().out)

    return command


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


# --- outcomes ----------------------------------------------------------------------------------

OUTCOMES = (
    "email,responded_at,responded_by,verdict,reason,evidence,note,wake_up_on,opportunity_at,amount,won_at,lost_at\n"
)


@pytest.fixture
def history(cast: Cast, write: Write, run: Any) -> Write:
    header = "email,captured_at,job_title,employees,industry,country,kind\n"
    facts = "Head of procurement,640,Machinery,Germany,quote"
    rows = "".join(f"{name}@{name}.test,2026-01-05 09:00,{facts}\n" for name in ("ann", "bob", "cat", "dan", "eve"))
    assert run("leads", write(header + rows))["created"] == 5
    assert Handoff.objects.filter(historic=True, released_why="not_recorded").count() == 5
    return write


def test_what_a_file_tells_is_judged_by_the_clock(history: Write, cast: Cast, run: Any) -> None:
    path = history(
        OUTCOMES
        + "ann@ann.test,2026-01-08 10:00,rep@alignment.test,accepted,,,,,2026-01-20,9000,2026-02-01,\n"
        + "bob@bob.test,2026-01-20 10:00,Old Hand,rejected,Too small,buyer_said,Nine people,,,,,\n"
        + "cat@cat.test,,Old Hand,,,,,,,,,\n"
        + "dan@dan.test,2026-01-06,,nurture,contract_runs,,,2026-06-01,,,,\n"
        + "nobody@x.test,,,,,,,,,,2026-02-01,\n"
        + "eve@eve.test,,,rejected,,,,,,,,\n",
        name="outcomes.csv",
    )
    told = run("outcomes", path)
    assert [told[k] for k in ("rows", "created", "updated", "unchanged", "refused")] == [6, 3, 1, 0, 2]
    now = datetime(2026, 9, 1, tzinfo=UTC)
    states = {h.lead.first_name or h.lead.email[:3]: clock.state(h, now).value for h in Handoff.objects.all()}
    assert states == {"ann": "met", "bob": "breached", "cat": "released", "dan": "met", "eve": "released"}
    assert dict(Lead.objects.values_list("email", "stage")) == {
        "ann@ann.test": "won", "bob@bob.test": "rejected", "cat@cat.test": "handed_off", "dan@dan.test": "nurture",
        "eve@eve.test": "handed_off",
    }  # fmt: skip
    assert list(Outcome.objects.values_list("kind", "amount")) == [("opportunity", 9000), ("won", 9000)]
    assert Handoff.objects.get(lead__email="cat@cat.test").rep.name == "Old Hand"
    assert Verdict.objects.get(handoff__lead__email="bob@bob.test").note == "Nine people"
    again = run("outcomes", path)
    assert [again[k] for k in ("created", "updated", "unchanged", "refused")] == [0, 0, 4, 2]
    assert Response.objects.count() == 3


def test_an_amount_told_later_corrects_the_outcome(history: Write, run: Any) -> None:
    head = "email,won_at,amount\n"
    assert run("outcomes", history(head + "ann@ann.test,2026-02-01,\n"))["created"] == 1
    assert run("outcomes", history(head + "ann@ann.test,2026-02-01,500\n"))["updated"] == 1
    assert Outcome.objects.get().amount == 500
