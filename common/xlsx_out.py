"""Writing XLSX: cells are texts or numbers, never formulas or links, and memory stays flat."""

from collections.abc import Iterable
from decimal import Decimal
from typing import IO, Any

from common.cells import text_of

MOST_ROWS = 1_048_575  # of one sheet, below its header


def write_xlsx(file: IO[bytes], header: Iterable[str], rows: Iterable[Iterable[Any]]) -> int:
    """Write a workbook into `file`; more rows than a sheet holds go on in the next. How many rows."""
    import xlsxwriter  # slow to load, and few pages need it

    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }  # fmt: skip
    names = list(header)
    count = 0
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        sheet = None
        for row in rows:
            at = count % MOST_ROWS
            if sheet is None or at == 0:
                sheet = _sheet(book, names, bold)
            for column, value in enumerate(row):
                _cell(sheet, at + 1, column, value)
            count += 1
        if sheet is None:
            _sheet(book, names, bold)
    return count


def _sheet(book: Any, names: list[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(names):
        sheet.set_column(column, column, 18)
        sheet.write_string(0, column, text_of(name), bold)
    return sheet


def _cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif text := text_of(value):
        sheet.write_string(row, column, text)
