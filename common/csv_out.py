"""Writing CSV that is safe to open: cells that a spreadsheet would run as a formula are kept as text."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from common.cells import text_of

# What makes a spreadsheet run a cell instead of showing it.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"  # without it a spreadsheet guesses another encoding


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Any]], *, mark: str = MARK) -> Iterator[str]:
    """The lines of a CSV file, one by one, so that memory stays flat. Programs may want none of the `mark`."""
    writer = csv.writer(_Echo())
    yield mark + writer.writerow([safe(name) for name in header])
    for row in rows:
        yield writer.writerow([safe(value) for value in row])


def safe(value: Any) -> Any:
    """The cell as text that is only shown: an apostrophe stands before what would start a formula.
    Numbers are numbers, also below zero."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = text_of(value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
