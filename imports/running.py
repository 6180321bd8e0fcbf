"""One file in: read, mapped, checked row by row, taken in chunks, every row accounted for.

An import is a row that remembers how far it came. Each chunk is taken, counted and the checkpoint
moved in one transaction that ends holding the row, so whoever goes on, after a kill or beside another
worker, takes each row of the file once. A chunk may come in while the one before it is handed on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import dropwhile, islice
from pathlib import Path
from time import monotonic

from django.db import connection, transaction
from django.utils import timezone

from accounts import company
from accounts.models import User
from common.abreast import Turn, one_by_one, two_abreast
from common.ahead import one_ahead
from common.errors import DomainError
from common.paging import within
from common.tables import Layout, read_table, sniff
from imports import kinds
from imports.ending import abandoned, broken_off, fail, finish
from imports.guarding import storable, unguarded
from imports.kinds import Kind
from imports.models import Import, ImportRow
from imports.reading import Good, Options, Reader, Refused, study
from imports.rehearsing import rehearsed

CHUNK = 3000
WARNINGS_KEPT = 100
MOST_ATTEMPTS = 3
# Longer than any chunk needs, and short enough that nobody waits two minutes for a worker that died.
SILENT_FOR = timedelta(seconds=90)
# As long as the database needs at most to see that a worker is gone, and to let go of what it held.
LET_GO_MS = 10_000


@dataclass(frozen=True)
class Chunk:
    """Rows of the file: the number of the row before them, their cells by number, and how they were read."""

    after: int
    cells: Mapping[int, list[str]]
    refused: Sequence[Refused]
    good: Sequence[Good]


class OvertakenError(Exception):
    """Somebody else has taken this chunk, or the one before was not taken."""


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

    Does nothing where another worker does not let go of it. Without progress the third attempt is the last.
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
    running = Import.objects.select_for_update(no_key=True).filter(pk=run_id, state=Import.State.RUNNING)
    run = within(LET_GO_MS, running.first)
    if run is None or not run.upload:
        return None
    if run.attempts == MOST_ATTEMPTS:
        fail(run, abandoned(run), at=at)
        return None
    run.attempts += 1
    run.progressed_at = at
    run.save(update_fields=["attempts", "progressed_at"])
    return run


def _held(run: Import, chunk: Chunk) -> bool:
    """Whether the chunk is the next; then the import is held until the transaction ends. Nobody waits for it."""
    runs = Import.objects.select_for_update(no_key=True, skip_locked=True)
    return runs.filter(pk=run.pk, state=Import.State.RUNNING, last_number=chunk.after).first() is not None


@company.held()
def _take_all(run: Import, path: Path, *, until: float | None = None) -> bool:
    """Take the rows after the checkpoint; whether the time was up before the end."""
    chunks = one_ahead(_chunks(reader_of(run), _rows_left(run, path), run.last_number))
    alone = connection.in_atomic_block or kinds.get(run.kind).take_abreast is None
    for taken in (one_by_one if alone else two_abreast)(partial(_taken, run), chunks):
        if not taken:
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


def _chunks(reader: Reader, rows: Iterator[tuple[int, list[str]]], after: int) -> Iterator[Chunk]:
    while cells := dict(islice(rows, CHUNK)):
        read = [reader.read(number, row) for number, row in cells.items()]
        refused = [row for row in read if isinstance(row, Refused)]
        yield Chunk(after, cells, refused, [row for row in read if isinstance(row, Good)])
        after = max(cells)


def _taken(run: Import, chunk: Chunk, turn: Turn) -> bool:
    """Take a chunk in its turn; False where somebody else went on."""
    kind = kinds.get(run.kind)
    kind.prepare([row.values for row in chunk.good])
    turn.begin()
    try:
        _take(run, kind, chunk, turn)
    except OvertakenError:
        return False
    return True


@transaction.atomic
def _take(run: Import, kind: Kind, chunk: Chunk, turn: Turn) -> None:
    """Rows, their count and the checkpoint in one transaction."""
    now = timezone.now()

    @cache
    def hold() -> None:
        turn.go_on()
        if not _held(run, chunk):
            raise OvertakenError

    # A crash of the server takes the checkpoint back with the rows; the end of the import waits for the disk.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    rows = [row.values for row in chunk.good]
    if kind.take_abreast:
        taken = kind.take_abreast(rows, at=now, by=run.by, run=run.pk, in_turn=hold)
        hold()
    else:
        hold()
        taken = kind.take(rows, at=now, by=run.by, run=run.pk)
    results = [*chunk.refused, *taken]
    ImportRow.objects.bulk_create(
        ImportRow(
            file=run, number=r.number, values=_kept(r, chunk.cells[r.number]), sentence=storable(r.sentence[:500])
        )
        for r in results
        if r.result == "refused"
    )
    _count(run, Counter(r.result for r in results), [r for r in chunk.good if r.warnings])
    run.last_number, run.progressed_at, run.attempts = max(chunk.cells), now, 0
    run.save(update_fields=[*Import.RESULTS, "rows", "warned", "warnings", "last_number", "progressed_at", "attempts"])


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
