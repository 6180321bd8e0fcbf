"""A POST that is sent again with its key is answered again, not done again: the header Idempotency-Key.

What is kept, and for how long, is said by the room that owns the table: `accounts/repeating.py`.
"""

import re
from collections.abc import Callable
from functools import partial

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import answers_with
from common.errors import DomainError

HEADER, REPEATED = "Idempotency-Key", "Idempotency-Replayed"
VISIBLE = re.compile(r"[!-~]{1,255}")
Handler = Callable[..., Response]
# Answers the request with a key by the handler, once.
Once = Callable[[Request, str, Callable[[], Response]], HttpResponseBase]

answers_with(400, "bad_key")
answers_with(409, "still_running", "answer_erased")

_once: list[Once] = []


def register(once: Once) -> None:
    """Name who keeps the answers."""
    _once[:] = [once]


def answered_once(handler: Handler) -> Callable[..., HttpResponseBase]:
    """A handler that does what a request with a key asks for once; a request without a key is not kept.

    Raises DomainError `bad_key`, and what the keeper raises.
    """

    def answered(request: Request, *args: object, **kwargs: object) -> HttpResponseBase:
        act = partial(handler, request, *args, **kwargs)
        return _once[0](request, _key(request), act) if HEADER in request.headers else act()

    return answered


def _key(request: Request) -> str:
    key = request.headers[HEADER]
    if not VISIBLE.fullmatch(key):
        raise DomainError("bad_key", _("Send 1 to 255 visible ASCII characters in the header Idempotency-Key."))
    return key
