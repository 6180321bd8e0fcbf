"""Lines below a table that are none of its rows: a total, who made the file, that it is confidential."""

import re
from collections.abc import Iterable, Sequence

from common.tables.headers import is_data

NARROWEST, MOST_LINES = 3, 20
WORDS = re.compile(
    r"(?:grand |sub)?totals?\b|gesamt|summe\b|total g[ée]n[ée]ral|confidential|vertraulich|confiden[ct]i|copyright|©"
    r"|(?:report )?(?:generated|exported|created|printed) (?:by|on|at|from)\b|end of (?:report|file|list)"
    r"|\d+ (?:records?|rows?|contacts?|leads?)\b",
    re.IGNORECASE,
)
Line = tuple[int, str]


def count_rows(rows: Iterable[tuple[int, Sequence[str]]], width: int) -> tuple[int, list[Line]]:
    """How many of `rows` are rows of a table of `width` columns, and the lines below it with their numbers.

    Such a line is alone in its row, in several words or in words that such lines begin with; the first one is such
    a word or stands below a blank row.
    """
    count, before = 0, 0
    footer: list[Line] = []
    for number, cells in rows:
        if width >= NARROWEST and len(cells) - cells.count("") == 1 and (line := "".join(cells)) and not is_data(line):
            known = WORDS.match(line)
            below = count and number > before + 1 and " " in line
            if len(footer) < MOST_LINES and (known or footer or below):
                footer.append((number, line))
                before = number
                continue
        count += 1 + len(footer)
        footer, before = [], number
    return count, footer
