"""Files that people take away."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import Request
from common.errors import DomainError
from leads import columns, exporting
from leads.models import Export
from leads.tasks import write_export

SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exports(request: Request) -> HttpResponseBase:
    """One's own exports; POST makes one: small ones are the answer, of a large one a notice tells."""
    if request.method == "POST":
        return _made(request)
    own = Export.objects.filter(by=request.user)[:SHOWN]
    context = {"exports": own, "working": any(one.state == Export.State.WAITING for one in own)}
    return render(request, "leads/_exports.html" if request.htmx else "leads/exports.html", context)


def export_file(request: Request, export_id: int) -> HttpResponseBase:
    """The file of an export, for whoever made it."""
    export = get_object_or_404(Export.objects.exclude(file=""), pk=export_id, by=request.user)
    try:
        return _attached(export, export.file.open("rb"))
    except FileNotFoundError as error:
        raise Http404 from error


def _made(request: Request) -> HttpResponseBase:
    data = request.POST
    kind = data.get("kind") or data.get("act", "").removeprefix("export_")
    everything = data.get("columns", "all") == "all"
    shown = list(columns.COLUMNS) if everything else ["grade", "name", *columns.known(data.getlist("column"))]
    try:
        export = exporting.start_export(by=request.user, kind=kind, query=_query(data), shown=shown, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('leads:list')}?{data.get('back') or data.get('query', '')}".rstrip("?"))
    if export.state == Export.State.DONE:
        if export.left_out:
            messages.info(request, exporting.left_out_words(export.left_out))
        return _answered(export)
    transaction.on_commit(partial(write_export.delay, export.pk))
    messages.info(request, _("The file is being written. A notice tells when it is ready."))
    return redirect("leads:exports")


def _query(data: QueryDict) -> str:
    """The list, or of it the leads that were chosen."""
    if (chosen := data.getlist("lead")) and data.get("all") != "1":
        return urlencode({"ids": ",".join(chosen)})
    return data.get("query", "")


def _answered(export: Export) -> HttpResponseBase:
    if export.kind == Export.Kind.XLSX:
        return _attached(export, exporting.xlsx_of(export))
    response = StreamingHttpResponse(exporting.csv_of(export), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{exporting.file_name(export)}"'
    return response


def _attached(export: Export, file: Any) -> FileResponse:
    kind = XLSX if export.kind == Export.Kind.XLSX else "text/csv; charset=utf-8"
    return FileResponse(file, as_attachment=True, filename=exporting.file_name(export), content_type=kind)
