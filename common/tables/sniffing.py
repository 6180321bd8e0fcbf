"""How a file is to be read, found out from its content."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.tables.headers import distinct
from common.tables.layout import CSV, XLSX, Layout
from common.tables.reading import read_rows

SAMPLE = 4096
MOST_BYTES = 500 * 1024 * 1024
ENCODINGS_BY_MARK = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def sniff(path: Path, *, name: str | None = None, chosen: Mapping[str, Any] | None = None) -> Layout:
    """How the file at `path` is to be read. `name` is what the person calls the file. `chosen` are the parts
    of the layout that a person has settled: `encoding`, `delimiter`, `sheet`, `header_row`.

    Raises DomainError when the file is missing, too large, or no table.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DomainError("no_file", _("The file %(path)s can't be read.") % {"path": path}) from error
    if not path.is_file() or size > MOST_BYTES:
        raise DomainError("too_large", _("Load a file of at most 500 MB; split this one."))
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    given = dict(chosen or {})
    encoding = given.get("encoding") or _encoding(path, start)
    layout = Layout(
        headers=(),
        format=XLSX if start.startswith(b"PK\x03\x04") else CSV,
        encoding=encoding,
        delimiter=given.get("delimiter") or _delimiter(start.decode(encoding, "replace")),
        sheet=given.get("sheet", ""),
        header_row=None,
    )
    number, cells = next(read_rows(path, layout), (0, []))
    if not cells:
        raise DomainError("empty_file", _("The file is empty. Write a header row and at least one row below it."))
    return Layout(**{**layout.as_json(), "headers": distinct(cells), "header_row": number})


def _encoding(path: Path, start: bytes) -> str:
    for mark, encoding in ENCODINGS_BY_MARK.items():
        if start.startswith(mark):
            return encoding
    with path.open(encoding="utf-8") as file:
        try:
            while file.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _delimiter(start: str) -> str:
    """The candidate that the first line holds most often."""
    first = start.splitlines()[0] if start.splitlines() else ""
    return max(",;\t|", key=first.count)
