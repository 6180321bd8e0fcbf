"""What was accepted at a capture address is never lost."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import STANDSTILL, Invariant
from leads.capture import fetching
from leads.capture.taking import MOST_TRIES
from leads.models import Submission


def _forgotten() -> QuerySet[Submission]:
    """Posts that are neither a lead, nor set aside with a sentence or by somebody, nor young."""
    now = timezone.now()
    taken = Q(state="taken") & ~Q(result="")
    young = Q(next_at__gte=now - STANDSTILL)
    waits = young & (
        Q(state="waiting", attempts__lte=MOST_TRIES) | Q(state="fetching", attempts__lt=fetching.MOST_TRIES)
    )
    aside = Q(state__in=["refused", "suspect"]) & ~Q(sentence="") | Q(state="dismissed", ended_at__isnull=False)
    return Submission.objects.exclude(taken | waits | aside)


INVARIANTS = [
    Invariant(
        "captured_or_told_why",
        __("Every post that was accepted is taken in, set aside with a sentence, or young."),
        _forgotten,
    ),
]
