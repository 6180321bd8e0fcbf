"""Cells that leave in a file and come back: inert in a spreadsheet, and the same again when they are read."""

# One word for all languages: the reading side knows the column by it and leaves it out.
REASON = "Why it was refused"
# A spreadsheet takes a cell that begins so for a formula; an apostrophe before it says that it is none.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet computes it."""
    return "'" + cell if cell.startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
