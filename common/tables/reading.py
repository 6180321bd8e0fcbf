"""The rows of a file, one after the other."""

from collections.abc import Iterator
from pathlib import Path

from common.tables import delimited, workbooks
from common.tables.layout import XLSX, Layout

Row = tuple[int, list[str]]


def read_table(path: Path, layout: Layout) -> Iterator[Row]:
    """The rows below the header that hold anything: the number of the row in the file, counted from 1 as a
    spreadsheet shows it, and its cells as trimmed texts. Rows are read as they are asked for.

    Raises DomainError when the file can't be read to its end.
    """
    first = layout.header_row or 0
    return ((number, cells) for number, cells in read_rows(path, layout) if number > first)


def read_rows(path: Path, layout: Layout) -> Iterator[Row]:
    """All rows that hold anything, the header among them."""
    if layout.format == XLSX:
        rows = workbooks.rows_of(path, layout.sheet)
    else:
        rows = delimited.rows_of(path, layout, width=len(layout.headers))
    for number, row in enumerate(rows, start=1):
        cells = list(map(str.strip, row))
        if any(cells):
            yield number, cells
