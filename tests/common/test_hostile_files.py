"""What is no table is refused with a sentence, fast, and before it costs memory."""

import gzip
import os
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import run

import pytest
import xlsxwriter

from common.errors import DomainError
from common.tables import reading, sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxml'
    'formats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)


def archive(parts: dict[str, str | bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in parts.items():
                file.writestr(name, content)

    return write


def workbook(cells: str | bytes, **parts: str) -> Callable[[Path], None]:
    named = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": BOOK, "xl/worksheets/sheet1.xml": cells}
    return archive({**named, **{f"xl/{name.replace('_', '.')}": text for name, text in parts.items()}})


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HOSTILE: list[tuple[str, bytes | Callable[[Path], None], str]] = [
    ("empty.csv", b"", "empty_file"),
    ("blank.csv", b"\n \n\n", "empty_file"),
    ("pointer.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "pointer_file"),
    ("page.xls", b"<html><body><table><tr><td>Email</td></tr></table>", "not_a_table"),
    ("page.csv", b"\xef\xbb\xbf\n <!DOCTYPE html><html>", "not_a_table"),
    ("saved.csv", b"<!-- saved from url -->\n<table>", "not_a_table"),
    ("answer.csv", b'{"error": "Unauthorized"}', "not_a_table"),
    ("rows.csv", b'[\n {"email": "ann@x.test"}]', "not_a_table"),
    ("lines.csv", b'{"email":"ann@x.test"}\n{"email":"bob@x.test"}\n', "not_a_table"),
    ("letter.csv", b"From: ann@x.test\r\nTo: bob@x.test\r\n\r\nHello", "not_a_table"),
    ("page.mht", b"MIME-Version: 1.0\r\n", "not_a_table"),
    ("note.csv", b"Email,Note\nann@x.test," + b"x" * 200_000, "long_line"),
    ("links.slk", b"ID;PWXL;N;E\nP;PGeneral\n", "not_a_table"),
    ("sheet.ods", archive({"mimetype": "application/vnd.oasis", "content.xml": ""}), "not_a_table"),
    ("sheet.tsv", archive({"mimetype": "application/vnd.oasis", "content.xml": ""}), "not_a_table"),
    ("old.xls", OLE + "Workbook".encode("utf-16-le"), "old_workbook"),
    ("locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("macro.xlsm", workbook("", vbaProject_bin="x"), "macros"),
    ("macro.xlsx", workbook("", vbaProject_bin="x"), "macros"),
    ("sheet.csv", workbook(""), "wrong_name"),
    ("cut.xlsx", b"PK\x03\x04\x14", "damaged"),
    ("letter.docx", archive({"[Content_Types].xml": "", "word/document.xml": ""}), "not_a_table"),
    ("packed.zip", archive({"a.csv": "email\n"}), "not_a_table"),
    ("many.xlsx", archive({f"xl/{n}": "" for n in range(6_000)}), "too_large"),
    ("packed.csv", gzip.compress(b"email\n"), "not_a_table"),
    ("paper.csv", b"%PDF-1.7\n", "not_a_table"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_table"),
    ("noise.csv", os.urandom(50_000), "not_a_table"),
    ("noughts.csv", bytes(50_000), "not_a_table"),
    ("far.xlsx", workbook(FAR), "too_large"),
    ("texts.xlsx", workbook("", sharedStrings_xml="<si/>" * 2_000_000), "too_large"),
    ("bomb.xlsx", workbook(bytes(300 << 20)), "too_large"),
    ("huge.csv", lambda path: sparse(path, 2 << 30), "too_large"),
    ("line.csv", b"x" * (20 << 20), "long_line"),
    ("wide.csv", b",".join(b"c%d" % n for n in range(20_000)) + b"\n", "too_wide"),
    ("widest.csv", b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n", "long_line"),
]


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE, ids=[name for name, _content, _code in HOSTILE])
def test_what_is_no_table_is_refused(
    tmp_path: Path, name: str, content: bytes | Callable[[Path], None], code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content) if isinstance(content, bytes) else content(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    with pytest.raises(DomainError) as refused:
        sniff(path)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert time.monotonic() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 60 * 1024


def test_blank_rows_without_end_are_not_read_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BLANK", 80_000)
    (path := tmp_path / "a.csv").write_text("Email\n" + "\n" * 3_000 + "a@x.test\n" + "\n" * 3_000)
    assert sniff(path).rows == 1
    path.write_text("Email\na@x.test\n" + "\n" * 5_000)
    with pytest.raises(DomainError, match="row 4003") as refused:
        sniff(path)
    assert refused.value.code == "blank_rows"


def test_thousands_of_equal_headers_are_named_at_once(tmp_path: Path) -> None:
    (path := tmp_path / "a.csv").write_text(",".join(["Email"] * 4_900) + "\na@x.test\n")
    start = time.process_time()
    assert sniff(path).headers[-1] == "Email (4900)"
    assert time.process_time() - start < 1


def test_a_part_that_is_larger_than_its_directory_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.xlsx"
    workbook(b"<c>" + bytes(200 << 20))(path)
    data = bytearray(path.read_bytes())
    # The uncompressed size in the central directory, of the part that comes last.
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(DomainError) as refused:
        sniff(path)
    assert refused.value.code in ("too_large", "damaged")


def test_a_workbook_with_a_broken_sheet_is_damaged(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.xlsx", tmp_path / "broken.xlsx"
    with xlsxwriter.Workbook(whole) as book:
        book.add_worksheet().write_row(0, 0, ["email"])
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, content[:-60] + b"<c r='B9'" if "sheet1" in part.filename else content)
    with pytest.raises(DomainError) as refused:
        sniff(broken)
    assert refused.value.code in ("damaged", "empty_file")


def test_the_name_that_a_person_gave_counts_not_that_of_the_upload(tmp_path: Path) -> None:
    path = tmp_path / "3f9a"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["email"])
    assert sniff(path, name="leads.xlsx").headers == ("email",)
    with pytest.raises(DomainError) as refused:
        sniff(path, name="leads.csv")
    assert refused.value.code == "wrong_name"


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("Email,Name,Note\n")
        file.writelines(f"p{n}@x.test,Ann,{'word ' * 40}\n" for n in range(200_000))
    script = (
        "import sys; from pathlib import Path; from django.conf import settings; settings.configure(USE_I18N=False);"
        "from common.tables import read_table, sniff; layout = sniff(Path(sys.argv[1]));"
        "rows = sum(1 for row in read_table(Path(sys.argv[1]), layout));"
        "print(rows, Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    )
    told = run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert int(told[0]) == 200_000
    assert int(told[1]) < 120 * 1024
