"""What is no table is refused by its first bytes, before it costs memory."""

import re
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from common.errors import DomainError
from common.tables.encodings import marked, sixteen_bits

MOST_BYTES = 500 * 1024 * 1024
START = 8192
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# No name of a column begins like these.
WEB_PAGE = re.compile(
    rb"<(?:!--|!doctype|\?php|(?:html|head|body|table|meta|title|div|script|style|center|form|font|h1|p|br)[\s>/])"
)
JSON = re.compile(rb"\{\s*(?:\"[^\"]*\"\s*:|\})|\[\s*[\[{]")
MAIL = re.compile(rb"mime-version:|(?:from|received|return-path|message-id|x-[a-z-]+): [^\r\n,;\t]*\r?\n[a-z-]+: ")
# What no table is, and how such a file starts.
STARTS = (
    (__("a PDF"), (b"%PDF",)),
    (__("a picture"), (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")),
    (__("a packed file"), (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")),
    (__("a database"), (b"SQLite format 3", b"PAR1")),
    (__("a text document"), (b"{\\rtf",)),
    (__("a spreadsheet of another kind (SYLK or DIF); save it as .xlsx"), (b"ID;P", b"TABLE\n0,1", b"TABLE\r\n0,1")),
    (__("a program"), (b"\x7fELF", b"MZ\x90")),
    (__("a file of cards (vCard)"), (b"BEGIN:VCARD",)),
)


def start_of(path: Path) -> bytes:
    """The first bytes of a file that may be read. Raises DomainError for one that is missing, empty or too large."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise DomainError("no_file", _("%(path)s is no file. Name the file itself.") % {"path": path})
        if size > MOST_BYTES:
            raise DomainError("too_large", _("Load a file of at most 500 MB; split this one."))
        with path.open("rb") as file:
            start = file.read(START)
    except OSError as error:
        raise DomainError("no_file", _("The file %(path)s can't be read.") % {"path": path}) from error
    if not size:
        raise empty()
    return start


def empty() -> DomainError:
    return DomainError("empty_file", _("The file is empty. Write a header row and at least one row below it."))


def no_table(what: str) -> DomainError:
    return DomainError("not_a_table", _("The file is %(what)s. Load a CSV, TSV or XLSX file.") % {"what": what})


def is_workbook(path: Path, start: bytes, name: str) -> bool:
    """Whether the file is a spreadsheet, else it is read as text. Raises DomainError for what is neither."""
    if start.startswith(OLE):
        raise _old_workbook(path)
    if start.startswith(ZIP):
        if name.lower().endswith((".csv", ".tsv", ".txt", ".tab")) and _may_be_a_workbook(start):
            sentence = _(
                "This is an Excel workbook with the name of a text file. Give it a name that ends in .xlsx, "
                "or save it as CSV in Excel."
            )
            raise DomainError("wrong_name", sentence)
        return True
    _refuse_other(start, name.lower())
    return False


def _may_be_a_workbook(start: bytes) -> bool:
    """Whether the first part of the archive is one of Office, or is too damaged to say."""
    part = start[30 : 30 + int.from_bytes(start[26:28], "little")]
    return not part or part.startswith((b"[Content_Types]", b"_rels/", b"docProps/", b"xl/"))


def _old_workbook(path: Path) -> DomainError:
    """An OLE container holds an old workbook, or a new one behind a password."""
    found = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if "EncryptedPackage".encode("utf-16-le") in found[-64:] + block:
                sentence = _("The workbook is protected by a password. Save it without one and load it again.")
                return DomainError("encrypted", sentence)
            found = block
    return DomainError(
        "old_workbook", _("This is an old Excel file (.xls). Save it as .xlsx or CSV and load it again.")
    )


def _refuse_other(start: bytes, name: str) -> None:
    if start.startswith(b"version https://git-lfs"):
        sentence = _(
            "The file only points to data that is kept elsewhere (Git LFS). Fetch the data and load that file."
        )
        raise DomainError("pointer_file", sentence)
    for what, marks in STARTS:
        if start.startswith(marks):
            raise no_table(str(what))
    text = start.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"").lstrip().lower()
    if text.startswith(b"<?xml"):
        raise no_table(_("an XML file; open it in Excel and save it as .xlsx"))
    if WEB_PAGE.match(text):
        raise no_table(_("a web page (HTML), whatever its name says"))
    if JSON.match(text) or (text.startswith((b"{", b"[")) and name.endswith((".json", ".jsonl", ".ndjson"))):
        raise no_table(_("a JSON file"))
    if MAIL.match(text):
        raise no_table(_("a mail or a web page saved as one (MHTML)"))
    if (marked(start) or "utf-8") != "utf-8" or sixteen_bits(start):
        return
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a" for byte in start.replace(b"\x00", b""))
    if start.count(0) > len(start) * 0.9 or controls > len(start) / 50:
        raise no_table(_("no text"))
