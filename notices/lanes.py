"""Which webhooks are due: in order per lead, so many at a time per receiver, and no receiver before all others.

A receiver that does not answer is left alone for a while, whatever waits for it, and then asked with one message.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from notices.models import Delivery, WebhookEndpoint
from notices.outbox import FIRST_GAP, JITTER, LEASE, LONGEST_GAP

# Programs take several at a time; people read messages in their order.
AT_A_TIME = 8
# So many failures in a row close the way; below that it may be the message.
ENOUGH_FAILURES = 3
MOST_LEASES = 12

CLAIM = """
WITH open AS (
    SELECT e.id, CASE WHEN e.failures > 0 OR e.form = 'message' THEN 1 ELSE %(at_a_time)s END - coalesce(b.busy, 0)
           AS room
    FROM notices_webhookendpoint e
    LEFT JOIN unnest(%(endpoints)s::bigint[], %(busy)s::integer[]) AS b (id, busy) USING (id)
    WHERE e.removed_at IS NULL AND e.off_at IS NULL AND e.paused_at IS NULL
      AND (e.closed_until IS NULL OR e.closed_until <= %(now)s)
),
due AS (
    SELECT found.id FROM open CROSS JOIN LATERAL (
        SELECT d.id, d.endpoint_id, d.next_at FROM notices_delivery d
        WHERE d.endpoint_id = open.id AND d.state = 'waiting' AND d.next_at <= %(now)s
          -- What happened to a lead earlier is told earlier, or given up.
          AND (d.subject = '' OR NOT EXISTS (
              SELECT FROM notices_delivery e WHERE e.endpoint_id = d.endpoint_id AND e.subject = d.subject
              AND e.subject <> '' AND e.state = 'waiting' AND e.version < d.version))
        ORDER BY d.next_at, d.version LIMIT greatest(open.room, 0)
        FOR NO KEY UPDATE OF d SKIP LOCKED
    ) found
    -- The first of each receiver, then the second of each.
    ORDER BY row_number() OVER (PARTITION BY found.endpoint_id ORDER BY found.next_at), found.next_at
    LIMIT %(room)s
)
UPDATE notices_delivery d
SET attempts = attempts + 1, tried_at = %(now)s, next_at = %(now)s + %(lease)s * least(attempts + 1, %(most_leases)s)
FROM due WHERE d.id = due.id
RETURNING d.id
"""


@transaction.atomic
def claim(now: datetime, *, busy: Mapping[int, int], room: int) -> list[Delivery]:
    """At most `room` webhooks that are due and that nobody else holds, held for LEASE at least; `busy` tells how many
    the caller has under way, by receiver."""
    params: dict[str, Any] = {
        "now": now, "room": room, "endpoints": list(busy), "busy": list(busy.values()), "at_a_time": AT_A_TIME,
        "lease": LEASE, "most_leases": MOST_LEASES,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, params)
        ids = [pk for (pk,) in cursor.fetchall()]
    held = Delivery.objects.filter(pk__in=ids).select_related("endpoint__person")
    return list(held.order_by("next_at", "version")) if ids else []


def opened(endpoint: WebhookEndpoint) -> None:
    """It took something: whatever was wrong is over."""
    if endpoint.failing_since is not None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failures=0, failing_since=None, closed_until=None)


def failed(endpoint: WebhookEndpoint, *, now: datetime, closed: bool, after: timedelta = timedelta()) -> None:
    """It took something not. Where the way is `closed`, or too often in a row, nobody knocks for a minute at least."""
    changed: dict[str, Any] = {
        "failures": F("failures") + 1, "failing_since": Coalesce("failing_since", Value(now))
    }  # fmt: skip
    if closed or endpoint.failures + 1 >= ENOUGH_FAILURES:
        wait = max(FIRST_GAP * JITTER.uniform(0.8, 1.2), min(after, LONGEST_GAP))
        changed["closed_until"] = Greatest(Coalesce("closed_until", Value(now)), Value(now + wait))
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**changed)
    endpoint.refresh_from_db(fields=["failures", "failing_since"])
