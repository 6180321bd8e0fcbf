"""The outbox: rows written with the fact that they tell, claimed by whoever delivers.

A claim moves the row past the time that a try can take, in a transaction of its own: a worker that
is killed leaves a row that is due again a little later, and two workers never hold the same one.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from celery import current_app
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from notices.kinds import Way
from notices.models import Delivery, Notification, WebhookEndpoint
from notices.wishes import Wishes

State = Delivery.State
# Longer than all time-outs of one try together.
LEASE = timedelta(minutes=5)
MAIL_FOR, WEBHOOK_FOR = timedelta(days=2), timedelta(days=3)
FIRST_GAP, LONGEST_GAP = timedelta(minutes=1), timedelta(minutes=30)
KEPT_FOR = timedelta(days=90)
JITTER = random.SystemRandom()

LINK = """
INSERT INTO notices_delivery_notices (delivery_id, notification_id)
SELECT * FROM unnest(%(deliveries)s::uuid[], %(notices)s::bigint[])
"""


# As `_held`, for many.
SENT = """
UPDATE notices_delivery d SET state = 'sent', sent_at = %(at)s, last_error = '', status = s.status, took_ms = s.took
FROM unnest(%(ids)s::uuid[], %(attempts)s::integer[], %(statuses)s::integer[], %(took)s::integer[])
     AS s (id, attempts, status, took)
WHERE d.id = s.id AND d.attempts = s.attempts AND d.state = 'waiting'
"""


class Told(NamedTuple):
    """What is asked of a notice that goes out; a Notification says it as well."""

    pk: int
    person_id: int
    kind: str
    key: str


Group = tuple[dict[str, Any], Sequence[Told | Notification]]


def put(notices: Sequence[Told], wishes: Wishes, *, at: datetime) -> None:
    """Write what is wanted at once: one message for all news of a kind that come together."""
    write([*_mails(notices, wishes), *_webhooks(notices, wishes)], at=at)


def _mails(notices: Iterable[Told], wishes: Wishes) -> list[Group]:
    groups = defaultdict(list)
    for notice in notices:
        if wishes.way(notice.person_id, notice.kind) == Way.AT_ONCE:
            groups[notice.person_id, notice.kind].append(notice)
    return [({"person_id": person_id}, together) for (person_id, _kind), together in groups.items()]


def _webhooks(notices: Iterable[Told], wishes: Wishes) -> list[Group]:
    """A team hears of a fact once, however many of its people are told."""
    groups: dict[tuple[WebhookEndpoint, str], dict[str, Told]] = defaultdict(dict)
    for notice in notices:
        for endpoint in wishes.endpoints(notice.person_id, notice.kind):
            groups[endpoint, notice.kind].setdefault(notice.key, notice)
    if not groups:
        return []
    known = set(
        Delivery.notices.through._default_manager.filter(
            delivery__endpoint__in={endpoint.pk for endpoint, _kind in groups},
            notification__key__in={key for facts in groups.values() for key in facts},
        ).values_list("delivery__endpoint", "notification__key")
    )
    fresh = [
        ({"endpoint_id": endpoint.pk}, [n for key, n in facts.items() if (endpoint.pk, key) not in known])
        for (endpoint, _kind), facts in groups.items()
    ]
    return [group for group in fresh if group[1]]


def write(groups: Iterable[Group], *, at: datetime, kind: str = "", key: str = "") -> list[Delivery]:
    """A delivery for each group that has none yet, and a worker woken when this transaction is kept.

    Without `kind` and `key` those of the first notice count.
    """
    rows = [
        (Delivery(kind=kind or notices[0].kind, key=key or notices[0].key, at=at, next_at=at, **to), notices)
        for to, notices in groups
    ]
    if not rows:
        return []
    Delivery.objects.bulk_create([row for row, _notices in rows], ignore_conflicts=True, batch_size=1000)
    ids = [row.pk for row, _notices in rows]
    written = set(Delivery.objects.filter(pk__in=ids).values_list("pk", flat=True))
    links = [(row.pk, notice.pk) for row, notices in rows if row.pk in written for notice in notices]
    with connection.cursor() as cursor:
        cursor.execute(LINK, {"deliveries": [str(pk) for pk, _ in links], "notices": [pk for _, pk in links]})
    if written:
        wake()
    return [row for row, _notices in rows if row.pk in written]


def wake() -> None:
    """Wake a worker when this transaction is kept: once, however much it tells."""
    if _send not in (entry[1] for entry in connection.run_on_commit):
        transaction.on_commit(_send, robust=True)


def _send() -> None:
    """Have a worker deliver what is due; where the message is lost, the schedule does within a minute."""
    current_app.send_task("notices.tasks.deliver")


@transaction.atomic
def claim_mail(now: datetime) -> Delivery | None:
    """The mail that has been due longest and that nobody else holds, held for LEASE."""
    due = Delivery.objects.filter(person__isnull=False, state=State.WAITING, next_at__lte=now).order_by("next_at")
    row = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if row is None:
        return None
    row.attempts += 1
    row.tried_at, row.next_at = now, now + LEASE + gap(row.attempts)
    row.save(update_fields=["attempts", "tried_at", "next_at"])
    return row


def gap(attempts: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, a fifth more or less."""
    doubled = FIRST_GAP * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_GAP) * JITTER.uniform(0.8, 1.2)


def sent(*deliveries: Delivery, at: datetime) -> None:
    """They have been taken at the other end."""
    params: dict[str, Any] = {
        "at": at, "ids": [str(one.pk) for one in deliveries], "attempts": [one.attempts for one in deliveries],
        "statuses": [one.status for one in deliveries], "took": [one.took_ms for one in deliveries],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SENT, params)


def give_up(delivery: Delivery, why: str) -> None:
    """It will not be tried again."""
    _held(delivery).update(state=State.GIVEN_UP, last_error=why[:300], **_answer(delivery))


def try_later(delivery: Delivery, why: str, *, now: datetime, after: timedelta = timedelta()) -> bool:
    """It failed and is tried again, not before `after`; False where it has been tried for long enough."""
    wait = max(gap(delivery.attempts), min(after, LONGEST_GAP))
    since = delivery.replayed_at or delivery.at
    if now + wait > since + (MAIL_FOR if delivery.by_mail else WEBHOOK_FOR):
        give_up(delivery, why)
        return False
    _held(delivery).update(next_at=now + wait, last_error=why[:300], **_answer(delivery))
    return True


def hold_mails_back(*, now: datetime) -> None:
    """The mail server is away: all mails wait, without a try of theirs being counted."""
    due = Delivery.objects.filter(person__isnull=False, state=State.WAITING, next_at__lte=now)
    free = due.select_for_update(skip_locked=True, no_key=True).values("pk")
    Delivery.objects.filter(pk__in=free).update(next_at=now + FIRST_GAP)


def give_up_old(*, now: datetime) -> int:
    """What has waited too long to be news, such as all that was told while nobody delivered; how many."""
    told = Delivery.objects.alias(since=Coalesce("replayed_at", "at"))
    too_old = Q(person__isnull=False, since__lt=now - MAIL_FOR) | Q(endpoint__isnull=False, since__lt=now - WEBHOOK_FOR)
    # Held by nobody: whoever tries it now says how it ends.
    waiting = told.filter(too_old, state=State.WAITING, next_at__lte=now)
    untried = waiting.filter(last_error="").update(
        state=State.GIVEN_UP, last_error=_("Nobody delivered it while it was news.")
    )
    return untried + waiting.update(state=State.GIVEN_UP)


def give_up_all(endpoint: WebhookEndpoint, why: str) -> None:
    """Nothing that waits for an address is tried any more."""
    Delivery.objects.filter(endpoint=endpoint, state=State.WAITING).update(state=State.GIVEN_UP, last_error=why[:300])


def tidy(*, now: datetime) -> int:
    """Forget deliveries that ended long ago; how many."""
    ended = Delivery.objects.filter(at__lt=now - KEPT_FOR).exclude(state=State.WAITING)
    return ended.delete()[1].get("notices.Delivery", 0)


def _answer(delivery: Delivery) -> dict[str, int | None]:
    """What the receiver of the latest try said, and how fast."""
    return {"status": delivery.status, "took_ms": delivery.took_ms}


def _held(delivery: Delivery) -> Any:
    """The row, unless its lease ran out and another worker has tried it since."""
    return Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=State.WAITING)
