"""Text with delimiters: which one it is, and its rows one after the other.

A quotation mark that is never closed would swallow the rest of the file. A row over several lines is therefore
read a second time by the strict rule, and a mark after the last line shows whether a cell was still open.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.tables.encodings import UNREADABLE
from common.tables.layout import DELIMITERS, Layout

LONGEST_LINE = 4 << 20
SAMPLE_CHARACTERS = 64 * 1024
SAMPLE_ROWS = 200
END = "\x00end of the file\x00"


def sample_of(path: Path, encoding: str) -> str:
    """The beginning of the file as text, whole lines where it has several."""
    with path.open(encoding=encoding, errors=UNREADABLE, newline="") as file:
        text = file.read(SAMPLE_CHARACTERS + 1)
    if len(text) > SAMPLE_CHARACTERS:
        cut = max(text.rfind("\n"), text.rfind("\r"))
        text = text[: cut + 1] if cut > 0 else text
    return text.removeprefix("\ufeff")


def delimiter_of(sample: str) -> str:
    """The delimiter that cuts most rows into the same number of cells; a `sep=` line says it."""
    if told := told_by(sample[:20].partition("\n")[0].partition("\r")[0]):
        return told
    first = next((line for line in sample.splitlines() if line.strip()), "")

    def fits(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _sampled(sample, delimiter) if len(row) > 1)
        if not widths:
            return 0, 0
        # A file may hold several tables: the one of most cells counts.
        most = max(rows * min(width, 4) for width, rows in widths.items())
        return round(most / max(1, sum(1 for row in _sampled(sample, delimiter) if any(row))), 1), first.count(
            delimiter
        )

    return max(DELIMITERS, key=fits)


def told_by(line: str) -> str | None:
    """The delimiter of a line `sep=;`, by which Excel is told."""
    text = line.strip('\r\n "')
    return text[4] if text[:4].lower() == "sep=" and len(text) == 5 and text[4] in DELIMITERS else None


def quote_of(sample: str, delimiter: str) -> str:
    """The quotation mark around the cells: an apostrophe where one stands around each header."""
    first = next((line for line in sample.splitlines() if line.strip() and not told_by(line)), "")
    cells = [cell.strip() for cell in first.split(delimiter)]
    return "'" if all(len(cell) > 2 and cell[0] == cell[-1] == "'" for cell in cells) else '"'


def escape_of(sample: str, delimiter: str) -> str:
    """A backslash where it stands before quotation marks inside cells, as databases write them: then the lines keep
    the strict rule with it, and don't without it."""
    lines = [line for line in sample.splitlines() if '\\"' in line]
    told = bool(lines) and not any(_is_strict([line], delimiter, '"') for line in lines)
    return "\\" if told and all(_is_strict([line], delimiter, '"', "\\") for line in lines) else ""


def _is_strict(lines: list[str], delimiter: str, quote: str, escape: str = "") -> bool:
    """Whether each closing mark is followed by a delimiter or the end."""
    try:
        list(
            csv.reader(
                lines,
                delimiter=delimiter,
                quotechar=quote,
                escapechar=escape or None,
                skipinitialspace=True,
                strict=True,
            )
        )
    except csv.Error:
        return False
    return True


def _sampled(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True):
            rows.append(unwrapped(row, delimiter))
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def unwrapped(row: list[str], delimiter: str) -> list[str]:
    """A row that was put in quotation marks as a whole, cut into its cells."""
    if len(row) != 1 or delimiter not in row[0]:
        return row
    try:
        return next(csv.reader([row[0]], delimiter=delimiter), row)
    except csv.Error:  # a line break outside of quotation marks: a text with commas, and no row
        return row


def _cut(row: list[str], delimiter: str, width: int) -> list[str]:
    """The cells of a row that was quoted as a whole; a sentence with commas below the table stays one."""
    cells = unwrapped(row, delimiter)
    return cells if 2 * len(cells) >= width else row


def rows_of(path: Path, layout: Layout, *, width: int = 0) -> Iterator[list[str]]:
    """All rows of the file. Where a table has `width` columns, rows quoted as a whole are cut.

    Raises DomainError: unclosed_quote and long_line, both naming the line.
    """
    with path.open(encoding=layout.encoding, errors=UNREADABLE, newline="") as file:
        held: list[str] = []
        lines = _lines(file, held)
        reader = csv.reader(
            lines,
            delimiter=layout.delimiter,
            quotechar=layout.quote or None,
            quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
            escapechar=layout.escape or None,
            skipinitialspace=True,
        )
        opened, whole = 1, width > 1
        try:
            for row in reader:
                if len(held) > 1:
                    _check_quotes(held, opened, layout)
                if row == [END]:
                    return
                opened = reader.line_num + 1
                held.clear()
                yield _cut(row, layout.delimiter, width) if whole and len(row) == 1 else row
        except csv.Error as error:
            if len(held) == 1:
                raise _too_long(opened) from error
            raise _unclosed(held, opened, layout) from error


def _lines(file: io.TextIOBase, held: list[str]) -> Iterator[str]:
    """The lines of the file, kept in `held` until their row is done, and a mark after the last one."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise _too_long(number)
        if number == 1:
            line = line.removeprefix("\ufeff")
            if told_by(line):
                line = "\n"
        held.append(line)
        yield line
    held.append(END)
    yield END


def _too_long(number: int) -> DomainError:
    sentence = _("Line %(number)d is longer than a row of a table can be. Check what kind of file this is.")
    return DomainError("long_line", sentence % {"number": number})


def _check_quotes(held: list[str], opened: int, layout: Layout) -> None:
    """A row over several lines keeps the strict rule: a closing mark is followed by a delimiter or the end."""
    if held[-1] == END and len(held) > 1:
        raise _unclosed(held, opened, layout)
    if not _is_strict(held, layout.delimiter, layout.quote or '"', layout.escape):
        raise _unclosed(held, opened, layout)


def _unclosed(held: list[str], opened: int, layout: Layout) -> DomainError:
    """Names the first line of the row after which a cell stays open."""
    number = next(
        (opened + place for place, line in enumerate(held) if line.count(layout.quote or '"') % 2 and line != END),
        opened,
    )
    sentence = _(
        "A quotation mark opens in line %(number)d and is not closed where its cell ends. "
        "Close it or remove it, and load the file again."
    )
    return DomainError("unclosed_quote", sentence % {"number": number})
