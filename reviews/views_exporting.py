"""A review taken out as files."""

from io import BytesIO

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone

from accounts.requests import Request
from common.csv_out import csv_lines
from common.xlsx_out import write_xlsx
from reviews import exporting
from reviews.opening import review_of
from reviews.views import _quarter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(request: Request, key: str) -> HttpResponse:
    """All of the review as JSON."""
    found = _whole(request, key)
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _named(answer, f"review-{key}.json")


def table(request: Request, key: str, table: str, kind: str) -> HttpResponse:
    """One table of the review as CSV or XLSX."""
    rows = exporting.tables(_whole(request, key)).get(table)
    if rows is None or kind not in ("csv", "xlsx"):
        raise Http404
    head, lines = exporting.lines(rows)
    if kind == "csv":
        answer = HttpResponse("".join(csv_lines(head, lines)), content_type="text/csv; charset=utf-8")
    else:
        file = BytesIO()
        write_xlsx(file, head, lines)
        answer = HttpResponse(file.getvalue(), content_type=XLSX)
    return _named(answer, f"review-{key}-{table}.{kind}")


def _whole(request: Request, key: str) -> exporting.Plain:
    quarter, now = _quarter(key), timezone.now()
    return exporting.whole(quarter, review_of(quarter, now=now), request.user, now=now)


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
