"""What a POST with a key asks for is done once, however often it is sent within a day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import KeptAnswer, Token
from common.api_repeats import REPEATED
from common.errors import DomainError

KEPT_FOR = timedelta(hours=24)
HEADERS = ("ETag", "Location")
CHUNK = 1_000


@transaction.atomic
def once(request: Request, key: str, act: Callable[[], Response]) -> HttpResponseBase:
    """The answer of `act`, or the one that the same request was given before.

    What `act` changes and its answer are committed together. A refusal is not kept: it changed nothing.
    Raises DomainError: still_running, another_body, answer_erased, and what `act` raises.
    """
    now, name, sent = timezone.now(), _name_of(request, key), _digest("sent", request.body)
    if not _held(name):
        raise DomainError("still_running", _("The same request is still running. Send it again in a moment."))
    kept = KeptAnswer.objects.filter(key=name, at__gt=now - KEPT_FOR).first()
    if kept:
        return _again(kept, sent)
    response = act()
    if response.status_code < 400:
        KeptAnswer.objects.update_or_create(
            key=name,
            defaults={
                "sent": sent,
                "path": request.path[:300],
                "status": response.status_code,
                "headers": {header: response[header] for header in HEADERS if response.has_header(header)},
                "answer": JSONRenderer().render(response.data).decode(),
                "at": now,
            },
        )
    return response


def _held(name: str) -> bool:
    """Hold the name until the transaction ends, however it ends; False where another request holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int(name[:15], 16)])
        return bool(cursor.fetchone()[0])


def _again(kept: KeptAnswer, sent: str) -> HttpResponse:
    if kept.sent != sent:
        raise DomainError(
            "another_body", _("This Idempotency-Key was sent with another body before. Take a new key for a new act.")
        )
    if kept.answer is None:
        raise DomainError("answer_erased", _("This was done before. Its answer told of somebody who was erased since."))
    headers = {**kept.headers, REPEATED: "true"}
    return HttpResponse(kept.answer, status=kept.status, headers=headers, content_type="application/json")


def _name_of(request: Request, key: str) -> str:
    """One name for each token, or person in a session, and address: others may use the same key."""
    auth = request.auth
    who = f"token {auth.pk}" if isinstance(auth, Token) else f"person {request.user.pk}"
    return _digest("key", f"{who}\n{request.path}\n{key}")


def _digest(what: str, value: Any) -> str:
    # With our secret, so that nobody can try out what somebody has sent.
    return salted_hmac(f"accounts.repeating.{what}", value, algorithm="sha256").hexdigest()


def tidy(*, now: datetime) -> int:
    """Forget answers older than a day, some at a time; returns how many those were."""
    old = KeptAnswer.objects.filter(at__lte=now - KEPT_FOR).order_by("at").values("pk")
    forgotten = 0
    while gone := KeptAnswer.objects.filter(pk__in=old[:CHUNK]).delete()[0]:
        forgotten += gone
    return forgotten
