"""What a capture address answers: JSON without a word about anybody, and headers that say which pages may use it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from common.errors import DomainError
from leads.models import CaptureAddress

# Of what was accepted nothing more is told: not whether the person is known, nor whether it came before.
ACCEPTED = {"result": "accepted"}
PREFLIGHT_KEPT = "600"


def accepted(status: int = 202) -> JsonResponse:
    """Platforms take nothing but a plain 200 for a yes."""
    return JsonResponse(ACCEPTED, status=status)


def refusal(status: int, code: str, message: str, fields: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, "fields": fields or {}}, status=status)


def refused(error: DomainError) -> JsonResponse:
    return refusal(422, error.code, error.message, dict(error.fields))


def too_many(seconds: int) -> JsonResponse:
    answer = refusal(429, "throttled", _("This address takes no more for now. Try again in %(n)d s.") % {"n": seconds})
    answer["Retry-After"] = str(seconds)
    return answer


def comes_from(request: HttpRequest, address: CaptureAddress) -> tuple[str, bool]:
    """The page's origin where a browser names it, and whether it may post. A browser that names none, or hides it,
    is let in: the origin guards what pages of others may do, not who may send a lead."""
    origin = request.headers.get("Origin", "")
    hidden = origin in ("", "null")
    own = (urlsplit(settings.BASE_URL)[:2], (request.scheme, request.get_host()))
    return origin, hidden or origin in address.sites or urlsplit(origin)[:2] in own


def with_cors(request: HttpRequest, address: CaptureAddress, answer: Any) -> Any:
    """The answer, readable by the pages of the sites that are listed."""
    patch_vary_headers(answer, ["Origin"])
    origin = request.headers.get("Origin", "")
    if origin in address.sites:
        answer["Access-Control-Allow-Origin"] = origin
    return answer


def preflight(request: HttpRequest, address: CaptureAddress) -> HttpResponse:
    """What a browser asks before a page of another site may post JSON."""
    answer = HttpResponse(status=204)
    answer["Allow"] = "GET, HEAD, OPTIONS, POST"
    if request.headers.get("Origin", "") in address.sites:
        answer["Access-Control-Allow-Methods"] = "POST"
        answer["Access-Control-Allow-Headers"] = "content-type"
        answer["Access-Control-Max-Age"] = PREFLIGHT_KEPT
    return answer


def framed(address: CaptureAddress, answer: HttpResponse) -> HttpResponse:
    """The page, shown in frames of the listed sites alone, and kept by no cache: its stamp says when it was shown."""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    # A browser asks this of the page to which it is sent on, too.
    goals = sorted({_origin(url) for url in address.returns})
    update = {"form-action": ["'self'", *goals]} if goals else {}
    if address.sites:
        update["frame-ancestors"] = ["'self'", *address.sites]
        answer.xframe_options_exempt = True
    answer._csp_replace = update  # type: ignore[attr-defined]
    return answer


def _origin(url: str) -> str:
    scheme, host, *_rest = urlsplit(url)
    return f"{scheme}://{host}"
