"""What both sides undertake in a quarter beside their figures."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from reviews.models.review import Review


class Initiative(models.Model):
    """A key initiative: its owner, how far it is, and the campaigns that belong to it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    review = models.ForeignKey(Review, models.PROTECT, related_name="initiatives")
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PLANNED)
    note = models.CharField(_("note"), max_length=300, blank=True)
    campaigns = models.ManyToManyField(Campaign, related_name="initiatives", blank=True, verbose_name=_("campaigns"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("key initiative")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "name"],
                name="initiative_named_once",
                violation_error_message=_("There is an initiative of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
