"""How the cells of a file become values: more generous than a form, with a warning where something is odd.

A `Read` takes the trimmed text of a cell and gives the value, None where nothing is known, and a sentence that
is empty where all is well. It raises ValueError with a sentence where the row can't be used.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from imports import amounts, cleaning, columns, dates
from imports.columns import Column, Parse

Read = Callable[[str], tuple[Any, str]]
MOST_DIGITS = 15
COUNT = r"\d[\d.,' \u00a0]*"
AT_LEAST = re.compile(
    rf"(?:>|≥|>=|~|ca\.?|about|over|more than|mehr als|über|plus de|más de|mais de|oltre)?\s*({COUNT}k?)"
    rf"(?:\s*(?:-|–|—|to|bis|a|à|~|al?)\s*{COUNT}k?|\s*\+|\s*(?:or|and|und|et|ou|y|o|e)\s+(?:more|mehr|plus|más|mais))?"
    r"\s*(?:employees|people|mitarbeiter\w*|salariés|employés|empleados|funcionários|dipendenti)?",
    re.IGNORECASE,
)
# How large an employer is at most tells no number, and neither does a word for its size.
AT_MOST = re.compile(
    r"(?:<|≤|<=|less than|up to|under|bis zu|bis|unter|moins de|menos de|meno di|fino a)\s*\d.*"
    r"|(?:micro|small|medium|large|mid[ -]?(?:size|market)d?|enterprise|corporate|smb|sme|start-?up|freelancer?"
    r"|self[ -]employed|klein|mittel|gro(?:ß|ss)|kmu|pme|eti|pyme)\b.*",
    re.IGNORECASE,
)
NAMED_ADDRESS = re.compile(r".*<([^<>\s]+@[^<>\s]+)>|mailto:([^?]+).*", re.IGNORECASE)
# What a list of addresses, or a text around one, leaves at its ends.
AROUND = "\"'<>()[],;:. "
SEVERAL = re.compile(r"\s*[;,/|\s]\s*")
# Given names and surnames that programs write for "nothing" in small letters.
REAL_NAMES = ("Null", "Nan", "Nil")


@dataclass(frozen=True)
class Hints:
    """What the file and its people tell about a column: whether the day comes first in a date and whether that
    is settled or only the habit of the country, and the decimal mark."""

    zone: tzinfo
    day_first: bool = True
    settled: bool = False
    decimal: str = ""


def read_as(column: Column, hints: Hints) -> Read:
    """The reader of the column's cells."""
    return READS[column.reads](column.parse, hints)


def fact(header: str) -> Read:
    """The reader of a column that is kept as a further fact, word for word."""
    money = bool(amounts.MONEY_HEADER.search(header))

    def read(cell: str) -> tuple[Any, str]:
        if cleaning.is_unknown(cell):
            return None, ""
        if len(cell) < 40 and not cell.isalpha():
            if (money or amounts.CURRENCY.search(cell)) and amounts.unsure(cell):
                return cell, _unsure(cell)
            if cleaning.SHORTENED.fullmatch(cell):
                return cell, _shortened(cell)
        return cell, ""

    return read


def _text(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        return (None if cleaning.is_unknown(cell) else parse(cell)), ""

    return read


def _label(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        unknown = cleaning.is_unknown(cell) and cell.casefold() not in cleaning.UNKNOWN_WORDS
        return (None if unknown else parse(cell)), ""

    return read


def _name(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        unknown = cleaning.is_unknown(cell) and cell not in REAL_NAMES
        return (None if unknown else parse(cell)), ""

    return read


def _key(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        if cleaning.is_unknown(cell) or cell in cleaning.NO_NUMBER:
            return None, ""
        if cleaning.SHORTENED.fullmatch(cell):
            return None, _shortened(cell) + " " + _("It is left out.")
        if found := cleaning.WITH_POINT.fullmatch(cell):
            return parse(found[1]), _mended(cell, found[1])
        if len(cell) > MOST_DIGITS and cell.isdecimal():
            sentence = _(
                "“%(cell)s” has more than 15 digits. A spreadsheet rounds such numbers: check that it is right."
            )
            return parse(cell), sentence % {"cell": cell[:40]}
        return parse(cell), ""

    return read


def _phone(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        if cleaning.is_unknown(cell) or not cell.strip("0-.+ "):
            return None, ""
        if cleaning.SHORTENED.fullmatch(cell):
            return None, _shortened(cell) + " " + _("It is left out.")
        if found := cleaning.WITH_POINT.fullmatch(cell):
            return parse(found[1]), _mended(cell, found[1])
        return parse(cell.removeprefix("'")), ""

    return read


def _email(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        if "@" not in cell and cleaning.is_unknown(cell):
            return None, ""
        if ("<" in cell or ":" in cell) and (found := NAMED_ADDRESS.fullmatch(cell)):
            cell = found[1] or found[2]
        if not cell.isascii() and cleaning.has_lookalikes(cell):
            sentence = _("“%(cell)s” mixes letters of two scripts that look alike. Check the address.")
            return parse(cell), sentence % {"cell": cell[:80]}
        try:
            return parse(cell), ""
        except ValueError:
            return _mended_address(parse, cell)

    return read


def _mended_address(parse: Parse, cell: str) -> tuple[str, str]:
    """The first of several addresses, or the one between marks that don't belong to it. Raises ValueError where the
    cell holds something else."""
    several = [part.strip(AROUND) for part in SEVERAL.split(cell) if part.strip(AROUND)]
    if not several or not all("@" in part for part in several):
        return parse(cell), ""
    address = parse(several[0])
    if len(several) == 1:
        return address, _mended(cell[:80], address)
    sentence = _("“%(cell)s” holds several addresses. The first one was taken.")
    return address, sentence % {"cell": cell[:120]}


def _number(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        if cell in cleaning.NO_NUMBER or cleaning.is_unknown(cell):
            return None, ""
        # "51-200" and "200+" say at least how many.
        if cell.isdecimal() or not (found := AT_LEAST.fullmatch(cell)):
            if AT_MOST.fullmatch(cell):
                return None, _("“%(cell)s” tells no number. It is left out.") % {"cell": cell[:40]}
            return parse(cell), ""
        try:
            number, unsure = amounts.read_amount(found[1].strip(), hints.decimal)
        except ValueError:
            return parse(cell), ""
        return parse(f"{number:f}".partition(".")[0]), _unsure(cell) if unsure else ""

    return read


def _money(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        if cell.casefold() != "nan" and cleaning.is_unknown(cell):
            return None, ""
        try:
            amount, unsure = amounts.read_amount(cell[:60], hints.decimal)
        except ValueError:
            return parse(cell), ""
        return parse(str(amount)), _unsure(cell) if unsure else ""

    return read


def _day(parse: Parse, hints: Hints) -> Read:
    def read(cell: str) -> tuple[Any, str]:
        found, sentence = _dated(parse, hints, cell)
        return (found.date() if isinstance(found, datetime) else found), sentence

    return read


def _moment(parse: Parse, hints: Hints) -> Read:
    zone = hints.zone

    def read(cell: str) -> tuple[Any, str]:
        found, sentence = _dated(parse, hints, cell)
        if found is None:
            return None, sentence
        if not isinstance(found, datetime):
            found = datetime.combine(found, time.min)
        if not 1900 < found.year < 9000:
            return parse(cell), ""
        return (found if found.tzinfo else found.replace(tzinfo=zone)), sentence

    return read


def _dated(parse: Parse, hints: Hints, cell: str) -> tuple[date | datetime | None, str]:
    """A date or moment; what only the country's habit decides is warned about."""
    try:
        found = dates.read_date(cell, hints.day_first)
    except (ValueError, OverflowError):
        if cell.startswith(dates.BLANK_DATES) or cell in cleaning.NO_NUMBER or cleaning.is_unknown(cell):
            return None, ""
        return parse(cell), ""
    if (found.date() if isinstance(found, datetime) else found) in dates.BLANK_DAYS:
        return None, ""
    if hints.settled or not dates.both_ways(cell):
        return found, ""
    sentence = _("“%(cell)s” was read as %(date)s; the day and the month could be the other way round.")
    return found, sentence % {"cell": cell, "date": found.strftime("%Y-%m-%d")}


def _unsure(cell: str) -> str:
    sentence = _("“%(cell)s” can be a thousand or a fraction; it is read as thousands where a number is needed.")
    return sentence % {"cell": cell}


def _shortened(cell: str) -> str:
    return _("“%(cell)s” is a long number that a spreadsheet has shortened.") % {"cell": cell}


def _mended(cell: str, mended: str) -> str:
    return _("“%(cell)s” was read as %(mended)s.") % {"cell": cell, "mended": mended}


READS: dict[str, Callable[[Parse, Hints], Read]] = {
    columns.TEXT: _text, columns.LABEL: _label, columns.LONG: _text, columns.NAME: _name, columns.KEY: _key,
    columns.EMAIL: _email, columns.PHONE: _phone, columns.NUMBER: _number, columns.MONEY: _money, columns.DAY: _day,
    columns.MOMENT: _moment,
}  # fmt: skip
