"""A post is accepted: one row is written before the answer, and a worker is woken."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from leads.capture.reading import Told
from leads.models import CaptureAddress, Submission

State = Submission.State
# The same content again within this time was sent twice; later it is a second enquiry.
SAME_WITHIN = timedelta(minutes=10)
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
TASK = "leads.tasks.take_captured"
AWAKE, AWAKE_SECONDS = "capture:awake", 60


@transaction.atomic
def accept(
    address: CaptureAddress, told: Sequence[Told], *, at: datetime, state: str = State.WAITING, sentence: str = ""
) -> int:
    """Keep what was posted; nothing of it can be lost from here on. The same content again adds nothing but its
    count. What is in the state `suspect` waits for a person, whom `sentence` tells why. How many posts are new."""
    new = sum(_accept_one(address, one, at, state, sentence) for one in told)
    if new and state == State.WAITING:
        transaction.on_commit(wake, robust=True)
    return new


def wake() -> None:
    """Have a worker take in what waits; without one, the schedule does within a minute. Of a burst the first post does
    so for all: the worker takes the mark away before it looks, so that whoever comes later wakes it again."""
    # While the cache is away so is the queue: nobody waits for it.
    if cache.add(AWAKE, 1, AWAKE_SECONDS) and cache.get(AWAKE):
        current_app.send_task(TASK)


def woken() -> None:
    """A worker begins to look: what is accepted from now on wakes another one."""
    cache.delete(AWAKE)


def _accept_one(address: CaptureAddress, told: Told, at: datetime, state: str, sentence: str) -> bool:
    """Whether it is new."""
    digest = digest_of(told)
    with connection.cursor() as cursor:
        # Twenty of the same at once: one is written, the others find it.
        cursor.execute(LOCK, [f"{address.pk} {digest}"])
    before = Submission.objects.filter(address=address, digest=digest)
    if not told.key:
        before = before.filter(at__gt=at - SAME_WITHIN)
    if first := before.order_by("-at").values_list("pk", flat=True).first():
        Submission.objects.filter(pk=first).update(repeats=F("repeats") + 1)
        return False
    kept = {"values": told.values, "facts": told.facts, "consent": told.consent}
    ends = {"state": state, "sentence": sentence, "ended_at": at if state in Submission.STUCK else None}
    Submission.objects.create(address=address, at=at, next_at=at, digest=digest, **kept, **ends)
    return True


def digest_of(told: Told) -> str:
    """The same for the same content, whatever the order of its fields."""
    content = [told.key] if told.key else [told.values, told.facts, bool(told.consent)]
    # Keyed, so that nobody who has the rows alone can try who it was.
    return salted_hmac("leads.capture", json.dumps(content, sort_keys=True), algorithm="sha256").hexdigest()


def too_fast() -> str:
    return _("It was sent faster than people write.")


def trap_filled() -> str:
    return _("It filled a field that people don't see.")


def not_from_the_form() -> str:
    return _("It did not come from the form that we show.")
