"""Leads as a file: exactly those that a list shows, without those who must not be contacted."""

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.csv_out import csv_lines
from common.errors import DomainError
from common.templatetags.ui import number
from common.xlsx_out import write_xlsx
from leads.columns import COLUMNS, with_columns
from leads.filtering import LeadFilter
from leads.models import Export, Lead
from notices.telling import Notice, tell

# Up to so many leads come with the answer; more are written in the background.
AT_ONCE = 5_000
CHUNK = 2_000
KEPT_FOR = timedelta(days=7)
MOST_ATTEMPTS = 3
# A worker that said nothing for so long is gone.
SILENT_FOR = timedelta(minutes=12)


@transaction.atomic
def start_export(*, by: User, kind: str, query: str, shown: Sequence[str], at: datetime) -> Export:
    """Record that `by` takes the leads of `query` away. Raises DomainError `invalid`, `empty`.

    Up to AT_ONCE leads are done with the answer (`file_of`); a larger one waits for a worker.
    """
    asked = LeadFilter.of(by, QueryDict(query))
    if kind not in Export.Kind.values or not asked.is_valid():
        raise DomainError("invalid", _("This can’t be exported. Open the list again."))
    every = asked.qs.order_by().count()
    rows = _allowed(asked.qs).order_by().count()
    if not rows:
        raise DomainError("empty", _("There is no lead to export.") if not every else left_out_words(every))
    export = Export(
        by=by, kind=kind, query=asked.normalised(), columns=[key for key in shown if key in COLUMNS], at=at, rows=rows,
        left_out=every - rows,
    )  # fmt: skip
    if rows <= AT_ONCE:
        export.state, export.written, export.finished_at = Export.State.DONE, rows, at
    export.save()
    return export


def left_out_words(count: int) -> str:
    """That so many were left out, and why."""
    said = ngettext(
        "%(n)s lead that must not be contacted is left out.",
        "%(n)s leads that must not be contacted are left out.",
        count,
    )
    return said % {"n": number(count)} if count else ""


def file_name(export: Export) -> str:
    return f"leads-{export.at:%Y-%m-%d}-{export.pk}.{export.kind}"


def header_of(export: Export) -> list[str]:
    return [str(COLUMNS[key].label) for key in export.columns]


def rows_of(export: Export) -> Iterator[list[Any]]:
    """The cells of each lead that the person may see now, read in chunks so that memory stays flat."""
    columns = [COLUMNS[key] for key in export.columns]
    leads = with_columns(_allowed(LeadFilter.of(export.by, QueryDict(export.query)).qs).for_list(), export.columns)
    for lead in leads.order_by("-captured_at", "-pk").iterator(chunk_size=CHUNK):
        yield [column.value(lead) for column in columns]


def csv_of(export: Export) -> Iterator[str]:
    """The lines of a CSV file."""
    return csv_lines(header_of(export), rows_of(export))


def xlsx_of(export: Export) -> Any:
    """A workbook in a temporary file that is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_xlsx(file, header_of(export), rows_of(export))
    file.seek(0)
    return file


def write_export(export_id: int, *, at: datetime) -> bool:
    """Write the file of a waiting export and tell its owner; whether this call did it.

    Only one worker has it at a time. Killed in the middle, it starts anew, three times at most.
    """
    silent = Q(claimed_at=None) | Q(claimed_at__lt=at - SILENT_FOR)
    waiting = Export.objects.filter(silent, pk=export_id, state=Export.State.WAITING)
    if waiting.filter(attempts__gte=MOST_ATTEMPTS).update(state=Export.State.FAILED, finished_at=at):
        _tell(Export.objects.get(pk=export_id), at=at)
        return False
    if not waiting.update(claimed_at=at, attempts=1 + _attempts(export_id)):
        return False
    export = Export.objects.select_related("by").get(pk=export_id)
    with tempfile.TemporaryFile() as file:
        written = _write(export, file)
        file.seek(0)
        with transaction.atomic():
            export.file.save(file_name(export), File(file), save=False)
            export.state, export.written, export.finished_at = Export.State.DONE, written, at
            export.rows = written
            export.save()
            _tell(export, at=at)
    return True


def look_after(*, now: datetime) -> list[int]:
    """Delete files that have been kept long enough; the ids of exports that wait for a worker again."""
    for export in Export.objects.exclude(file="").filter(at__lt=now - KEPT_FOR):
        export.file.delete()
    silent = Q(claimed_at=None, at__lt=now - timedelta(minutes=2)) | Q(claimed_at__lt=now - SILENT_FOR)
    return list(Export.objects.filter(silent, state=Export.State.WAITING).values_list("pk", flat=True))


def _attempts(export_id: int) -> int:
    return Export.objects.values_list("attempts", flat=True).get(pk=export_id)


def _allowed(leads: QuerySet[Lead]) -> Any:
    return leads.filter(do_not_contact=False, erased_at=None)


def _write(export: Export, file: Any) -> int:
    rows = _counted(export, rows_of(export))
    if export.kind == Export.Kind.XLSX:
        return write_xlsx(file, header_of(export), rows)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    count = -1  # the header is no lead
    for line in csv_lines(header_of(export), rows):
        text.write(line)
        count += 1
    text.detach()
    return count


def _counted(export: Export, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """The same rows; how many are written shows on the page meanwhile."""
    for count, row in enumerate(rows, start=1):
        if count % CHUNK == 0:
            Export.objects.filter(pk=export.pk).update(written=count)
        yield row


def _tell(export: Export, *, at: datetime) -> None:
    if export.state == Export.State.DONE:
        title = _("Your file with %(n)s leads is ready") % {"n": number(export.rows)}
        detail = _("It can be downloaded for %(days)d days.") % {"days": KEPT_FOR.days}
        detail = f"{detail} {left_out_words(export.left_out)}".strip()
    else:
        title, detail = _("Your file could not be written"), _("Export it again, or narrow the list first.")
    tell([Notice(export.by_id, "export", f"export:{export.pk}", title, reverse("leads:exports"), detail)], at=at)
