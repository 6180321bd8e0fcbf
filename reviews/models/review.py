"""The joint review of one quarter: how far it is, and what both sides say of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> "ReviewQuerySet":
        """Both sides read every quarter, also those of years ago."""
        return self.all() if user.is_active else self.none()


class Review(models.Model):
    """A quarter by its key, e.g. "2026-Q3"; its borders follow from the key and the fiscal calendar."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Preparing")
        IN_REVIEW = "in_review", _("In review")
        SIGNED = "signed", _("Signed")

    quarter = models.CharField(_("quarter"), max_length=7, unique=True)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.PREPARING)
    # One or two sentences under the title: what the quarter comes to.
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    opened_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint review")
        ordering: ClassVar = ["-quarter"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quarter__regex=r"^[0-9]{4}-Q[1-4]$"), name="review_of_a_quarter"),
            models.CheckConstraint(condition=Q(status="signed") ^ Q(signed_at=None), name="review_signed_at_a_moment"),
        ]

    def __str__(self) -> str:
        return self.quarter

    def get_absolute_url(self) -> str:
        return reverse("reviews:review", args=[self.quarter])

    @property
    def is_signed(self) -> bool:
        return self.status == self.Status.SIGNED
