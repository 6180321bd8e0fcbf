"""Ordered rules that say who gets which handoff."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class RoutingRule(models.Model):
    """One rule: where its conditions hold, its way picks somebody; where nobody can be picked, the
    next rule is asked. `leads/routing.py` reads it."""

    class Way(models.TextChoices):
        ROUND_ROBIN = "round_robin", _("in turn")
        LEAST_BUSY = "least_busy", _("who has the fewest open")
        ACCOUNT_OWNER = "account_owner", _("the account's owner")
        SALES_PARTNER = "sales_partner", _("the campaign's sales partner")
        PERSON = "person", _("a named person")
        QUEUE = "queue", _("a queue to claim from")

    OF_A_TEAM = (Way.ROUND_ROBIN, Way.LEAST_BUSY, Way.QUEUE)

    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=80)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    way = models.CharField(_("way"), max_length=13, choices=Way.choices)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(way="person") | Q(person__isnull=False),
                name="routing_rule_names_its_person",
                violation_error_message=_("Choose the person who gets these leads."),
            ),
            models.CheckConstraint(
                condition=~Q(way="queue") | Q(team__isnull=False),
                name="routing_rule_names_its_queue",
                violation_error_message=_("Choose the team whose queue it is."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
