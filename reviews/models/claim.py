"""What is said in the meeting: the minutes of a quarter."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models.review import Review


class Claim(models.Model):
    """What somebody says in the meeting. One that was taken back stays, without a text."""

    class Kind(models.TextChoices):
        WORKS = "works", _("What works")
        DOES_NOT = "does_not", _("What does not")
        WHY = "why", _("Why")
        DISSENT = "dissent", _("Dissent")

    review = models.ForeignKey(Review, models.PROTECT, related_name="claims")
    kind = models.CharField(_("what it says"), max_length=8, choices=Kind.choices)
    text = models.CharField(_("claim"), max_length=500, blank=True)
    # The address of the leads behind it, or these by their ids; neither: nothing is pointed at.
    behind = models.CharField(max_length=300, blank=True)
    leads = ArrayField(models.BigIntegerField(), default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("claim")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(behind="") | Q(leads=[]), name="claim_points_one_way"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
