"""The log of what was sent to other programs, as pages and the API show it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from notices.models import Delivery, WebhookEndpoint

MOST = 50
State = Delivery.State


def latest(endpoint: WebhookEndpoint, state: str = "", most: int = MOST) -> list[Delivery]:
    """The latest deliveries of an address, newest first; those of one state where it is named."""
    rows = endpoint.deliveries.order_by("-at", "-version", "-id")
    return list((rows.filter(state=state) if state in State.values else rows)[:most])


def under_way(rows: Iterable[Delivery], now: datetime) -> bool:
    """Whether one of `rows` is sent at this moment, so that looking again is worth it."""
    return any(row.state == State.WAITING and row.attempts == 0 and row.next_at <= now for row in rows)


def failed(endpoint: WebhookEndpoint) -> bool:
    """Whether anything was given up that may be sent once more."""
    return endpoint.deliveries.filter(state=State.GIVEN_UP).exists()


def with_latest(endpoints: QuerySet[WebhookEndpoint]) -> QuerySet[WebhookEndpoint]:
    """Each address with how its latest delivery went: `last_state`, `last_at`, `last_error`."""
    rows = Delivery.objects.filter(endpoint=OuterRef("pk")).order_by("-at")
    told = {f"last_{name}": Subquery(rows.values(name)[:1]) for name in ("state", "at")}
    return endpoints.annotate(**told, last_error=Subquery(rows.values("last_error")[:1])).select_related("added_by")
