"""Refused rows as a file that can be mended and loaded again."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.conf import settings

from imports.guarding import REASON, guarded
from imports.models import Import


class _Line:
    """Takes what a csv writer writes, and hands it back."""

    def write(self, text: str) -> str:
        return text


def as_csv(headers: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> Iterator[str]:
    """The lines of the file: each row's sentence, then its cells under the headers they came with."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([REASON, *map(guarded, headers)])
    for cells, sentence in rows:
        yield writer.writerow([sentence, *map(guarded, cells)])


def refused_of(run: Import) -> Iterable[tuple[Sequence[str], str]]:
    """Cells and sentence of each refused row, in the order of the file."""
    return ((row.values, row.sentence) for row in run.refused_rows.order_by("number").iterator())


def write_refused(run: Import) -> Path | None:
    """Write the refused rows to a file in VAR_DIR; its path, or None where no row was refused."""
    if not run.refused or run.pk is None:
        return None
    path = Path(settings.VAR_DIR) / "imports" / f"{run.pk}-refused.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(as_csv(run.headers, refused_of(run)))
    return path
