"""One file in: read, mapped, checked row by row, taken in chunks, every row accounted for."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from common.errors import DomainError
from common.tables import read_table
from imports.kinds import EXTRA, IGNORED, Kind
from imports.models import Import, ImportRow

CHUNK = 2000


@dataclass(frozen=True)
class Refused:
    number: int
    sentence: str
    result: str = "refused"


class _RehearsedError(Exception):
    """Rolls the whole import back."""


def import_file(
    kind: Kind,
    path: Path,
    *,
    by: User | None = None,
    wished: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Import:
    """Import one file and return what became of its rows.

    `wished` maps headers to columns, `fixed` gives a value for every row that has none of its own.
    With `dry_run` nothing is kept: the returned import is not in the database.
    Raises DomainError when the file or the mapping can't be used at all.
    """
    table = read_table(path)
    headers = next(table, None)
    if not headers or not any(headers):
        raise DomainError("empty_file", _("The file is empty. Write a header row and at least one row below it."))
    mapping = kind.map_headers(headers, wished or {})
    run = Import(kind=kind.key, file_name=path.name, by=by, started_at=timezone.now(), mapping=mapping)
    reader = _Reader(kind, [mapping[header] for header in headers], dict(fixed or {}))
    if dry_run:
        return _rehearse(run, reader, table)
    run.save()
    _take_all(run, reader, table)
    return run


def _rehearse(run: Import, reader: "_Reader", table: Iterator[list[str]]) -> Import:
    try:
        with transaction.atomic():
            run.save()
            _take_all(run, reader, table)
            raise _RehearsedError
    except _RehearsedError:
        run.pk = None
        return run


@company.held()
def _take_all(run: Import, reader: "_Reader", table: Iterator[list[str]]) -> None:
    numbered = ((number, cells) for number, cells in enumerate(table, start=2) if any(cells))
    while chunk := list(islice(numbered, CHUNK)):
        with transaction.atomic():
            _take_chunk(run, reader, chunk)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])


def _take_chunk(run: Import, reader: "_Reader", chunk: Sequence[tuple[int, list[str]]]) -> None:
    """Rows and their count in one transaction: a killed import has counted just what it kept."""
    read = [reader.read(number, cells) for number, cells in chunk]
    refused = [row for row in read if isinstance(row, Refused)]
    good = [row for row in read if isinstance(row, dict)]
    results = [*refused, *reader.kind.take(good, at=timezone.now(), by=run.by, run=run.pk)]
    cells_of = dict(chunk)
    ImportRow.objects.bulk_create(
        ImportRow(file=run, number=r.number, values=cells_of[r.number], sentence=r.sentence[:500])
        for r in results
        if r.result == "refused"
    )
    counts = Counter(r.result for r in results)
    for result in ("created", "updated", "unchanged", "refused"):
        setattr(run, result, getattr(run, result) + counts[result])
    run.rows += len(chunk)
    run.save(update_fields=["rows", "created", "updated", "unchanged", "refused"])


@dataclass(frozen=True)
class _Reader:
    """Turns the cells of a row into values by column name, or refuses the row with a sentence."""

    kind: Kind
    names: Sequence[str]
    fixed: dict[str, str]

    def read(self, number: int, cells: list[str]) -> dict[str, Any] | Refused:
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
        return Refused(number, sentence) if sentence else values


def write_refused(run: Import) -> Path | None:
    """Write the refused rows with their sentences to a file that can be mended and loaded again;
    its path, or None where no row was refused."""
    if not run.refused or run.pk is None:
        return None
    path = Path(settings.VAR_DIR) / "imports" / f"{run.pk}-refused.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*run.mapping, _("Why it was refused")])
        for row in run.refused_rows.all():
            writer.writerow([*row.values, row.sentence])
    return path
