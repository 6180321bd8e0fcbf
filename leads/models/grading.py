"""What grading keeps: grades that a person set, and runs over all leads."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from leads.models.definition import LeadDefinition
from leads.models.lead import Lead


class GradeOverride(models.Model):
    """A grade that a person set. It holds while the facts are those it was set on."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="overrides")
    grade = models.CharField(max_length=1, choices=Lead.Grade.choices)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # A digest of the facts and touches then; another one ends the override at the next grading.
    facts = models.CharField(max_length=32)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Who took it back; nobody where the facts changed.
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(ended_at=None),
                name="override_one_per_lead",
                violation_error_message=_("The grade of this lead was set by somebody just now."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="override_has_a_reason",
                violation_error_message=_("Write why the grade is another one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade} for lead {self.lead_id}"


class Regrading(models.Model):
    """One run over all leads, in the order of their ids; `last_id` is how far it has come."""

    definition = models.ForeignKey(LeadDefinition, models.PROTECT, related_name="regradings")
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField()
    graded = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                IsNull(F("finished_at"), True), condition=Q(finished_at=None), name="regrading_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"regrading {self.pk} by {self.definition}"

    @property
    def share(self) -> float:
        """How much is done, as a fraction of one."""
        return min(self.graded / self.total, 1.0) if self.total else 1.0
