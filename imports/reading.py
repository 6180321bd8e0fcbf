"""From the cells of a row to the values of a kind: read, checked, warned about or refused with a sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from accounts import company
from common.tables import Layout, read_table
from imports import amounts, cleaning, columns, dates
from imports.kinds import EXTRA, IGNORED, Kind
from imports.values import Hints, Read, fact, read_as

T = TypeVar("T")
MEMO = 4_000
# A column in which the first rows hold nothing that could be read two ways is asked no further.
FIRST_ROWS = 5_000
MOST_EXAMPLES = 3
# Further columns whose dates are looked at, too.
DATE_HEADER = re.compile(r"date|datum|fecha|\bdata\b|created|updated|modified|registered|time|дата|日", re.IGNORECASE)


@dataclass(frozen=True)
class Good:
    """A row that can be taken: values by column, with `number` and `extra`, and what is odd about it."""

    values: dict[str, Any]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    number: int
    sentence: str
    result: str = "refused"


@dataclass(frozen=True)
class Question:
    """What only a person can say about a column of the file; `kind` is "dates": is the day or the month first?"""

    column: str
    kind: str
    examples: tuple[str, ...]
    header: str = ""


@dataclass(frozen=True)
class Options:
    """The answers of one file. `day_first` is what a person says of dates that can be read two ways, None where
    nobody was asked. `orders` (day first?) and `decimals` (the mark) are what the cells themselves prove, by
    column. `export` names the known export."""

    day_first: bool | None = None
    orders: Mapping[str, bool] = field(default_factory=dict)
    decimals: Mapping[str, str] = field(default_factory=dict)
    export: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Options":
        return cls(**kept)


class Reader:
    """Reads rows whose cells go to the columns `names`, in this order; `fixed` gives a value for every row that
    has none of its own. It asks the database only when it is made."""

    def __init__(
        self,
        kind: Kind,
        names: Sequence[str],
        fixed: Mapping[str, str] | None = None,
        options: Options | None = None,
    ) -> None:
        self.kind, self.names = kind, tuple(names)
        self.options = options or Options()
        self.company = company.current()
        export = kind.export(self.options.export)
        self._cleaners = export.clean if export else {}
        # For each column its name, its name as a further fact, its reader, and what texts were read as before.
        self._cells: list[tuple[str, str, Read | None, dict[str, tuple[Any, str]]]] = [
            (name, name.removeprefix(EXTRA) if name.startswith(EXTRA) else "", self._reader_of(name), {})
            for name in names
        ]
        constants = {**(export.fixed if export else {}), **(fixed or {})}
        self._fixed = {name: self._read_fixed(name, text) for name, text in constants.items() if text}

    def read(self, number: int, cells: Sequence[str]) -> Good | Refused:
        """The row as values, or why it is refused."""
        warnings: list[str] = []
        text = " ".join(cells)
        if not (text.isascii() and text.isprintable()):
            if cleaning.NO_TEXT.search(text):
                sentence = _("The row holds bytes that are no text. Save the file as UTF-8, or write the row anew.")
                return Refused(number, sentence)
            if "\x00" in text:
                cells, text = [cell.replace("\x00", "") for cell in cells], text.replace("\x00", "")
                warnings.append(_("Characters that can't be seen were removed."))
            cells = self._cleaned(cells, text, warnings)
        if '"' in text:
            cells = [_as_text(cell) for cell in cells]
            if any(cell[-1:] == '"' and cleaning.ODD_QUOTES.fullmatch(cell) for cell in cells):
                warnings.append(_("A quotation mark inside a cell is not doubled. Check the row."))
        if len(cells) != len(self.names):
            self._tell_ragged(cells, warnings)
        try:
            values = self._values(number, cells, warnings)
        except ValueError as error:
            return Refused(number, str(error))
        self.kind.supply(values)
        wrong = self.kind.check(values)
        if wrong:
            return Refused(number, wrong)
        warnings.extend(self.kind.complete(values, self.company))
        return Good(values, tuple(warnings))

    def _values(self, number: int, cells: Sequence[str], warnings: list[str]) -> dict[str, Any]:
        extra: dict[str, str] = {}
        values: dict[str, Any] = {"number": number, "extra": extra, **self._fixed}
        for (name, fact_name, read, memo), cell in zip(self._cells, cells, strict=False):
            if not cell or read is None:
                continue
            value, warning = memo.get(cell) or self._remembered(name, read, memo, cell)
            if warning:
                warnings.append(f"{self._label(name)}: {warning}")
            if value is None:
                continue
            if fact_name:
                extra[fact_name] = value
            else:
                values[name] = value
        return values

    def _remembered(self, name: str, read: Read, memo: dict[str, tuple[Any, str]], cell: str) -> tuple[Any, str]:
        """What the cell says; the same text in the same column says the same."""
        try:
            found = read(cell)
        except ValueError as error:
            raise ValueError(f"{self._label(name)}: {error}") from error
        if len(memo) < MEMO:
            memo[cell] = found
        return found

    def _reader_of(self, name: str) -> Read | None:
        if name == IGNORED:
            return None
        if name.startswith(EXTRA):
            return fact(name.removeprefix(EXTRA))
        column = self.kind.column(name)
        read, clean = read_as(column, self._hints(name)), self._cleaners.get(name)
        if clean is None:
            return read

        def read_clean(cell: str) -> tuple[Any, str]:
            if not (meant := clean(cell)):
                return None, ""
            # A key that had a prefix is a text, which no spreadsheet has rounded.
            return (column.parse(meant), "") if meant != cell and column.reads == columns.KEY else read(meant)

        return read_clean

    def _hints(self, name: str) -> Hints:
        options, export = self.options, self.kind.export(self.options.export)
        told = (options.day_first, options.orders.get(name), export.day_first if export else None)
        order = next((order for order in told if order is not None), None)
        habit = self.company.country.upper() not in dates.MONTH_FIRST
        return Hints(
            zone=self.company.zone,
            day_first=habit if order is None else order,
            settled=order is not None,
            decimal=options.decimals.get(name, ""),
        )

    def _read_fixed(self, name: str, text: str) -> Any:
        return read_as(self.kind.column(name), self._hints(name))(text)[0]

    def _label(self, name: str) -> str:
        return name.removeprefix(EXTRA) if name.startswith(EXTRA) else self.kind.column(name).label

    def _cleaned(self, cells: Sequence[str], text: str, warnings: list[str]) -> list[str]:
        """The cells as they are meant: keys and names without what nobody sees, one line where one is expected."""
        if cleaning.is_mojibake(text):
            sentence = _("The row looks like text in the wrong encoding, such as “Ã©” for “é”. It is kept as it is.")
            warnings.append(sentence)
        if text.isprintable():
            return list(cells)
        cleaned, unseen = list(cells), False
        for place, (name, cell) in enumerate(zip(self.names, cells, strict=False)):
            if not cell or cell.isprintable() or name == IGNORED or name.startswith(EXTRA):
                continue
            form = self.kind.column(name).reads
            if form == columns.LONG:
                continue
            line = cleaning.one_line(cell)
            cleaned[place] = cleaning.without_unseen(line, key=form in (columns.KEY, columns.EMAIL, columns.PHONE))
            unseen |= cleaned[place] != line and form not in (
                columns.NUMBER,
                columns.MONEY,
                columns.DAY,
                columns.MOMENT,
            )
        if unseen:
            warnings.append(_("Characters that can't be seen were removed."))
        return cleaned

    def _tell_ragged(self, cells: Sequence[str], warnings: list[str]) -> None:
        width = len(self.names)
        if len(cells) < width:
            sentence = _("The row ends early: it has %(cells)d cells of %(width)d. The others are taken as empty.")
        elif any(cells[width:]):
            sentence = _("The row has %(cells)d cells where the header has %(width)d. What stands behind is left out.")
        else:
            return
        warnings.append(sentence % {"cells": len(cells), "width": width})


def study(
    kind: Kind, path: Path, layout: Layout, mapping: Mapping[str, str], answers: Options | None = None
) -> tuple[Options, list[Question]]:
    """What the cells of the file prove about how to read them, added to `answers`, and what must be asked."""
    answers = answers or Options(export=kind.recognised(layout.headers))
    forms = {column.name: column.reads for column in kind.columns}
    names = [mapping.get(header, IGNORED) for header in layout.headers]
    seen = _Seen(dict(enumerate(names)), forms, layout.headers)
    if seen.dated or seen.counted:
        seen.look(read_table(path, layout))
    orders, decimals = _agreed(seen.orders), _agreed(seen.marks)
    # Who writes 03/14/2026 in one column means the month first in the others.
    if len(proved := seen.elsewhere.union(*seen.orders.values())) == 1:
        orders = dict.fromkeys(seen.orders, next(iter(proved)))
    options = Options(answers.day_first, {**orders, **answers.orders}, {**decimals, **answers.decimals}, answers.export)
    export = kind.export(options.export)
    known = options.day_first is not None or (export is not None and export.day_first is not None)
    said = {name: header for header, name in mapping.items()}
    asked = [
        Question(name, "dates", tuple(examples), said[name])
        for name, examples in seen.both_ways.items()
        if examples and name not in options.orders and not known
    ]
    return options, asked


def _as_text(cell: str) -> str:
    found = cleaning.AS_TEXT.fullmatch(cell) if cell[:2] == '="' else None
    return found[1] if found else cell


class _Seen:
    """What the cells of the columns with dates and amounts prove."""

    def __init__(self, names: Mapping[int, str], forms: Mapping[str, str], headers: Sequence[str]) -> None:
        self.others = [
            n for n, name in names.items() if name.startswith((EXTRA, IGNORED)) and DATE_HEADER.search(headers[n])
        ]
        self.elsewhere: set[bool] = set()
        self.dated = {place: name for place, name in names.items() if forms.get(name) in columns.DATES}
        self.counted = {place: name for place, name in names.items() if forms.get(name) in columns.AMOUNTS}
        self.orders: dict[str, set[bool]] = {name: set() for name in self.dated.values()}
        self.both_ways: dict[str, dict[str, None]] = {name: {} for name in self.dated.values()}
        self.marks: dict[str, set[str]] = {name: set() for name in self.counted.values()}

    def look(self, rows: Iterable[tuple[int, list[str]]]) -> None:
        for count, (_number, cells) in enumerate(rows):
            if count > FIRST_ROWS and not any(self.both_ways[name] and not self.orders[name] for name in self.orders):
                return
            for place, name in self.dated.items():
                if place < len(cells):
                    self._look_at_date(name, cells[place])
            for place in self.others:
                if place < len(cells) and (order := dates.tells_order(cells[place])) is not None:
                    self.elsewhere.add(order)
            for place, name in self.counted.items():
                if place < len(cells) and (mark := amounts.decimal_mark(cells[place])):
                    self.marks[name].add(mark)

    def _look_at_date(self, name: str, cell: str) -> None:
        if (order := dates.tells_order(cell)) is not None:
            self.orders[name].add(order)
        elif len(self.both_ways[name]) < MOST_EXAMPLES and dates.both_ways(cell):
            self.both_ways[name][cell] = None


def _agreed(found: Mapping[str, set[T]]) -> dict[str, T]:
    """What all cells of a column agree on."""
    return {name: next(iter(proved)) for name, proved in found.items() if len(proved) == 1}


def questions(kind: Kind, path: Path, layout: Layout, mapping: Mapping[str, str]) -> list[Question]:
    """What must be asked once about this file, so mapped."""
    return study(kind, path, layout, mapping)[1]
