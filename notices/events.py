"""Events: what other programs are told. Each room registers its own in AppConfig.ready, and announces them in the
transaction in which they happen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices import outbox
from notices.models import Delivery, WebhookEndpoint

PING = "ping"
# More facts of one kind at once than these are one message: nobody reads a hundred in a chat.
MOST_MESSAGES = 5


@dataclass(frozen=True)
class Told:
    """What an event says: to programs `data`, to people a line and the page that it opens."""

    data: Mapping[str, Any]
    title: str
    path: str
    detail: str = ""


@dataclass(frozen=True)
class Kind:
    """Events of one kind. `several` says that there are %(n)d, at `path`; `tell` puts together what deliveries say
    now, by their ids: what is gone is left out."""

    key: str
    label: str | Promise
    several: str | Promise
    path: str
    tell: Callable[[Sequence[Delivery]], Mapping[UUID, Told]]


class Fact(NamedTuple):
    """Something that happened to a subject, such as `lead:7`; the version grows with each fact of the subject."""

    subject: str
    version: int


_kinds: dict[str, Kind] = {}

ANNOUNCE = """
INSERT INTO notices_delivery
    (id, endpoint_id, kind, key, at, next_at, state, attempts, last_error, subject, version, count)
SELECT gen_random_uuid(), endpoint, %(kind)s, concat_ws(':', %(kind)s, subject, version), %(at)s, %(at)s,
       'waiting', 0, '', subject, version, 1
FROM unnest(%(subjects)s::text[], %(versions)s::bigint[]) AS fact (subject, version)
CROSS JOIN unnest(%(endpoints)s::bigint[]) AS endpoint
ON CONFLICT DO NOTHING
"""


def register(*kinds: Kind) -> None:
    """Make events known; called once per room."""
    _kinds.update({kind.key: kind for kind in kinds})


def get(key: str) -> Kind:
    """The kind. Raises LookupError for one that no room has registered."""
    return _kinds[key]


def offered() -> list[Kind]:
    """The events that may be chosen."""
    return [kind for kind in _kinds.values() if kind.key != PING]


def announce(key: str, facts: Iterable[Fact], *, at: datetime | None = None) -> None:
    """Write `facts` down for whoever takes such events, in the transaction in which they happened.

    Where nobody does, it costs one small query, and the facts are not read.
    """
    coming = iter(facts)
    if (first := next(coming, None)) is None:
        return
    takers = dict(WebhookEndpoint.objects.listening().filter(kinds__contains=[key]).values_list("pk", "form"))
    if not takers:
        return
    facts = sorted([first, *coming], key=attrgetter("version"))
    at = at or timezone.now()
    crowd = len(facts) > MOST_MESSAGES
    summed = [pk for pk, form in takers.items() if crowd and form == WebhookEndpoint.Form.MESSAGE]
    each = [pk for pk in takers if pk not in summed]
    if each:
        with connection.cursor() as cursor:
            subjects, versions = map(list, zip(*facts, strict=True))
            cursor.execute(
                ANNOUNCE, {"kind": key, "at": at, "subjects": subjects, "versions": versions, "endpoints": each}
            )
    message = {"kind": key, "key": f"{key}:many:{facts[-1].version}", "at": at, "next_at": at, "count": len(facts)}
    Delivery.objects.bulk_create([Delivery(endpoint_id=pk, **message) for pk in summed], ignore_conflicts=True)
    outbox.wake()


def _pong(deliveries: Sequence[Delivery]) -> dict[UUID, Told]:
    words = str(_("Alignment reaches this address."))
    return {delivery.pk: Told({"message": words}, words, "/") for delivery in deliveries}


register(Kind(PING, _("Test"), "", "/", _pong))
