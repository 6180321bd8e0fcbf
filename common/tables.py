"""Reading tabular files: CSV in the usual encodings, and XLSX."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError

SAMPLE = 4096
MOST_BYTES = 500 * 1024 * 1024
ENCODINGS_BY_MARK = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
Row = list[str]


def read_table(path: Path) -> Iterator[Row]:
    """The rows of a file as texts, the header first; rows are read as they are asked for.

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
    return _read_xlsx(path) if start.startswith(b"PK\x03\x04") else _read_csv(path, start)


def _read_csv(path: Path, start: bytes) -> Iterator[Row]:
    encoding = _encoding(path, start)
    delimiter = _delimiter(start.decode(encoding, "replace"))
    with path.open(encoding=encoding, newline="") as file:
        try:
            for row in csv.reader(file, delimiter=delimiter):
                yield [cell.strip() for cell in row]
        except (csv.Error, UnicodeError) as error:
            raise DomainError(
                "not_a_table", _("The file can't be read as a table: %(error)s.") % {"error": error}
            ) from error


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


def _read_xlsx(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [_cell(value) for value in row]
    except (CalamineError, IndexError) as error:
        raise DomainError(
            "not_a_table", _("The file can't be read as a table: %(error)s.") % {"error": error}
        ) from error


def _cell(value: Any) -> str:
    # A spreadsheet keeps whole numbers as 12.0.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
