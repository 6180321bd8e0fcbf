"""Every notice once, every delivery ended or young."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import STANDSTILL, Invariant, repeated
from notices import outbox
from notices.models import Delivery, Notification


def _forgotten_deliveries() -> QuerySet[Delivery]:
    """Deliveries that are neither sent, nor given up with a reason, nor young."""
    young = Q(state="waiting", at__gte=timezone.now() - outbox.WEBHOOK_FOR - STANDSTILL)
    ended = Q(state="sent", sent_at__isnull=False) | Q(state="given_up") & ~Q(last_error="")
    return Delivery.objects.exclude(young | ended)


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
]
