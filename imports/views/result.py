"""An import that was started: how far it is, and what came of it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from accounts.requests import Request
from common.errors import DomainError
from imports import kinds, tasks
from imports.access import import_for
from imports.ending import stop, summary
from imports.models import Import
from imports.previewing import preview
from imports.refusals import as_csv, refused_of
from imports.undoing import AT_ONCE, may_be_undone, undo_import
from imports.views.prepare import prepared

State = Import.State
SHOWN = 50


@require_GET
def import_page(request: Request, run_id: int) -> HttpResponse:
    """One import: its columns and what will happen, its progress, or its result."""
    run = import_for(request.user, run_id)
    if run.state == State.PREPARED:
        return prepared(request, run)
    return render(request, "imports/import.html", _context(run))


@require_GET
def progress(request: Request, run_id: int) -> HttpResponse:
    """How far a running import has come: a fragment that asks for itself again until it has ended."""
    run = import_for(request.user, run_id)
    if run.state == State.PREPARED or not request.htmx:
        return redirect(run)
    return render(request, "imports/_state.html", _context(run))


@require_POST
def stops(request: Request, run_id: int) -> HttpResponse:
    """End a running import early; what is in stays in."""
    run = import_for(request.user, run_id)
    try:
        stop(run, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(run)


@require_POST
def undoings(request: Request, run_id: int) -> HttpResponse:
    """Take the whole import back; a large one is the worker's, and a notice tells the end."""
    run = import_for(request.user, run_id)
    if may_be_undone(run) and run.taken > AT_ONCE:
        return _left_to_the_worker(request, run)
    try:
        undo_import(run.pk, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Undone: %(file)s.") % {"file": run.file_name})
    return redirect(run)


def _left_to_the_worker(request: Request, run: Import) -> HttpResponse:
    try:
        transaction.on_commit(partial(tasks.undo.delay, run.pk, request.user.pk))
    except OperationalError:
        messages.error(request, _("The queue does not answer, so nothing was taken back. Try again in a moment."))
    else:
        messages.info(request, _("It is being taken back. A notice tells you when it has ended."))
    return redirect(run)


@require_GET
def refused(request: Request, run_id: int) -> StreamingHttpResponse:
    """The refused rows as a file to mend and load again; before the load those of the preview."""
    run = import_for(request.user, run_id)
    rows = preview(run).refused_cells if run.state == State.PREPARED else refused_of(run)
    name = f"{run.file_name.rpartition('.')[0] or run.file_name}-refused.csv"
    response = StreamingHttpResponse(as_csv(run.headers, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _context(run: Import) -> dict[str, Any]:
    kind = kinds.get(run.kind)
    return {
        "run": run,
        "kind": kind,
        "summary": summary(run),
        "aftermath": kind.aftermath(run.pk) if run.state not in (State.RUNNING, State.UNDONE) else None,
        "first_refused": run.refused_rows.all()[:SHOWN],
        "may_be_undone": may_be_undone(run),
        "taken_words": kind.counted(run.taken),
    }
