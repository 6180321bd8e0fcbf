"""What ad platforms are told back: how many conversions, of which leads, and the files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from common.errors import DomainError
from common.paging import capped_count, page_by_moment
from feedback.adjustments import today
from feedback.conversion_files import file_name, start_file
from feedback.conversion_forms import ConversionsForm
from feedback.conversions import KINDS, PLATFORMS, Asked, Kind, Platform, lines, may_tell
from leads.columns import COLUMNS, USUAL, rows

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@require_safe
def conversions(request: Request) -> HttpResponse:
    """How many conversions each platform would be told, and how many are left out."""
    _check(request)
    form = ConversionsForm.of(request.GET, today(timezone.now()))
    if not form.is_valid():
        return render(request, "feedback/conversions/page.html", {"form": form}, status=422)
    found = lines(form.asked)
    context = {
        "form": form,
        "asked": form.asked,
        "lines": found,
        "totals": [(platform, sum(dict(line.told)[platform] for line in found)) for platform in PLATFORMS.values()],
        "kept_out": sum(line.kept_out for line in found),
        "not_contacted": sum(line.not_contacted for line in found),
        "no_click_id": sum(line.no_click_id for line in found),
    }
    return render(request, "feedback/conversions/page.html", context)


@require_safe
def conversion_leads(request: Request) -> HttpResponse:
    """The leads behind a number of the page."""
    _check(request)
    asked, platform = _asked(request.GET)
    kind = _kind(request.GET)
    leads = asked.leads(platform, kind).visible_to(request.user)
    count, capped = capped_count(leads)
    page = page_by_moment(leads.for_list(), "captured_at", request.GET.get("after", ""))
    context = {
        "asked": asked, "platform": platform, "kind": kind, "told": asked.told(platform, kind).count(), "page": page,
        "columns": [COLUMNS[key] for key in USUAL], "rows": rows(page.rows, USUAL), "count": count,
        "count_is_capped": capped, "back": f"{reverse('conversions:page')}?{_query(asked)}",
    }  # fmt: skip
    return render(request, "feedback/conversions/leads.html", context)


@require_POST
def conversion_files(request: Request) -> HttpResponseBase:
    """The file of one platform, streamed."""
    _check(request)
    asked, platform = _asked(request.POST)
    try:
        pieces = start_file(asked, platform, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('conversions:page')}?{_query(asked)}")
    response = StreamingHttpResponse(pieces, content_type=TYPES[platform.file])
    response["Content-Disposition"] = f'attachment; filename="{file_name(asked, platform)}"'
    return response


def _check(request: Request) -> None:
    if not may_tell(request.user):
        raise PermissionDenied


def _asked(data: Any) -> tuple[Asked, Platform]:
    """What an address or a form asks for. Raises Http404 where it can't be read."""
    form, platform = ConversionsForm.of(data, today(timezone.now())), PLATFORMS.get(data.get("platform", ""))
    if platform is None or not form.is_valid():
        raise Http404
    return form.asked, platform


def _kind(data: QueryDict) -> Kind:
    if (kind := KINDS.get(data.get("kind", ""))) is None:
        raise Http404
    return kind


def _query(asked: Asked) -> str:
    said = QueryDict(mutable=True)
    said.update({"since": f"{asked.since}", "until": f"{asked.until}"})
    if asked.campaign:
        said["campaign"] = asked.campaign.code
    return said.urlencode()
