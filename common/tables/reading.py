"""The rows of a file, one after the other."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.tables.layout import XLSX, Layout

Row = tuple[int, list[str]]


def read_table(path: Path, layout: Layout) -> Iterator[Row]:
    """The rows below the header that hold anything: the number of the row in the file, counted from 1, and its
    cells as trimmed texts. Rows are read as they are asked for.

    Raises DomainError when the file can't be read to its end.
    """
    first = layout.header_row or 0
    return ((number, cells) for number, cells in read_rows(path, layout) if number > first)


def read_rows(path: Path, layout: Layout) -> Iterator[Row]:
    """All rows that hold anything, the header among them."""
    rows = _read_xlsx(path, layout) if layout.format == XLSX else _read_csv(path, layout)
    return ((number, cells) for number, cells in enumerate(rows, start=1) if any(cells))


def _read_csv(path: Path, layout: Layout) -> Iterator[list[str]]:
    with path.open(encoding=layout.encoding, newline="") as file:
        if file.read(1) != "\ufeff":
            file.seek(0)
        try:
            for row in csv.reader(file, delimiter=layout.delimiter):
                yield [cell.strip() for cell in row]
        except (csv.Error, UnicodeError) as error:
            raise _no_table(error) from error


def _read_xlsx(path: Path, layout: Layout) -> Iterator[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_name(layout.sheet) if layout.sheet else book.get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [_cell(value) for value in row]
    except (CalamineError, IndexError) as error:
        raise _no_table(error) from error


def _no_table(error: Exception) -> DomainError:
    return DomainError("not_a_table", _("The file can't be read as a table: %(error)s.") % {"error": error})


def _cell(value: Any) -> str:
    # A spreadsheet keeps whole numbers as 12.0.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
