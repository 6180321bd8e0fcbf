"""A file before it is loaded: how it is read, what its columns become, and what will happen."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from accounts.requests import Request
from common.errors import DomainError
from imports import kinds, preparing
from imports.access import import_for
from imports.forms import AnswersForm
from imports.mappings import offered, save_mapping
from imports.models import Import
from imports.previewing import examples, preview

PREPARED = Import.State.PREPARED


@require_POST
def answers(request: Request, run_id: int) -> HttpResponse:
    """Read the file as the person says, and show what would happen then."""
    run = import_for(request.user, run_id)
    if run.state != PREPARED:
        return redirect(run)
    form = AnswersForm(run, request.POST)
    if not form.is_valid():
        return prepared(request, run, form=form, status=422)
    before = run.layout, run.questions
    try:
        if preparing.differs(run, form.answers()):
            run = preparing.change(run.pk, form.answers(), version=form.cleaned_data["version"])
    except DomainError as error:
        return _refused(request, run, error)
    if not request.htmx:
        return redirect(run)
    return prepared(request, run, whole=(run.layout, run.questions) != before)


@require_POST
def loads(request: Request, run_id: int) -> HttpResponse:
    """Load the file as its preview showed it; other answers than those are previewed first."""
    run = import_for(request.user, run_id)
    if run.state != PREPARED:
        return redirect(run)
    form = AnswersForm(run, request.POST)
    if not form.is_valid():
        return prepared(request, run, form=form, status=422)
    try:
        if preparing.differs(run, form.answers()):
            preparing.change(run.pk, form.answers(), version=form.cleaned_data["version"])
            messages.warning(request, _("Not loaded yet: your last change is in the preview now. Look at it first."))
        else:
            preparing.start(run.pk, version=run.version, by=request.user, at=timezone.now())
    except DomainError as error:
        return _refused(request, run, error)
    return redirect(run)


@require_POST
def mappings(request: Request, run_id: int) -> HttpResponse:
    """Keep what the columns become, for the next file of this form."""
    run = import_for(request.user, run_id)
    try:
        saved = save_mapping(run, name=request.POST.get("name", ""), by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved: these columns as “%(name)s”.") % {"name": saved.name})
    return redirect(run)


@require_POST
def removals(request: Request, run_id: int) -> HttpResponse:
    """Forget a file that was not loaded."""
    run = import_for(request.user, run_id)
    try:
        preparing.discard(run.pk, version=run.version)
    except DomainError as error:
        return _refused(request, run, error)
    return redirect("imports:list")


def prepared(
    request: Request, run: Import, *, form: AnswersForm | None = None, fault: str = "", whole: bool = True,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of a file that is not loaded; for htmx what will happen alone, or all of it where `whole`."""
    context = _context(run, form or AnswersForm(run)) | {"fault": fault, "whole": whole or not request.htmx}
    if not request.htmx:
        return render(request, "imports/import.html", context, status=status)
    if not whole:
        return render(request, "imports/_what.html", context, status=status)
    return reswap(retarget(render(request, "imports/_prepare.html", context, status=status), "#import"), "outerHTML")


def _context(run: Import, form: AnswersForm) -> dict[str, Any]:
    kind, seen = kinds.get(run.kind), preview(run)
    columns = form.columns(examples(run))
    return {
        "run": run,
        "kind": kind,
        "form": form,
        "columns": columns,
        "recognised": sum(column.mark == "recognised" for column in columns),
        "look": sum(column.mark == "look" for column in columns),
        "preview": seen,
        "load": kind.counted(seen.good if seen.whole else max(run.total - seen.counts.get("refused", 0), 0)),
        "offered": offered(kind, run.headers),
        "undoable": kind.undo is not None,
    }


def _refused(request: Request, run: Import, error: DomainError) -> HttpResponse:
    """Say why, beside the import as it stands now; one that is loaded meanwhile shows how far it is."""
    if error.code == "not_prepared":
        return redirect(run)
    run.refresh_from_db()
    return prepared(request, run, fault=error.message, status=409 if error.code == "changed" else 422)
