"""A signed quarter is what both heads signed."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import Invariant
from leads.models import Lead, Merge
from reviews.digests import digest_of
from reviews.models import FrozenLead, Review, Snapshot


def _altered() -> QuerySet[Snapshot]:
    """What was frozen reads otherwise than it did. Each is read as a whole, row after row."""
    found = [snapshot.pk for snapshot in Snapshot.objects.all() if digest_of(snapshot) != snapshot.digest]
    return Snapshot.objects.filter(pk__in=found)


def _signed_otherwise() -> QuerySet[Review]:
    """Signed without the two signatures under a sealed picture, or sealed and not signed."""
    signed = Q(status=Review.Status.SIGNED)
    counted = Review.objects.annotate(signatures=Count("snapshot__signatures"))
    sealed = Q(snapshot__sealed_at__isnull=False, signatures=2)
    return counted.filter(signed & ~sealed | ~signed & Q(snapshot__sealed_at__isnull=False))


def _lost() -> QuerySet[FrozenLead]:
    """Frozen leads that are neither there nor in the record of a merge."""
    known = Lead.objects.values("pk").union(Merge.objects.values("dropped"))
    return FrozenLead.objects.exclude(lead__in=known)


INVARIANTS = [
    Invariant("quarter_digest", __("What was frozen of a quarter has the digest that was signed."), _altered),
    Invariant("quarter_signed", __("A signed quarter has a sealed picture with two signatures."), _signed_otherwise),
    Invariant(
        "quarter_leads", __("Every lead that a frozen quarter counts is there, or merged into one that is."), _lost
    ),
]
