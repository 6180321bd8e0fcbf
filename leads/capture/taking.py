"""Posts that were accepted become leads, many in one transaction.

A claim moves rows past the time that a try can take, in a transaction of its own: a worker that is killed leaves
rows that are due again a little later, and two workers never take the same one.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import company
from common.errors import DomainError
from leads.capture.reading import Told, parsed
from leads.files import LEADS
from leads.intake import Taken
from leads.models import Submission

logger = structlog.get_logger(__name__)

State = Submission.State
CHUNK = 200
# Longer than a try takes.
LEASE = timedelta(minutes=2)
# After so many tries a row is taken alone, and after so many it is refused: it may have killed each worker.
ALONE_AFTER, MOST_TRIES = 2, 6
LONGEST = 500

END = """
UPDATE leads_submission s SET state = t.state, lead_id = t.lead, result = t.result, sentence = t.sentence,
    ended_at = %(at)s, values = CASE WHEN t.private THEN '{}' ELSE s.values END,
    facts = CASE WHEN t.private THEN '{}' ELSE s.facts END
FROM unnest(%(pks)s::bigint[], %(attempts)s::int[], %(states)s::text[], %(leads)s::bigint[], %(results)s::text[],
            %(sentences)s::text[], %(private)s::boolean[]) AS t (id, attempts, state, lead, result, sentence, private)
WHERE s.id = t.id AND s.state = 'waiting' AND s.attempts = t.attempts
"""


@dataclass
class Done:
    """How many posts were taken in and refused; `left` where time was up before the work was done."""

    taken: int = 0
    refused: int = 0
    left: bool = False


class LostError(Exception):
    """Somebody else has claimed a row since; nothing of this set is kept."""


def take_waiting(*, now: datetime, seconds: float = 45) -> Done:
    """Take in what waits at `now`, for some seconds at most. Safe beside others and when killed."""
    done, until = Done(), time.monotonic() + seconds
    with company.held():
        while claimed := claim(now):
            _take_set(claimed, now, done)
            if time.monotonic() > until:
                done.left = True
                break
    return done


@transaction.atomic
def claim(now: datetime) -> list[Submission]:
    """Rows that are due and that nobody else holds, held for LEASE; one alone where it failed before."""
    due = Submission.objects.filter(state=State.WAITING, next_at__lte=now).order_by("next_at", "pk")
    free = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("address__campaign")
    rows = list(free.filter(attempts__lt=ALONE_AFTER)[:CHUNK]) or list(free[:1])
    held = Submission.objects.filter(pk__in=[row.pk for row in rows])
    held.update(attempts=F("attempts") + 1, next_at=now + LEASE)
    for row in rows:
        row.attempts += 1
    return rows


def _take_set(rows: Sequence[Submission], now: datetime, done: Done) -> None:
    """Take rows in together, or one by one where that fails, so that a bad one holds up nobody."""
    alone = len(rows) == 1
    if alone and rows[0].attempts > MOST_TRIES:
        _give_up(rows[0], now, done)
        return
    try:
        _take(rows, now, done)
    except (OperationalError, LostError):
        # The database is away, or another worker was faster: they are due again when the lease is over.
        logger.warning("capture_put_off", rows=len(rows), exc_info=True)
    except Exception:
        if not alone:
            for row in rows:
                _take_set([row], now, done)
        elif rows[0].attempts < MOST_TRIES:
            logger.exception("capture_failed", submission=rows[0].pk)
        else:
            _give_up(rows[0], now, done)


@transaction.atomic
def _take(rows: Sequence[Submission], now: datetime, done: Done) -> None:
    values, fates = [], {}
    for number, row in enumerate(rows):
        try:
            values.append(_row_of(row, number))
        except DomainError as error:
            fates[number] = Taken(number, "refused", None, " ".join(error.fields.values()) or error.message)
    taken = LEADS.take(values, at=now, by=None, run=None) if values else ()
    fates |= {one.number: one for one in taken}  # type: ignore[misc]
    _end(rows, [fates[number] for number in range(len(rows))], now, done)


def _row_of(row: Submission, number: int) -> dict[str, Any]:
    """A row of leads as the address completes it. Raises DomainError `refused`."""
    values = parsed(Told(values=row.values, facts=row.facts), at=row.at, number=number)
    address = row.address
    values |= {"campaign": address.campaign.code, "kind": address.touch_kind}
    source = address.source or row.facts.get("utm_source", "")[:120]
    if source and "source" not in values:
        values["source"] = source
    if row.consent:
        values.setdefault("consent", _("given, text %(n)d") % {"n": row.consent["version"]})
    LEADS.complete(values, company.current())
    return values


def _give_up(row: Submission, now: datetime, done: Done) -> None:
    sentence = _("It could not be taken in, and the log says why. Try it again, or dismiss it.")
    with transaction.atomic():
        _end([row], [Taken(0, "refused", None, sentence)], now, done)


def _end(rows: Sequence[Submission], fates: Sequence[Taken], now: datetime, done: Done) -> None:
    """Write what became of each row. Raises LostError where one is not ours any more."""
    refused = [fate.result == "refused" for fate in fates]
    with connection.cursor() as cursor:
        cursor.execute(END, {
            "at": now,
            "pks": [row.pk for row in rows],
            "attempts": [row.attempts for row in rows],
            "states": [State.REFUSED.value if no else State.TAKEN.value for no in refused],
            "leads": [fate.lead_id for fate in fates],
            "results": ["" if no else fate.result for no, fate in zip(refused, fates, strict=True)],
            "sentences": [fate.sentence[:LONGEST] for fate in fates],
            "private": [fate.private for fate in fates],
        })  # fmt: skip
        if cursor.rowcount != len(rows):
            raise LostError
    done.refused += sum(refused)
    done.taken += len(rows) - sum(refused)
