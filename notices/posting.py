"""Webhooks as they leave: what stands in them, and what the answer of a receiver means."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from common import outgoing
from common.sealing import SealError
from notices import events, signing
from notices.messages import Line, Message, NotWantedError, absolute, message_of
from notices.models import Delivery, WebhookEndpoint
from notices.refusals import GoneError, NotNowError, RefusedError, WayClosedError
from notices.webhooks import slack

logger = structlog.get_logger(__name__)

GONE = 410
# The receiver is busy or away as a whole; what else it refuses may lie in the message.
AWAY = (408, 429, 503)


@dataclass(frozen=True)
class Post:
    """A request that is ready to leave, and how it went."""

    url: str
    body: bytes
    headers: dict[str, str]

    def send(self) -> tuple[outgoing.Answer | Exception, int]:
        """What came of it, and the milliseconds that it took. Touches no database: it runs in a thread."""
        began = time.monotonic()
        came: outgoing.Answer | Exception
        try:
            came = outgoing.post(self.url, self.body, self.headers)
        except (outgoing.AddressError, outgoing.UnreachableError) as error:
            came = error
        return came, round((time.monotonic() - began) * 1000)


def posts(deliveries: Sequence[Delivery], *, now: datetime) -> Iterator[tuple[Delivery, Post | Exception]]:
    """Each of `deliveries` ready to leave, or why it is not wanted or can't be put together."""
    told = _told(deliveries)
    for delivery in deliveries:
        try:
            yield delivery, post_of(delivery, told.get(delivery.pk), now=now)
        except Exception as error:  # one message that can't be put together stops no other
            yield delivery, error


def post_of(delivery: Delivery, told: events.Told | Exception | None, *, now: datetime) -> Post:
    """A delivery ready to leave. Raises NotWantedError, or NotNowError where the secret can't be read."""
    endpoint = delivery.endpoint
    if endpoint is None or endpoint.removed_at or (endpoint.person and not endpoint.person.is_active):
        raise NotWantedError(_("The address was removed."))
    if isinstance(told, Exception):
        raise told
    body = json.dumps(body_of(delivery, endpoint, told, now=now), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if endpoint.of_the_company:
        headers["Alignment-Event"] = delivery.kind
        try:
            # The receiver holds the moment against its own clock: it is that of this try.
            headers |= signing.headers(endpoint, message_id=str(delivery.pk), body=body, at=timezone.now())
        except SealError as error:
            raise NotNowError(_("The secret can't be read since SECRET_KEY was changed. Make a new secret.")) from error
    return Post(endpoint.url, body, headers)


def body_of(
    delivery: Delivery, endpoint: WebhookEndpoint, told: events.Told | None, *, now: datetime
) -> dict[str, Any]:
    """What a delivery says now, in the form that its address takes. Raises NotWantedError."""
    if not endpoint.of_the_company:
        return slack(message_of(delivery, now=now))
    if told is None:
        raise NotWantedError(_("What it told is gone."))
    if endpoint.form == WebhookEndpoint.Form.MESSAGE:
        return slack(Message(told.title, "", [Line(told.title, told.detail, _("Open"), absolute(told.path))]))
    at = timezone.localtime(delivery.at).isoformat()
    said = {"id": str(delivery.pk), "event": delivery.kind, "at": at, "version": delivery.version}
    return {**said, "data": told.data}


def told_by(delivery: Delivery) -> events.Told | None:
    """What one event says now; None where what it told is gone."""
    found = _told([delivery]).get(delivery.pk)
    if isinstance(found, Exception):
        raise found
    return found


def _told(deliveries: Sequence[Delivery]) -> dict[Any, events.Told | Exception]:
    """What the events among `deliveries` say now, one kind after the other."""
    kinds: dict[str, list[Delivery]] = defaultdict(list)
    found: dict[Any, events.Told | Exception] = {}
    for delivery in deliveries:
        if delivery.count > 1:
            kind = events.get(delivery.kind)
            found[delivery.pk] = events.Told({}, str(kind.several) % {"n": delivery.count}, kind.path)
        elif delivery.endpoint and delivery.endpoint.of_the_company:
            kinds[delivery.kind].append(delivery)
    for key, several in kinds.items():
        found |= _of_kind(events.get(key), several)
    return found


def _of_kind(kind: events.Kind, deliveries: Sequence[Delivery]) -> dict[Any, events.Told | Exception]:
    try:
        return dict(kind.tell(deliveries))
    except Exception as error:
        if len(deliveries) == 1:
            return {deliveries[0].pk: error}
        logger.exception("events_not_told", kind=kind.key)
        return {pk: told for one in deliveries for pk, told in _of_kind(kind, [one]).items()}


def check(endpoint: WebhookEndpoint, came: outgoing.Answer | Exception) -> None:
    """Raise what an answer means where the message was not taken: GoneError, RefusedError for good, NotNowError, or
    WayClosedError where nothing gets through now.

    A program may be mended: what it refuses is tried again. A chat that says no means this message.
    """
    program = endpoint.form == WebhookEndpoint.Form.EVENT
    if isinstance(came, outgoing.AddressError):
        raise (WayClosedError if program else RefusedError)(str(came)) from came
    if isinstance(came, Exception):
        raise WayClosedError(str(came)) from came
    if came.taken:
        return
    said = _("The receiver answered %(status)d.") % {"status": came.status}
    if came.status == GONE:
        raise GoneError(said)
    if not (program or came.worth_another_try):
        raise RefusedError(said)
    after = timedelta(seconds=came.retry_after or 0)
    raise (WayClosedError if came.status in AWAY or after else NotNowError)(said, after)
