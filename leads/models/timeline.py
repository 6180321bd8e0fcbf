"""The append-only story of a lead."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from leads.models.handoff import Handoff
from leads.models.lead import Lead


class Event(models.Model):
    """One line of a lead's timeline. `kind` picks the sentence, `data` fills it."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="events", db_index=False)
    handoff = models.ForeignKey(Handoff, models.CASCADE, null=True, related_name="events", db_index=False)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    data = models.JSONField(default=dict)
    # The import whose undo must read this line again: it says what was before.
    run = models.ForeignKey("imports.Import", models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lead", "-at", "-id"], name="event_of_lead"),
            models.Index(fields=["handoff"], condition=Q(handoff__isnull=False), name="event_of_handoff"),
            models.Index(fields=["run"], condition=Q(run__isnull=False), name="event_of_import"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
