"""What would happen if the file was loaded now: its first rows are taken, looked at, and given back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts import company
from common.errors import DomainError
from imports import kinds
from imports.guarding import storable
from imports.kinds import EXTRA, IGNORED, Fate, Headline, Kind, Result
from imports.models import Import
from imports.reading import Good, Refused
from imports.rehearsing import rehearsed
from imports.running import reader_of, rows_of

JUDGED = 1000
SHOWN = 20
EXAMPLES = 3


@dataclass(frozen=True)
class Row:
    """One row as it would become."""

    number: int
    result: str
    headline: Headline
    grade: str
    sentence: str
    goes: str = ""


@dataclass(frozen=True)
class Preview:
    """The first rows of a file, judged. `counts` by result; `whole` where these are all rows;
    `fault` where the file can't be read so."""

    rows: Sequence[Row]
    refused: Sequence[Row]
    refused_cells: Sequence[tuple[Sequence[str], str]]
    counts: Mapping[str, int]
    graded: int = 0
    warned: int = 0
    judged: int = 0
    whole: bool = True
    fault: str = ""

    @property
    def bar(self) -> list[dict[str, Any]]:
        """The counts as parts of a bar as wide as there are rows."""
        names = {"created": "new", "updated": "known", "unchanged": "same", "refused": "bad"}
        parts, x = [], 0
        for result, name in names.items():
            parts.append({"name": name, "x": x, "width": self.counts.get(result, 0)})
            x += self.counts.get(result, 0)
        return parts

    @property
    def good(self) -> int:
        return self.judged - self.counts.get("refused", 0)


@company.held()
def preview(run: Import) -> Preview:
    """Judge the first rows of a prepared import; nothing is kept."""
    try:
        cells = dict(islice(rows_of(run, Path(run.upload.path)), JUDGED + 1))
    except DomainError as error:
        return Preview((), (), (), {}, fault=error.message)
    whole = len(cells) <= JUDGED
    cells = dict(list(cells.items())[:JUDGED])
    kind, reader = kinds.get(run.kind), reader_of(run)
    read = {number: reader.read(number, row) for number, row in cells.items()}
    good = [row for row in read.values() if isinstance(row, Good)]
    taken, fates = _rehearse(kind, run, good)
    results: dict[int, Result] = {r.number: r for r in [*taken, *(r for r in read.values() if isinstance(r, Refused))]}
    rows = [_row(kind, run, results[number], cells[number], read[number], fates) for number in cells]
    refused = [row for row in rows if row.result == "refused"]
    return Preview(
        rows=rows[:SHOWN],
        refused=refused,
        refused_cells=[([*map(storable, cells[row.number])], row.sentence) for row in refused],
        counts=Counter(row.result for row in rows),
        graded=sum(fate.grade in ("A", "B") for fate in fates.values()),
        warned=sum(bool(row.warnings) for row in good),
        judged=len(rows),
        whole=whole,
    )


def _rehearse(kind: Kind, run: Import, good: Sequence[Good]) -> tuple[Sequence[Result], Mapping[int, Fate]]:
    if not good:
        return (), {}
    with rehearsed():
        taken = kind.take([row.values for row in good], at=timezone.now(), by=run.by, run=None)
        return taken, kind.fates(taken)


def _row(
    kind: Kind, run: Import, result: Result, cells: Sequence[str], read: Good | Refused, fates: Mapping[int, Fate]
) -> Row:
    names = (run.mapping[header] for header in run.headers)
    pairs = zip(names, map(storable, cells), strict=False)
    texts = {name: cell for name, cell in pairs if cell and not name.startswith((EXTRA, IGNORED))}
    warnings = " ".join(read.warnings) if isinstance(read, Good) else ""
    fate = fates.get(result.number, Fate())
    sentence = storable(result.sentence or warnings)
    return Row(result.number, result.result, kind.headline(texts), fate.grade, sentence, fate.words)


def examples(run: Import) -> list[list[str]]:
    """The first values of each column that hold anything."""
    found: list[list[str]] = [[] for _header in run.headers]
    try:
        for _number, cells in islice(rows_of(run, Path(run.upload.path)), 50):
            for place, cell in zip(found, map(storable, cells), strict=False):
                if cell and len(place) < EXAMPLES and cell not in place:
                    place.append(cell)
    except DomainError:
        return found
    return found
