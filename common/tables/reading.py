"""The rows of a file, one after the other."""

from collections.abc import Iterator
from itertools import dropwhile, takewhile
from pathlib import Path

from common.tables import delimited, workbooks
from common.tables.layout import XLSX, Layout

Row = tuple[int, list[str]]
# What old programs and broken discs leave behind the last row.
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
    for number, row in enumerate(rows, start=1):
        cells = list(map(str.strip, row))
        if any(cells) and (len(cells) > 1 or cells[0].strip(PADDING)):
            yield number, cells
