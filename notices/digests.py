"""The daily and the weekly digest: each once per person and day or week, in the morning of the person's team."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf

from accounts import company
from accounts.models import User
from notices import outbox
from notices.kinds import DAILY, WEEKLY, Way
from notices.models import Delivery, Notification, Preference

MORNING = time(8)
# A weekly digest that nobody sent until then is not sent any more: the next one is near.
WEEKLY_UNTIL = timedelta(days=4)
CHUNK = 500


def write_digests(*, now: datetime) -> int:
    """Write the digests whose morning has come; how many. Safe to run twice, or twice at once."""
    with company.held():
        return sum(_daily(zone, now) + _weekly(zone, now) for zone in _zones())


def _zones() -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in sorted(_reachable().values_list("zone", flat=True).distinct())]


def _reachable() -> Any:
    """Who can be sent a mail, with the name of the time zone."""
    of_the_team = NullIf("team__time_zone", Value(""))
    everybody = User.objects.filter(is_active=True, email__isnull=False).order_by()
    return everybody.annotate(zone=Coalesce(of_the_team, Value(company.current().time_zone)))


def _daily(zone: ZoneInfo, now: datetime) -> int:
    local = now.astimezone(zone)
    if local.time() < MORNING:
        return 0
    key = f"daily:{local.date()}"
    done = Delivery.objects.filter(key=key, kind=DAILY).values("person")
    waiting = Notification.objects.filter(awaits_digest=True).values("person")
    people = _reachable().filter(zone=zone.key, pk__in=waiting).exclude(pk__in=done)
    return sum(_write_daily(chunk, key, now) for chunk in _chunks(people))


@transaction.atomic
def _write_daily(people: list[int], key: str, now: datetime) -> int:
    """A digest for each that has something unread; what was read in the app meanwhile is no news."""
    # Whoever comes second waits, and finds them told: skipping rows would tear one person's digest apart.
    rows = Notification.objects.filter(awaits_digest=True, person__in=people).order_by("person", "at", "pk")
    held = list(rows.select_for_update(no_key=True, of=("self",)))
    unread = [notice for notice in held if notice.read_at is None]
    groups = [({"person_id": pk}, list(theirs)) for pk, theirs in groupby(unread, lambda notice: notice.person_id)]
    written = {delivery.person_id for delivery in outbox.write(groups, at=now, kind=DAILY, key=key)}
    told = [n.pk for n in held if n.read_at or n.person_id in written]
    Notification.objects.filter(pk__in=told).update(awaits_digest=False)
    return len(written)


def _weekly(zone: ZoneInfo, now: datetime) -> int:
    local = now.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    morning = datetime.combine(monday, MORNING, zone)
    if not morning <= now < morning + WEEKLY_UNTIL:
        return 0
    key = f"weekly:{monday}"
    done = Delivery.objects.filter(key=key, kind=WEEKLY).values("person")
    left = Preference.objects.filter(kind=WEEKLY, way=Way.NEVER).values("person")
    people = _reachable().filter(zone=zone.key, created_at__lt=morning).exclude(pk__in=done).exclude(pk__in=left)
    return sum(len(_write_weekly(chunk, key, now)) for chunk in _chunks(people))


@transaction.atomic
def _write_weekly(people: list[int], key: str, now: datetime) -> list[Delivery]:
    """What needs each of them is asked when the mail leaves."""
    return outbox.write([({"person_id": pk}, []) for pk in people], at=now, kind=WEEKLY, key=key)


def _chunks(people: Any) -> Iterator[list[int]]:
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
