"""What both sides aim at in a quarter: goals, and the commitments of an agreement that both sign."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models import Campaign
from reviews.models.review import Review


class Aim(models.Model):
    """A figure with a target and an owner, of all leads of the quarter or of those of one campaign."""

    class Side(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        SALES = "sales", _("Sales")
        BOTH = "both", _("Both")

    side = models.CharField(_("side"), max_length=9, choices=Side.choices)
    figure = models.CharField(_("figure"), max_length=40)
    # Rates are fractions, money is in the company's currency.
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="%(class)ss", null=True, blank=True, verbose_name=_("campaign")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.figure}"


class Goal(Aim):
    """What one side, or both together, want a figure of the quarter to come to."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="goals")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("goal")
        ordering: ClassVar = ["side", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "side", "figure", "campaign"],
                name="goal_once",
                nulls_distinct=False,
                violation_error_message=_("This side has a goal for this figure already."),
            )
        ]


class Agreement(models.Model):
    """A version of what both sides owe each other in a quarter. Signed by both it never changes: the next version
    does. `version` counts the changes, so that nobody signs what they have not seen."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    signed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("agreement")
        ordering: ClassVar = ["-review__quarter", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "number"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["review"], condition=Q(signed_at=None), name="agreement_one_unsigned_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review.quarter}, {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("agreement:agreement", args=[self.review.quarter])

    @property
    def by_marketing(self) -> "AgreementSignature | None":
        return self.signature_of(User.Side.MARKETING)

    @property
    def by_sales(self) -> "AgreementSignature | None":
        return self.signature_of(User.Side.SALES)

    def signature_of(self, side: str) -> "AgreementSignature | None":
        return next((one for one in self.signatures.all() if one.side == side), None)


class Commitment(Aim):
    """What one side owes the other, and what it does if it misses that."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="commitments")
    clause = models.CharField(_("if we miss this, we will"), max_length=300)

    class Meta:
        verbose_name = _("commitment")
        ordering: ClassVar = ["side", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "side", "figure", "campaign"],
                name="commitment_once",
                nulls_distinct=False,
                violation_error_message=_("This side has promised this figure already."),
            ),
            models.CheckConstraint(
                condition=~Q(side="both"),
                name="commitment_of_one_side",
                violation_error_message=_("Choose the side that owes it."),
            ),
        ]


class AgreementSignature(models.Model):
    """The word of one head; a change of the unsigned version takes it away."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures")
    side = models.CharField(_("side"), max_length=9, choices=User.Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature of an agreement")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "side"], name="agreement_signed_once_by_each_side")
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.get_side_display()}"
