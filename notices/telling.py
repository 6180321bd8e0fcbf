"""Telling people: in the app, and by what else they chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from notices import outbox
from notices.kinds import Way
from notices.models import Notification
from notices.outbox import Told
from notices.wishes import Wishes


@dataclass(frozen=True)
class Notice:
    """What is told to whom. `key` names the fact: the same person hears of it once."""

    person_id: int
    kind: str
    key: str
    title: str
    path: str
    detail: str = ""


# Whoever has heard of a fact before, or hears of it from another process at this moment, is not among the rows.
WRITE = """
INSERT INTO notices_notification (person_id, kind, key, title, detail, path, awaits_digest, at)
SELECT *, %(at)s FROM unnest(
    %(people)s::bigint[], %(kinds)s::text[], %(keys)s::text[], %(titles)s::text[], %(details)s::text[],
    %(paths)s::text[], %(awaiting)s::boolean[])
ON CONFLICT (person_id, key) DO NOTHING
RETURNING id, person_id, kind, key
"""


def tell(notices: Iterable[Notice], *, at: datetime) -> None:
    """Put notices into the app, each once per person however often the fact is told, and into the
    outbox what somebody wants by mail or webhook. Raises LookupError for a kind that no room registered."""
    if told := list(notices):
        _tell(told, at)


@transaction.atomic
def _tell(told: list[Notice], at: datetime) -> None:
    wishes = Wishes({n.person_id for n in told}, {n.kind for n in told})
    columns: dict[str, Any] = {
        "people": [n.person_id for n in told],
        "kinds": [n.kind for n in told],
        "keys": [n.key for n in told],
        "titles": [n.title[:200] for n in told],
        "details": [n.detail[:300] for n in told],
        "paths": [n.path for n in told],
        "awaiting": [wishes.way(n.person_id, n.kind) == Way.DAILY for n in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, columns | {"at": at})
        news = [Told(*row) for row in cursor.fetchall()]
    outbox.put(news, wishes, at=at)


def mark_read(person: User, *, at: datetime, notice_id: int | None = None) -> int:
    """Mark one notice of `person`, or all of them, as read; returns how many were unread."""
    unread = Notification.objects.filter(person=person).unread()
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=at)
