"""The record of a merge of two campaigns, by which it is taken back."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CampaignMerge(models.Model):
    """One campaign was merged into another. `record` holds what the undo needs: both as they were, and the ids of
    all rows that moved (see `campaigns/merging.py`)."""

    kept = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="merges")
    # No foreign key: the campaign is gone until the merge is undone, and then has this id again.
    dropped = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    record = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = _("earlier merges")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dropped"], condition=Q(undone_at=None), name="merged_into_one_campaign"),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="campaign_merged_into_another"),
        ]

    def __str__(self) -> str:
        return f"campaign {self.dropped} into {self.kept_id}"

    @property
    def dropped_name(self) -> str:
        """What the campaign that went was called, with its code."""
        was = self.record["dropped"]
        return f"{was['name']} ({was['code']})"
