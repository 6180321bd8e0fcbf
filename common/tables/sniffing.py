"""How a file is to be read, found out from its content."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.tables import delimited, workbooks
from common.tables.encodings import encoding_of
from common.tables.footers import count_rows
from common.tables.guards import empty, is_workbook, start_of
from common.tables.headers import (
    Rows,
    as_name,
    distinct,
    find_header,
    is_table,
    named_by_content,
    without_blank_ends,
)
from common.tables.layout import CSV, DELIMITERS, ENCODINGS, XLSX, Layout
from common.tables.reading import Row, below, read_rows

FIRST_ROWS = 50
MOST_COLUMNS, MOST_SHEETS = 5_000, 20
# The layout so far, the first rows, and the rows behind them.
Found = tuple[Layout, list[Row], Iterator[Row]]


def sniff(path: Path, *, name: str | None = None, chosen: Mapping[str, Any] | None = None) -> Layout:
    """How the file at `path` is to be read. `name` is what the person calls the file. `chosen` are the parts of
    the layout that a person has settled: `encoding`, `delimiter`, `quote`, `sheet`, `header_row` (None: there is
    none).

    The file is read once to its end, so that a row which can't be read is known before anything is kept.
    Raises DomainError when the file is missing, too large, no table, or no table of a safe kind.
    """
    settled = dict(chosen or {})
    start = start_of(path)
    found = _workbook if is_workbook(path, start, name or path.name) else _text
    layout, first, rest = found(path, settled)
    layout = _with_headers(layout, first, settled)
    # How rows of text that were quoted as a whole are cut is only known now.
    rows = chain(first, rest) if layout.format == XLSX else read_rows(path, layout)
    count, footer = count_rows(below(layout.header_row, rows), len(layout.headers))
    warnings = list(layout.warnings)
    if footer:
        sentence = _("The lines below the table were passed over: %(lines)s.")
        warnings.append(sentence % {"lines": ", ".join(f"“{line[:60]}”" for _number, line in footer[:5])})
    if not count:
        warnings.append(_("The file has no rows below its header."))
    return replace(layout, rows=count, last_row=footer[0][0] - 1 if footer else None, warnings=tuple(warnings))


def _workbook(path: Path, settled: Mapping[str, Any]) -> Found:
    workbooks.check_workbook(path)
    sheets = workbooks.sheet_names(path)
    layout = Layout(headers=(), format=XLSX, sheets=tuple(sheets))
    if settled.get("sheet"):
        _check_choice(settled["sheet"], sheets)
        sheets = [settled["sheet"]]
    found = None
    for sheet in sheets[:MOST_SHEETS]:
        rows = read_rows(path, layout := replace(layout, sheet=sheet))
        if first := list(islice(rows, FIRST_ROWS)):
            found = found or (layout, first, rows)
            if is_table(first):
                return layout, first, rows
    if found is None:
        raise empty()
    return found


def _text(path: Path, settled: Mapping[str, Any]) -> Found:
    encoding = settled.get("encoding") or encoding_of(path)
    _check_choice(encoding, ENCODINGS)
    sample = delimited.sample_of(path, encoding)
    delimiter = settled.get("delimiter") or delimited.delimiter_of(sample)
    _check_choice(delimiter, DELIMITERS)
    quote = settled.get("quote", delimited.quote_of(sample, delimiter))
    _check_choice(quote, ('"', "'", ""))
    escape = delimited.escape_of(sample, delimiter) if quote == '"' else ""
    layout = Layout(headers=(), format=CSV, encoding=encoding, delimiter=delimiter, quote=quote, escape=escape)
    rows = read_rows(path, layout)
    first = [(number, delimited.unwrapped(cells, delimiter)) for number, cells in islice(rows, FIRST_ROWS)]
    return layout, first, rows


def _check_choice(choice: str, choices: Any) -> None:
    if choice not in choices:
        raise DomainError("no_such_choice", _("“%(choice)s” can't be chosen for this file.") % {"choice": choice})


def _with_headers(layout: Layout, rows: Rows, settled: Mapping[str, Any]) -> Layout:
    if not rows:
        raise empty()
    if max(len(cells) for _number, cells in rows) > MOST_COLUMNS:
        sentence = _("The table has more than %(most)d columns. Remove those that nobody needs.")
        raise DomainError("too_wide", sentence % {"most": MOST_COLUMNS})
    header_row, titles = find_header(rows)
    if "header_row" in settled:
        header_row, titles = settled["header_row"], 0
    if header_row is None:
        return replace(layout, headers=named_by_content(rows), header_row=None)
    cells = dict(rows).get(header_row)
    if cells is None:
        raise DomainError("no_header", _("Row %(number)d holds no headers.") % {"number": header_row})
    filled = {place for number, row in rows if number > header_row for place, cell in enumerate(row) if cell}
    cells = without_blank_ends(cells, filled)
    headers = distinct(cells)
    # A column without a name in which nothing stands is nobody's business.
    told = [
        (cell, name) for place, (cell, name) in enumerate(zip(cells, headers, strict=True)) if cell or place in filled
    ]
    return replace(layout, headers=headers, header_row=header_row, warnings=tuple(_oddities(told, titles)))


def _oddities(told: list[tuple[str, str]], titles: int) -> list[str]:
    found = []
    renamed = [name for cell, name in told if as_name(cell) != name]
    if renamed:
        sentence = _("Some columns have no name or the name of another one. They are called %(names)s here.")
        found.append(sentence % {"names": ", ".join(f"“{name}”" for name in renamed[:10])})
    if titles:
        found.append(_("The rows above the header were passed over."))
    return found
