"""What both heads sign: the quarter as it was at one moment, and everything that was counted in it."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models.review import Review


class Snapshot(models.Model):
    """The frozen picture of a review. `digest` is the SHA-256 of its pieces and its leads in their canonical form
    (`docs/signing.md`). Once `sealed_at` is set, by the second signature, the database refuses any change."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="snapshot")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("frozen quarter")

    def __str__(self) -> str:
        return f"{self.review} {self.digest[:12]}"


class Piece(models.Model):
    """Some of the facts of a snapshot as canonical JSON: a part, or one item of a part that is a list. A page reads
    the pieces that it shows."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="pieces", db_index=False)
    part = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "part", "position"], name="piece_in_its_place"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.position}"


class FrozenLead(models.Model):
    """A lead with the measures that it counted for, by their keys, and its amounts. Each lead stands once, by its
    capture; one that was won in the quarter stands again for each month of its wins.

    No foreign keys: what is sealed points to ids for ever, also when leads or campaigns become one.
    """

    class Basis(models.TextChoices):
        CAPTURED = "captured"
        WON = "won"

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="leads", db_index=False)
    basis = models.CharField(max_length=8, choices=Basis.choices)
    lead = models.BigIntegerField()
    month = models.DateField()
    # The code at that time; empty: no campaign.
    campaign = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=120, blank=True)
    counts = ArrayField(models.CharField(max_length=40))
    revenue = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    pipeline = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    revenue_in_period = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    # Microseconds from each handoff to its first response, and from capture to each win.
    waits = ArrayField(models.BigIntegerField())
    passages = ArrayField(models.BigIntegerField())

    class Meta:
        constraints: ClassVar = [
            # Also the order in which the digest reads them.
            models.UniqueConstraint(fields=["snapshot", "basis", "lead", "month"], name="frozen_lead_once"),
        ]

    def __str__(self) -> str:
        return f"lead {self.lead}: {', '.join(self.counts)}"


class SignOff(models.Model):
    """A head's word for one side. The first freezes the figures, the second seals them."""

    class Side(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        SALES = "sales", _("Sales")

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="signatures", db_index=False)
    side = models.CharField(max_length=9, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["side"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "side"], name="signed_once_by_side"),
            models.UniqueConstraint(fields=["snapshot", "by"], name="nobody_signs_for_both"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.side}"
