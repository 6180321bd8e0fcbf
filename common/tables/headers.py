"""Which row names the columns, and their names: each one once."""

import re
from collections import Counter
from collections.abc import Container, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

ADDRESS = re.compile(r"(?:[^@<>]*<|mailto:)?[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+>?")
DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}( .*)?")
PHONE = re.compile(r"\+?\(?\d[\d\s()./-]{6,}\d")
WEBSITE = re.compile(r"https?://\S+|www\.\S+\.\S+")
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff]")
Rows = Sequence[tuple[int, Sequence[str]]]
MOST_ABOVE = 30


def find_header(rows: Rows) -> tuple[int | None, int]:
    """The number of the row that names the columns, None where the first rows hold data already, and how many
    title rows stand above it. `rows` are the first rows that hold anything."""
    extents = [max((place for place, cell in enumerate(cells, start=1) if cell), default=0) for _number, cells in rows]
    above = _before_the_largest(rows, extents)
    widths = Counter(extents[above:])
    # The width of the table is the one that most cells are in rows of.
    width = max(widths, key=lambda width: (widths[width] * width, width))
    for place, (number, cells) in [*enumerate(rows)][above : above + 30]:
        if extents[place] >= 0.8 * width or place + 1 == len(rows):
            if _groups_the_next(rows[place : place + 3]):
                return rows[place + 1][0], place + 1
            return (None if any(map(is_data, filter(None, cells))) else number), place
    return rows[0][0], 0


def _before_the_largest(rows: Rows, extents: Sequence[int]) -> int:
    """How many rows stand before the table of most cells, where a report tells of itself in small tables first.
    Each table begins with a row of names below a title that is alone in its row."""
    starts = [
        place
        for place in range(1, len(rows))
        if extents[place - 1] == 1 < 2 < extents[place] and _is_named(rows[place - 1][1]) and _is_named(rows[place][1])
    ]
    if not starts or starts[-1] > MOST_ABOVE:
        return 0
    cells = {start: sum(extents[start:end]) for start, end in pairwise([0, *starts, len(rows)])}
    return max(cells, key=lambda start: cells[start])


def _is_named(cells: Sequence[str]) -> bool:
    return not any(is_data(cell) or cell.isdecimal() for cell in cells)


def _groups_the_next(rows: Rows) -> bool:
    """Whether the first of three rows only names groups of columns: half of it is blank, the row below names each
    column, and the row below that one holds data."""
    if len(rows) < 3:
        return False
    groups, names, data = ([cell for cell in cells if cell] for _number, cells in rows)
    if len(groups) > 0.6 * len(names) or any(c.isdigit() for cell in (*groups, *names) for c in cell):
        return False
    return not any(map(is_data, names)) and any(c.isdigit() or c == "@" for cell in data for c in cell)


def is_table(rows: Rows) -> bool:
    """Whether the first rows of a sheet are a table, or a list of addresses, and no cover or note."""
    return len(rows) > 1 and any(sum(map(bool, cells)) > 1 or any(map(is_data, cells)) for _number, cells in rows[1:])


def is_data(cell: str) -> bool:
    """Whether the cell holds an address, a date, a web site or a telephone number."""
    return any(form.fullmatch(cell) for form in (ADDRESS, DATE, WEBSITE)) or bool(
        PHONE.fullmatch(cell) and sum(map(str.isdigit, cell)) > 6
    )


def named_by_content(rows: Rows) -> tuple[str, ...]:
    """Names for columns that have none: what the first rows hold in them."""
    width = max(len(cells) for _number, cells in rows)
    names = []
    for place in range(width):
        cells = [cells[place] for _number, cells in rows if place < len(cells) and cells[place]]
        names.append(next((name for form, name in _forms() if cells and all(map(form.fullmatch, cells))), ""))
    return distinct(names)


def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    return (ADDRESS, _("E-mail")), (DATE, _("Date")), (WEBSITE, _("Website")), (PHONE, _("Phone"))


def without_blank_ends(cells: Sequence[str], filled: Container[int]) -> Sequence[str]:
    """The header cells without blank ones at the end under which nothing stands."""
    width = len(cells)
    while width > 1 and not as_name(cells[width - 1]) and width - 1 not in filled:
        width -= 1
    return cells[:width]


def as_name(cell: str) -> str:
    """The header cell in one line, without what is no text."""
    return " ".join(NO_TEXT.sub("", cell).split())[:200]


def distinct(cells: Sequence[str]) -> tuple[str, ...]:
    """The header cells as names, each one once: a blank one is "Column 3", the second "Email" is "Email (2)"."""
    names: list[str] = []
    taken: set[str] = set()
    # How often a name was wanted: asking from 2 on each time would take a minute for thousands of equal ones.
    counts: Counter[str] = Counter()
    for place, cell in enumerate(cells, start=1):
        name = wanted = as_name(cell) or _("Column %(place)d") % {"place": place}
        while name.casefold() in taken:
            counts[wanted.casefold()] += 1
            name = f"{wanted} ({counts[wanted.casefold()] + 1})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
