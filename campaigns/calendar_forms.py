"""What the calendar is narrowed to, and how a feed is asked for."""

from typing import Any

from django import forms
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from campaigns.calendar import touching_accounts_of
from campaigns.models import Campaign, CampaignQuerySet
from common.countries import country_name

OFFERED = 300


class NarrowForm(forms.Form):
    """Region, channel, programme and “touches my accounts”; what is left empty narrows nothing."""

    region = forms.ChoiceField(label=__("Region"), required=False)
    channel = forms.ChoiceField(label=__("Channel"), required=False)
    programme = forms.ModelChoiceField(
        Campaign.objects.none(), label=__("Programme"), required=False, to_field_name="code", empty_label=__("all")
    )
    mine = forms.BooleanField(label=__("Touches my accounts"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everything = [("", __("all"))]
        self.fields["region"].choices = everything + regions()  # type: ignore[attr-defined]
        self.fields["channel"].choices = everything + Campaign.Channel.choices  # type: ignore[attr-defined]
        programmes = Campaign.objects.filter(pk__in=Campaign.objects.exclude(parent=None).values("parent"))
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]

    def narrowed(self, campaigns: CampaignQuerySet, user: User) -> CampaignQuerySet:
        """Of `campaigns` those that a valid form asks for; a programme is shown with what stands under it."""
        said = self.cleaned_data
        if said["region"]:
            campaigns = campaigns.for_country(said["region"])
        if said["channel"]:
            campaigns = campaigns.filter(channel=said["channel"])
        if programme := said["programme"]:
            campaigns = campaigns.filter(parent=programme) | campaigns.filter(pk=programme.pk)
        return touching_accounts_of(user, campaigns) if said["mine"] else campaigns

    @property
    def query(self) -> dict[str, str]:
        """What a valid form says, for links that keep it."""
        said = {name: self.data.get(name, "") for name in self.fields}
        return {name: value for name, value in said.items() if value}


class FeedForm(forms.Form):
    """What a person's feed tells."""

    only_mine = forms.BooleanField(
        label=__("Only what touches my accounts"), required=False, help_text=__("Else all campaigns.")
    )


def regions() -> list[tuple[str, Any]]:
    """The countries that campaigns name, by name."""
    named = Campaign.objects.exclude(countries=[]).annotate(region=Func(F("countries"), function="unnest"))
    codes = named.order_by().values_list("region", flat=True).distinct()[:OFFERED]
    return sorted(((code, country_name(code)) for code in codes), key=lambda one: one[1])
