"""What was loaded, and where a file is dropped."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.requests import Request
from common.errors import DomainError
from common.paging import page_by_moment
from imports import kinds, preparing
from imports.access import kinds_for
from imports.forms import UploadForm
from imports.models import Import

# A multipart body is a little larger than the file in it.
AROUND_A_FILE = 100_000


@csrf_exempt  # `_import_list` is protected, once it is known that the body may be read at all
def import_list(request: Request) -> HttpResponse:
    """The imports that the person may see; a posted file becomes one, or is refused with a sentence.
    One that is too large is refused before it is read."""
    kinds_for(request.user)
    if int(request.META.get("CONTENT_LENGTH") or 0) > preparing.MOST_BYTES + AROUND_A_FILE:
        return _listed(request, fault=preparing.too_large().message, status=413)
    return _import_list(request)


@csrf_protect
def _import_list(request: Request) -> HttpResponse:
    return _upload(request) if request.method == "POST" else _listed(request)


def _upload(request: Request) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, offered=kinds_for(request.user))
    if not form.is_valid():
        return _listed(request, form=form, status=422)
    kind = kinds.get(form.cleaned_data["kind"])
    try:
        run = preparing.receive(form.cleaned_data["file"], kind=kind, by=request.user, at=timezone.now())
    except DomainError as error:
        form.add_error("file", error.message)
        return _listed(request, form=form, status=422)
    return redirect(run)


def _listed(request: Request, form: UploadForm | None = None, fault: str = "", status: int = 200) -> HttpResponse:
    runs = Import.objects.visible_to(request.user).select_related("by")
    page = page_by_moment(runs, "started_at", request.GET.get("after", ""))
    context = {
        "form": form or UploadForm(offered=kinds_for(request.user)),
        "fault": fault or (_("That is no file to read.") if form and form.errors else ""),
        "page": page,
        "rows": [(run, kinds.get(run.kind).label) for run in page.rows],
        "most_bytes": preparing.MOST_BYTES,
        "too_large": preparing.too_large().message,
    }
    return render(request, "imports/list.html", context, status=status)
