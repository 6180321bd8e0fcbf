"""One file in: read, mapped, checked row by row, taken in chunks, every row accounted for.

An import is a row that remembers how far it came. Each chunk is taken, counted and the checkpoint
moved in one transaction that holds the row, so whoever goes on, after a kill or beside another
worker, takes each row of the file once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import dropwhile, islice
from pathlib import Path
from time import monotonic

from django.db import transaction
from django.utils import timezone

from accounts import company
from accounts.models import User
from common.ahead import one_ahead
from common.errors import DomainError
from common.tables import Layout, read_table, sniff
from imports import kinds
from imports.ending import abandoned, broken_off, fail, finish
from imports.guarding import storable, unguarded
from imports.kinds import Kind
from imports.models import Import, ImportRow
from imports.reading import Good, Options, Reader, Refused, study
from imports.rehearsing import rehearsed

CHUNK = 2000
WARNINGS_KEPT = 100
MOST_ATTEMPTS = 3
# Longer than any chunk needs, and short enough that nobody waits two minutes for a worker that died.
SILENT_FOR = timedelta(seconds=90)

Chunk = tuple[dict[int, list[str]], list[Good | Refused]]


def import_file(
    kind: Kind,
    path: Path,
    *,
    by: User | None = None,
    wished: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    day_first: bool | None = None,
    dry_run: bool = False,
) -> Import:
    """Import one file and return what became of its rows.

    `wished` maps headers to columns, `fixed` gives a value for every row that has none of its own.
    `day_first` says how dates such as 03/04/2026 are meant.
    With `dry_run` nothing is kept: the returned import is not in the database.
    Raises DomainError when the file or the mapping can't be used at all.
    """
    layout = sniff(path)
    mapping = kind.map_headers(layout.headers, wished or {})
    answers = Options(day_first=day_first, export=kind.recognised(layout.headers))
    options, _asked = study(kind, path, layout, mapping, answers)
    now = timezone.now()
    run = Import(
        kind=kind.key, file_name=path.name, by=by, state=Import.State.RUNNING, started_at=now, progressed_at=now,
        layout=layout.as_json(), mapping=mapping, fixed=dict(fixed or {}), options=asdict(options),
    )  # fmt: skip
    if dry_run:
        with rehearsed():
            run.save()
            _take_all(run, path)
        run.pk = None
        return run
    run.save()
    try:
        _take_all(run, path)
    except DomainError as error:
        fail(run, error.message, at=timezone.now())
        raise
    return run


def go_on(run_id: int, *, at: datetime, seconds: float) -> bool:
    """Take rows of a running import from its checkpoint on, for about `seconds`; whether some are left.

    Does nothing where another worker is at it. Without progress the third attempt is the last.
    """
    run = _claim(run_id, at=at)
    if run is None:
        return False
    try:
        return _take_all(run, Path(run.upload.path), until=monotonic() + seconds)
    except DomainError as error:
        fail(run, error.message, at=timezone.now())
        return False


@transaction.atomic
def silent(now: datetime) -> list[int]:
    """Running imports of which nothing was heard for a while: their worker died, or none was ever told.
    Those of a command that died end here, because nobody else has their file."""
    runs = Import.objects.select_for_update(no_key=True, skip_locked=True).filter(state=Import.State.RUNNING)
    quiet = list(runs.filter(progressed_at__lt=now - SILENT_FOR))
    for run in quiet:
        if not run.upload:
            fail(run, broken_off(run), at=now)
    return [run.pk for run in quiet if run.upload]


@transaction.atomic
def _claim(run_id: int, *, at: datetime) -> Import | None:
    run = _held(run_id)
    if run is None or not run.upload:
        return None
    if run.attempts == MOST_ATTEMPTS:
        fail(run, abandoned(run), at=at)
        return None
    run.attempts += 1
    run.progressed_at = at
    run.save(update_fields=["attempts", "progressed_at"])
    return run


def _held(run_id: int, **facts: int) -> Import | None:
    """The running import, held until the transaction ends; None where somebody else holds or ended it."""
    runs = Import.objects.select_for_update(no_key=True, skip_locked=True)
    return runs.filter(pk=run_id, state=Import.State.RUNNING, **facts).first()


@company.held()
def _take_all(run: Import, path: Path, *, until: float | None = None) -> bool:
    """Take the rows after the checkpoint; whether the time was up before the end."""
    for cells, read in one_ahead(_chunks(reader_of(run), _rows_left(run, path))):
        if not _take_chunk(run, cells, read):
            return False
        if until is not None and monotonic() > until:
            return True
    finish(run, at=timezone.now())
    return False


def reader_of(run: Import) -> Reader:
    """Reads rows as the import was prepared."""
    names = [run.mapping[header] for header in run.headers]
    return Reader(kinds.get(run.kind), names, run.fixed, Options.from_json(run.options))


def rows_of(run: Import, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the file with their numbers, without the guards of a file that we wrote."""
    return ((number, unguarded(cells)) for number, cells in read_table(path, Layout.from_json(run.layout)))


def _rows_left(run: Import, path: Path) -> Iterator[tuple[int, list[str]]]:
    return dropwhile(lambda row: row[0] <= run.last_number, rows_of(run, path))


def _chunks(reader: Reader, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Chunk]:
    """The cells of the rows by their numbers, and the rows as they were read."""
    while chunk := dict(islice(rows, CHUNK)):
        yield chunk, [reader.read(number, cells) for number, cells in chunk.items()]


@transaction.atomic
def _take_chunk(run: Import, cells: Mapping[int, list[str]], read: Sequence[Good | Refused]) -> bool:
    """Rows, their count and the checkpoint in one transaction; False where somebody else went on."""
    if _held(run.pk, last_number=run.last_number) is None:
        return False
    now = timezone.now()
    refused = [row for row in read if isinstance(row, Refused)]
    good = [row for row in read if isinstance(row, Good)]
    results = [*refused, *kinds.get(run.kind).take([r.values for r in good], at=now, by=run.by, run=run.pk)]
    ImportRow.objects.bulk_create(
        ImportRow(file=run, number=r.number, values=_kept(r, cells[r.number]), sentence=storable(r.sentence[:500]))
        for r in results
        if r.result == "refused"
    )
    _count(run, Counter(r.result for r in results), [r for r in good if r.warnings])
    run.last_number, run.progressed_at, run.attempts = max(cells), now, 0
    run.save(update_fields=[*Import.RESULTS, "rows", "warned", "warnings", "last_number", "progressed_at", "attempts"])
    return True


def _kept(refused: kinds.Result, cells: list[str]) -> list[str]:
    """The cells of a refused row as they are kept: empty where nothing of it may be."""
    return [""] * len(cells) if getattr(refused, "private", False) else [*map(storable, cells)]


def _count(run: Import, counts: Counter[str], warned: Sequence[Good]) -> None:
    for result in Import.RESULTS:
        setattr(run, result, getattr(run, result) + counts[result])
    run.rows += sum(counts.values())
    run.warned += len(warned)
    room = WARNINGS_KEPT - len(run.warnings)
    run.warnings += [[row.values["number"], " ".join(row.warnings)] for row in warned[:room]]
