"""Results of campaigns that are kept, so that a list of all campaigns costs one page."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class CampaignMonth(models.Model):
    """What the leads that were captured in a month brought, by campaign, as of the moment of keeping.

    A lead has one moment of capture and one first campaign, so months and campaigns add up. Each field is
    named like the measure that it keeps. Without a campaign: the leads that have none.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, null=True, related_name="+", db_index=False)
    month = models.DateField()
    leads = models.PositiveIntegerField(default=0)
    leads_a = models.PositiveIntegerField(default=0)
    leads_b = models.PositiveIntegerField(default=0)
    leads_c = models.PositiveIntegerField(default=0)
    leads_d = models.PositiveIntegerField(default=0)
    handed_off = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    opportunities = models.PositiveIntegerField(default=0)
    won = models.PositiveIntegerField(default=0)
    pipeline_leads = models.PositiveIntegerField(default=0)
    # Empty: no amount was told.
    revenue = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    pipeline = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    days_to_win = ArrayField(models.FloatField(), default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "month"], name="campaign_month_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.month}"


class Keeping(models.Model):
    """When results were kept; there is one row at most. `weeks` has the leads per week of each campaign by its id."""

    at = models.DateTimeField()
    weeks = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"results as of {self.at}"
