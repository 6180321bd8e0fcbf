"""Every notice once, every delivery ended or young."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import STANDSTILL, Invariant, repeated
from notices import outbox
from notices.models import Delivery, Notification


def _forgotten_deliveries() -> QuerySet[Delivery]:
    """Deliveries that are neither sent, nor given up with a reason, nor young."""
    young = Q(state="waiting", since__gte=timezone.now() - outbox.WEBHOOK_FOR - STANDSTILL)
    ended = Q(state="sent", sent_at__isnull=False) | Q(state="given_up") & ~Q(last_error="")
    return Delivery.objects.alias(since=Coalesce("replayed_at", "at")).exclude(young | ended)


def _overtaking_events() -> QuerySet[Delivery]:
    """Events that were sent while an earlier one of the same lead still waits, unless that is sent once more."""
    earlier = Delivery.objects.filter(
        endpoint=OuterRef("endpoint"), subject=OuterRef("subject"), version__lt=OuterRef("version"), state="waiting",
        replayed_at=None,
    )  # fmt: skip
    return Delivery.objects.filter(Exists(earlier), state="sent", replayed_at=None).exclude(subject="")


INVARIANTS = [
    Invariant(
        "notice_once",
        __("A person is told each fact once."),
        lambda: repeated(Notification.objects.all(), "person", "key"),
    ),
    Invariant(
        "outbox",
        __("Every mail and webhook is sent, given up with its reason, or young."),
        _forgotten_deliveries,
    ),
    Invariant(
        "events_in_order",
        __("Webhooks tell what happened to a lead in its order."),
        _overtaking_events,
    ),
]
