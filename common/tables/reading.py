"""The rows of a file, one after the other."""

from collections.abc import Iterator
from itertools import dropwhile, takewhile
from pathlib import Path

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.tables import delimited, workbooks
from common.tables.layout import XLSX, Layout

Row = tuple[int, list[str]]
# What old programs and broken discs leave behind the last row.
# Cells in blank rows one after the other, and 20 for each row: more than the largest sheet saved as CSV has.
MOST_BLANK = 80_000_000
PADDING = "\x00\x1a\ufeff"


def read_table(path: Path, layout: Layout) -> Iterator[Row]:
    """The rows below the header that hold anything: the number of the row in the file, counted from 1 as a
    spreadsheet shows it, and its cells as trimmed texts. Rows are read as they are asked for.

    Raises DomainError when the file can't be read to its end.
    """
    rows = below(layout.header_row, read_rows(path, layout))
    last = layout.last_row
    return rows if last is None else takewhile(lambda row: row[0] <= last, rows)


def below(header_row: int | None, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows with a higher number than that of the header."""
    return dropwhile(lambda row: row[0] <= (header_row or 0), rows)


def read_rows(path: Path, layout: Layout) -> Iterator[Row]:
    """All rows that hold anything, the header among them."""
    if layout.format == XLSX:
        rows = workbooks.rows_of(path, layout.sheet)
    else:
        rows = delimited.rows_of(path, layout, width=len(layout.headers))
    blank = 0
    for number, row in enumerate(rows, start=1):
        cells = list(map(str.strip, row))
        if any(cells) and (len(cells) > 1 or cells[0].strip(PADDING)):
            blank = 0
            yield number, cells
        else:
            blank += 20 + len(cells)
            if blank > MOST_BLANK:
                raise _blank(number)


def _blank(number: int) -> DomainError:
    sentence = _("Up to row %(number)d there are millions of blank rows. Remove them and load the file again.")
    return DomainError("blank_rows", sentence % {"number": number})
