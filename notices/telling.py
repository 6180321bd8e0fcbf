"""Telling people: in the app, and by what else they chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from notices import outbox
from notices.kinds import Way
from notices.models import Notification, NotificationQuerySet
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


def tell(notices: Iterable[Notice], *, at: datetime) -> None:
    """Put notices into the app, each once per person however often the fact is told, and into the
    outbox what somebody wants by mail or webhook. Raises LookupError for a kind that no room registered."""
    if told := list(notices):
        _tell(told, at)


@transaction.atomic
def _tell(told: list[Notice], at: datetime) -> None:
    if not (told := _news(told)):
        return
    wishes = Wishes({n.person_id for n in told}, {n.kind for n in told})
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
                awaits_digest=wishes.way(n.person_id, n.kind) == Way.DAILY,
            )
            for n in told
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )
    # Who told the same a moment ago, beside us, has put it into the outbox: those rows have another moment.
    outbox.put(list(_rows(told).filter(at=at).order_by("pk")), wishes, at=at)


def _news(told: list[Notice]) -> list[Notice]:
    """Those of `told` that the person has not heard before, each once."""
    known = set(_rows(told).values_list("person_id", "key"))
    return list({(n.person_id, n.key): n for n in told if (n.person_id, n.key) not in known}.values())


def _rows(told: list[Notice]) -> NotificationQuerySet:
    return Notification.objects.filter(person__in={n.person_id for n in told}, key__in={n.key for n in told})


def mark_read(person: User, *, at: datetime, notice_id: int | None = None) -> int:
    """Mark one notice of `person`, or all of them, as read; returns how many were unread."""
    unread = Notification.objects.filter(person=person).unread()
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=at)
