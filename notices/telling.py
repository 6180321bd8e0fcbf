"""Telling people in the app."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from notices.models import Notification


@dataclass(frozen=True)
class Notice:
    """What is told to whom. `key` names the fact: the same person hears of it once."""

    person_id: int
    kind: str
    key: str
    title: str
    path: str
    detail: str = ""


def tell(notices: Iterable[Notice], *, at: datetime) -> None:
    """Put notices into the app, each once per person however often the fact is told."""
    Notification.objects.bulk_create(
        (
            Notification(
                person_id=n.person_id,
                kind=n.kind,
                key=n.key,
                title=n.title[:200],
                detail=n.detail[:300],
                path=n.path,
                at=at,
            )
            for n in notices
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


def mark_read(person: User, *, at: datetime, notice_id: int | None = None) -> int:
    """Mark one notice of `person`, or all of them, as read; returns how many were unread."""
    unread = Notification.objects.filter(person=person).unread()
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=at)
