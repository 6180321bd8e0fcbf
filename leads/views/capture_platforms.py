"""What Google Ads and Meta post, and how Meta makes sure whose address it is."""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

from common.api_shapes import TextParser
from leads.capture import fetching, platforms, secrets
from leads.capture.accepting import accept
from leads.capture.answering import accepted, refusal
from leads.capture.reading import Told
from leads.models import CaptureAddress, Submission

LONGEST_CHALLENGE = 200
State = Submission.State


def posted_by_platform(request: HttpRequest, address: CaptureAddress, *, at: datetime) -> HttpResponse:
    """Take what the platform sends, where it proves who it is. Raises ParseError for what it never sends."""
    try:
        if address.kind == CaptureAddress.Kind.GOOGLE:
            return _google(request, address, at)
        return _meta(request, address, at)
    except platforms.ShapeError:
        raise ParseError(_("This is not what the platform sends.")) from None


def challenged(request: HttpRequest, address: CaptureAddress) -> HttpResponse:
    """Meta asks for its challenge back, and names the token that was made here."""
    asked = request.GET
    challenge = asked.get("hub.challenge", "")
    if asked.get("hub.mode") != "subscribe" or not secrets.knows(address, asked.get("hub.verify_token")):
        return _stranger()
    if not challenge.isascii() or not challenge.isalnum() or len(challenge) > LONGEST_CHALLENGE:
        return refusal(400, "invalid", _("This is not what the platform sends."))
    return HttpResponse(challenge, content_type="text/plain")


def _google(request: HttpRequest, address: CaptureAddress, at: datetime) -> HttpResponse:
    sent = _json(request)
    if not isinstance(sent, dict) or not secrets.knows(address, sent.get("google_key")):
        return _stranger()
    accept(address, [platforms.google(sent)], at=at)
    return accepted(200)


def _meta(request: HttpRequest, address: CaptureAddress, at: datetime) -> HttpResponse:
    if not secrets.signed(address, request.body, request.headers.get("X-Hub-Signature-256", "")):
        return _stranger()
    told = platforms.meta(_json(request))
    bare = [one for one in told if platforms.is_bare(one.values)]
    with transaction.atomic():
        accept(address, [one for one in told if one not in bare], at=at)
        _ask_for(bare, address, at)
    return accepted(200)


def _ask_for(bare: list[Told], address: CaptureAddress, at: datetime) -> None:
    """Of these Meta told the id alone."""
    if not bare:
        return
    if secrets.page_token(address):
        accept(address, bare, at=at, state=State.FETCHING)
        transaction.on_commit(fetching.wake_asker, robust=True)
        return
    sentence = _(
        "Meta told the id of the lead alone, and no page token is kept here to ask for the rest. Enter the token on "
        "the page of the address, then take it in."
    )
    accept(address, bare, at=at, state=State.REFUSED, sentence=sentence)


def _json(request: HttpRequest) -> Any:
    return TextParser().parse(BytesIO(request.body))


def _stranger() -> HttpResponse:
    return refusal(403, "not_signed", _("The key or the signature of the platform is missing or wrong."))
