"""From the cells of a row to the values of a kind: parsed, checked, warned about or refused with a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.tables import Layout
from imports.kinds import EXTRA, IGNORED, Kind


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


@dataclass(frozen=True)
class Options:
    """The answers of one file. `day_first` is what the person says of ambiguous dates, None where nobody was
    asked; `orders` is what the file itself tells, by column. `export` names the known export."""

    day_first: bool | None = None
    orders: Mapping[str, bool] = field(default_factory=dict)
    export: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Options":
        return cls(**kept)


def study(
    kind: Kind, path: Path, layout: Layout, mapping: Mapping[str, str], answers: Options | None = None
) -> tuple[Options, list[Question]]:
    """What the cells of the file tell about how to read them, and what must be asked."""
    return answers or Options(), []


def questions(kind: Kind, path: Path, layout: Layout, mapping: Mapping[str, str]) -> list[Question]:
    """What must be asked once about this file, so mapped."""
    return study(kind, path, layout, mapping)[1]


@dataclass(frozen=True)
class Reader:
    """Reads rows whose cells go to the columns `names`, in this order; `fixed` gives a value for every row that
    has none of its own."""

    kind: Kind
    names: Sequence[str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=Options)

    def read(self, number: int, cells: Sequence[str]) -> Good | Refused:
        if any("\x00" in cell for cell in cells):
            return Refused(number, _("The row holds a character that is no text (NUL)."))
        texts: dict[str, str] = dict(self.fixed)
        extra: dict[str, str] = {}
        for name, cell in zip(self.names, cells, strict=False):
            if not cell or name == IGNORED:
                continue
            if name.startswith(EXTRA):
                extra[name.removeprefix(EXTRA)] = cell
            else:
                texts[name] = cell
        values: dict[str, Any] = {"number": number, "extra": extra}
        for name, cell in texts.items():
            column = self.kind.column(name)
            try:
                values[name] = column.parse(cell)
            except ValueError as error:
                return Refused(number, f"{column.label}: {error}")
        sentence = self.kind.check(values)
        return Refused(number, sentence) if sentence else Good(values)
