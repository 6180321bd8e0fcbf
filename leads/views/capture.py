"""The public door: whoever holds the address of a form may leave a lead. No cookie is set or asked for."""

from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import ParseError

from common.api_shapes import TextParser
from common.errors import DomainError
from leads.capture import accepting, hosted, limits
from leads.capture.answering import (
    accepted,
    comes_from,
    framed,
    preflight,
    refusal,
    refused,
    too_many,
    with_cors,
)
from leads.capture.reading import check, told_of, tracked
from leads.models import CaptureAddress, Submission
from leads.views.capture_platforms import challenged, posted_by_platform

# Ten long messages fit; more is no form.
MOST_BYTES = 200_000
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
UNREADABLE = (ParseError, BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
SENT = "sent"
State = Submission.State


@csrf_exempt
@login_not_required
def capture(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the hosted form, POST takes a form or JSON, OPTIONS tells browsers which sites may post."""
    address = CaptureAddress.objects.filter(key=key).order_by().first()
    if address is None:
        raise Http404
    methods = {"GET": _shown, "HEAD": _shown, "POST": _posted, "OPTIONS": preflight}
    if (method := methods.get(request.method or "")) is None:
        return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
    answer: HttpResponse = with_cors(request, address, method(request, address))
    return answer


def _shown(request: HttpRequest, address: CaptureAddress) -> HttpResponse:
    if address.kind == CaptureAddress.Kind.META:
        return challenged(request, address)
    if address.kind != CaptureAddress.Kind.FORM:
        said = _("This address takes posts alone. The page of the campaign says how.")
        answer = refusal(405, "method_not_allowed", said)
        answer["Allow"] = "POST, OPTIONS"
        return answer
    if not address.is_on:
        return _page(address, "closed", status=410)
    if SENT in request.GET:
        return _page(address, "thanks")
    return _form(request, address, hosted.HostedForm(address=address), 200)


def _posted(request: HttpRequest, address: CaptureAddress) -> HttpResponse:
    """Refuse what is too much, from elsewhere or of no kind that is read; else read it."""
    if not address.is_on:
        return refusal(410, "closed", _("This address takes no leads any more."))
    if not comes_from(request, address)[1]:
        return refusal(403, "site_not_listed", _("This site may not post here. Add it to the sites of the address."))
    now = timezone.now()
    if seconds := limits.wait(address, request, now=now.timestamp()):
        return too_many(seconds)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length[:12]) > MOST_BYTES:
        return refusal(413, "too_large", _("The body is too large. Send at most 200 kB."))
    try:
        if not address.is_own:
            return posted_by_platform(request, address, at=now)
        if request.content_type == "application/json":
            return _json(request, address)
        if request.content_type in FORMS:
            return _form_posted(request, address)
    except UNREADABLE as error:
        return refusal(400, "invalid", _sentence(error))
    except DomainError as error:
        return refused(error)
    return refusal(415, "unsupported_media_type", _("Send JSON or a form."))


def _json(request: HttpRequest, address: CaptureAddress) -> HttpResponse:
    sent = TextParser().parse(BytesIO(request.body))
    if not isinstance(sent, dict):
        raise ParseError(_("Send one JSON object."))
    at = timezone.now()
    told = told_of(sent)
    told.facts = {**tracked(request.GET), **told.facts}
    check(told, at=at)
    accepting.accept(address, [told], at=at)
    return accepted()


def _form_posted(request: HttpRequest, address: CaptureAddress) -> HttpResponse:
    """A form of ours or of somebody's own page; what looks like a program's work is kept apart, and not told so."""
    sent, at = _texts(request), timezone.now()
    is_hosted = address.kind == CaptureAddress.Kind.FORM
    stamp = hosted.stamp_read(address, sent.get(hosted.STAMP, ""), at=at)
    form = hosted.HostedForm(sent, address=address)
    if is_hosted and not form.is_valid():
        return _form(request, address, form, 422)
    if stamp and stamp.is_too_old:
        form.add_error(None, _("The form was open for more than a day. Send it again, and it arrives."))
        return _form(request, address, form, 422)
    told = hosted.told_by(sent, request.GET, stamp.referrer if stamp else request.headers.get("Referer", ""))
    if address.consent and sent.get(hosted.CONSENT):
        told.consent = hosted.agreed(address, at=at)
    try:
        check(told, at=at)
    except DomainError as error:
        if not is_hosted:
            raise
        for sentence in error.fields.values() or [error.message]:
            form.add_error(None, sentence)
        return _form(request, address, form, 422)
    doubt = _suspicion(sent, stamp, is_hosted)
    accepting.accept(address, [told], at=at, state=State.SUSPECT if doubt else State.WAITING, sentence=doubt)
    return _thanks(request, address, sent)


def _suspicion(sent: dict[str, str], stamp: hosted.Stamp | None, is_hosted: bool) -> str:
    if sent.get(hosted.TRAP):
        return accepting.trap_filled()
    if is_hosted and stamp is None:
        return accepting.not_from_the_form()
    return accepting.too_fast() if stamp and stamp.is_too_young else ""


def _texts(request: HttpRequest) -> dict[str, str]:
    """The fields of a form; of one that is there several times the first. Raises ParseError for a file, or for
    characters that no text holds."""
    if request.FILES:
        raise ParseError(_("Files are not taken here. Send texts alone."))
    sent = {name: texts[0] for name, texts in request.POST.lists() if texts}
    TextParser().checked(sent)
    return sent


def _thanks(request: HttpRequest, address: CaptureAddress, sent: dict[str, str]) -> HttpResponse:
    """On to the page that was named, where the marketer listed it; else to a word of thanks."""
    wanted = sent.get(hosted.RETURN) or request.GET.get(hosted.RETURN, "")
    if address.returns:
        goal = wanted if wanted in address.returns else address.returns[0]
        return framed(address, _See(goal))
    if address.kind == CaptureAddress.Kind.FORM:
        return framed(address, _See(f"{address.path}?{SENT}=1"))
    return _page(address, "thanks")


class _See(HttpResponseRedirect):
    """On to another page by GET."""

    status_code = 303
    allowed_schemes = ["https", "http"]


def _form(request: HttpRequest, address: CaptureAddress, form: hosted.HostedForm, status: int) -> HttpResponse:
    """The form. One that comes back keeps its stamp, so that whoever mends a word is not too fast."""
    sent, at = form.data if form.is_bound else request.GET, timezone.now()
    stamp = sent.get(hosted.STAMP, "")
    kept = hosted.stamp_read(address, stamp, at=at)
    if kept is None or kept.is_too_old:
        came_from = request.headers.get("Referer", "") if not form.is_bound else ""
        stamp = hosted.stamp_of(address, referrer=kept.referrer if kept else came_from, at=at)
    context = {"form": form, "stamp": stamp, "return_to": sent.get(hosted.RETURN, "")}
    return _page(address, "form", status=status, **context)


def _page(address: CaptureAddress, name: str, status: int = 200, **context: Any) -> HttpResponse:
    # Without the request: what stands around the pages of signed-in people is none of this.
    told = render_to_string(f"capture/{name}.html", {"address": address, **context})
    return framed(address, HttpResponse(told, status=status))


def _sentence(error: Exception) -> str:
    if isinstance(error, ParseError):
        return str(error.detail)
    return _("The body can't be read. Send at most 1,000 fields, each a text.")
