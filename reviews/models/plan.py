"""The plan and the budget of the next quarter, written in the review of this one."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from reviews.models.review import Review


class Plan(models.Model):
    """One for each review: the budget given in total, and when its budgets were written to the campaigns."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="plan")
    given = models.DecimalField(_("budget given"), max_digits=14, decimal_places=2, null=True, blank=True)
    taken_over_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("plan")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(given=None) | Q(given__gte=0),
                name="plan_is_given_money",
                violation_error_message=_("Write an amount of 0 or more."),
            )
        ]

    def __str__(self) -> str:
        return str(self.review)


class PlanLine(models.Model):
    """Money for a campaign that is there, or for a proposed one by its name. `made` is the campaign that a proposed
    one became."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="lines")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="plan_lines", verbose_name=_("campaign")
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    channel = models.CharField(_("channel"), max_length=12, choices=Campaign.Channel.choices, blank=True)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    made = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="planned_as")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("line of the plan")
        ordering: ClassVar = ["-budget", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "campaign"],
                name="plan_line_one_for_each_campaign",
                violation_error_message=_("The plan has a line for this campaign already."),
            ),
            models.UniqueConstraint(
                "plan",
                Lower("name"),
                condition=~Q(name=""),
                name="plan_line_one_for_each_name",
                violation_error_message=_("The plan has a line of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(campaign=None) & ~Q(name="") & ~Q(channel="")
                | Q(campaign__isnull=False, name="", channel=""),
                name="plan_line_is_of_a_campaign_or_proposes_one",
                violation_error_message=_("Choose a campaign, or write name and channel of a proposed one."),
            ),
            models.CheckConstraint(
                condition=Q(budget__gte=0),
                name="plan_line_has_money",
                violation_error_message=_("Write an amount of 0 or more."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.campaign or self.name)

    @property
    def channel_key(self) -> str:
        return self.campaign.channel if self.campaign else self.channel

    @property
    def channel_words(self) -> str:
        return str(self.campaign.get_channel_display() if self.campaign else self.get_channel_display())
