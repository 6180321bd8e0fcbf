"""One file in: read, mapped, checked row by row, taken in chunks, every row accounted for."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from common.ahead import one_ahead
from common.tables import read_table, sniff
from imports.kinds import Kind
from imports.models import Import, ImportRow
from imports.reading import Good, Reader, Refused, study

CHUNK = 5000


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
    layout = sniff(path)
    mapping = kind.map_headers(layout.headers, wished or {})
    options, _asked = study(kind, path, layout, mapping)
    table = read_table(path, layout)
    run = Import(kind=kind.key, file_name=path.name, by=by, started_at=timezone.now(), mapping=mapping)
    reader = Reader(kind, [mapping[header] for header in layout.headers], fixed or {}, options)
    if dry_run:
        return _rehearse(run, reader, table)
    run.save()
    _take_all(run, reader, table)
    return run


def _rehearse(run: Import, reader: Reader, table: Iterator[tuple[int, list[str]]]) -> Import:
    try:
        with transaction.atomic():
            run.save()
            _take_all(run, reader, table)
            raise _RehearsedError
    except _RehearsedError:
        run.pk = None
        return run


@company.held()
def _take_all(run: Import, reader: Reader, table: Iterator[tuple[int, list[str]]]) -> None:
    for cells_of, read in one_ahead(_chunks(reader, table)):
        with transaction.atomic():
            _take_chunk(run, reader.kind, cells_of, read)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])


def _chunks(
    reader: Reader, table: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[dict[int, list[str]], list[Good | Refused]]]:
    """The cells of the rows by their numbers, and the rows as they were read."""
    while cells_of := dict(islice(table, CHUNK)):
        yield cells_of, [reader.read(number, cells) for number, cells in cells_of.items()]


def _take_chunk(run: Import, kind: Kind, cells_of: Mapping[int, list[str]], read: Sequence[Good | Refused]) -> None:
    """Rows and their count in one transaction: a killed import has counted just what it kept."""
    refused = [row for row in read if isinstance(row, Refused)]
    good = [row.values for row in read if isinstance(row, Good)]
    results = [*refused, *kind.take(good, at=timezone.now(), by=run.by, run=run.pk)]
    ImportRow.objects.bulk_create(
        ImportRow(file=run, number=r.number, values=cells_of[r.number], sentence=r.sentence[:500])
        for r in results
        if r.result == "refused"
    )
    counts = Counter(r.result for r in results)
    for result in ("created", "updated", "unchanged", "refused"):
        setattr(run, result, getattr(run, result) + counts[result])
    run.rows += len(cells_of)
    run.save(update_fields=["rows", "created", "updated", "unchanged", "refused"])


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
