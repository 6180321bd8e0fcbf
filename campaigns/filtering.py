"""Which campaigns a list shows."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import DateInput
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.calendar_forms import regions
from campaigns.matching import key_of
from campaigns.models import Alias, Campaign, CampaignQuerySet

A_DAY: dict[str, Any] = {
    "widget": DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {"invalid": _("Write a date, such as 2026-07-31.")},
}


class CampaignFilter(django_filters.FilterSet):
    """What a page may ask for; each refusal says what to write."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"))
    status = django_filters.ChoiceFilter(
        choices=Campaign.Status.choices, method="by_status", label=_("Status"), empty_label=_("Any status")
    )
    channel = django_filters.ChoiceFilter(
        choices=Campaign.Channel.choices, label=_("Channel"), empty_label=_("Any channel")
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(owned_campaigns__isnull=False).distinct(),
        label=_("Owner"),
        empty_label=_("Anybody"),
    )
    programme = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.filter(children__isnull=False).distinct(),
        to_field_name="code",
        method="by_programme",
        label=_("Programme"),
        empty_label=_("Any"),
    )
    region = django_filters.ChoiceFilter(
        choices=regions, method="by_region", label=_("Region"), empty_label=_("Everywhere")
    )
    since = django_filters.DateFilter(method="by_since", label=_("Runs on or after"), **A_DAY)
    until = django_filters.DateFilter(method="by_until", label=_("Runs on or before"), **A_DAY)

    @classmethod
    def of(cls, user: User, data: QueryDict, *, day: date) -> "CampaignFilter":
        """The question of `user`; statuses are those of `day`."""
        asked = cls(data, queryset=Campaign.objects.visible_to(user))
        asked.day = day
        return asked

    day: date

    def by_words(self, campaigns: QuerySet[Campaign], name: str, value: str) -> QuerySet[Campaign]:
        """Names, codes and aliases that have the words in them, whatever their case."""
        words = value.strip()
        alias = Alias.objects.filter(campaign=OuterRef("pk"), key__contains=key_of(words))
        return campaigns.filter(Q(name__icontains=words) | Q(code__icontains=words) | Exists(alias))

    def by_status(self, campaigns: CampaignQuerySet, name: str, value: str) -> CampaignQuerySet:
        """Those whose `status_on` the day it is."""
        follows = campaigns.filter(set_status="")
        match value:
            case Campaign.Status.RUNNING:
                return campaigns.running_on(self.day)
            case Campaign.Status.PLANNED:
                return campaigns.planned_on(self.day)
            case Campaign.Status.UNDATED:
                return follows.filter(Q(ends_on=None) | Q(ends_on__gte=self.day), starts_on=None)
            case Campaign.Status.ENDED:
                return campaigns.filter(Q(set_status=value) | Q(set_status="", ends_on__lt=self.day))
        return campaigns.filter(set_status=value)

    def by_programme(self, campaigns: QuerySet[Campaign], name: str, value: Campaign) -> QuerySet[Campaign]:
        """The programme itself and what stands under it."""
        return campaigns.filter(Q(parent=value) | Q(pk=value.pk))

    def by_region(self, campaigns: CampaignQuerySet, name: str, value: str) -> CampaignQuerySet:
        """Those for this country, and those for everywhere."""
        return campaigns.for_country(value)

    def by_since(self, campaigns: QuerySet[Campaign], name: str, value: date) -> QuerySet[Campaign]:
        return campaigns.filter(Q(ends_on=None) | Q(ends_on__gte=value))

    def by_until(self, campaigns: QuerySet[Campaign], name: str, value: date) -> QuerySet[Campaign]:
        return campaigns.filter(starts_on__lte=value)
