"""What both sides decide about a campaign of the quarter, and how they see it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from reviews.models.review import Review


class Decision(models.Model):
    """One for each campaign of a review: what becomes of it, why, by whom, and what it should move. One that was
    taken back stays, without a kind: its version goes on, so that nobody's page mistakes it."""

    class Kind(models.TextChoices):
        DOUBLE_DOWN = "double_down", _("Double down")
        KEEP = "keep", _("Keep")
        FIX = "fix", _("Fix")
        ABANDON = "abandon", _("Abandon")

    review = models.ForeignKey(Review, models.PROTECT, related_name="decisions")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="decisions", verbose_name=_("campaign"))
    kind = models.CharField(_("decision"), max_length=11, choices=Kind.choices, blank=True)
    rationale = models.CharField(_("why, and what changes"), max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions", verbose_name=_("owner")
    )
    # The figure that it should move, and to what; rates are fractions.
    figure = models.CharField(_("figure"), max_length=40, blank=True)
    hoped = models.DecimalField(_("hoped for"), max_digits=18, decimal_places=4, null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("decision")
        ordering: ClassVar = ["campaign__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "campaign"], name="decision_one_for_each_campaign"),
            models.CheckConstraint(
                condition=Q(kind="") | ~Q(rationale=""),
                name="decision_says_why",
                violation_error_message=_("Write why, and what changes."),
            ),
            models.CheckConstraint(
                condition=Q(figure="", hoped=None) | ~Q(figure="") & Q(hoped__isnull=False),
                name="decision_hopes_for_a_figure",
                violation_error_message=_("Name the figure and what it should come to, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_kind_display()}"


class Overrule(models.Model):
    """Another diagnosis than the rules propose, with a note; none where somebody let the rules propose again."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="overrules")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="overrules", verbose_name=_("campaign"))
    diagnosis = models.CharField(_("diagnosis"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("overruled diagnosis")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "campaign"], name="overrule_one_for_each_campaign"),
            models.CheckConstraint(
                condition=Q(diagnosis="") | ~Q(note=""),
                name="overrule_says_why",
                violation_error_message=_("Write a note."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.diagnosis}"
