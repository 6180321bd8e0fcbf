"""Cells that are kept, leave in a file and come back: inert in a spreadsheet, the same again when they are read."""

from collections.abc import Iterable

# One word for all languages: the reading side knows the column by it and leaves it out.
REASON = "Why it was refused"
# A spreadsheet takes a cell that begins so for a formula; an apostrophe before it says that it is none.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
GUARDED = frozenset("'" + sign for sign in FORMULA)


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet computes it."""
    return "'" + cell if cell.startswith(FORMULA) else cell


def unguarded(cells: Iterable[str]) -> list[str]:
    """The cells as they were before `guarded`."""
    return [cell[1:] if cell[:2] in GUARDED else cell for cell in cells]


def storable(text: str) -> str:
    """The text without what no database keeps: NUL, and bytes that are no character of the file's encoding."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode() if not text.isprintable() else text
