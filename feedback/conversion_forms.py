"""The days, and the campaign, whose conversions are asked for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from campaigns.forms import day_field
from campaigns.models import Campaign
from feedback.conversions import Asked

# Google takes what happened at most 90 days after the click.
USUAL = timedelta(days=90)


class ConversionsForm(forms.Form):
    since = day_field(label=__("From"))
    until = day_field(label=__("To"))
    campaign = forms.ModelChoiceField(
        Campaign.objects.all(),
        label=__("Campaign, by its code"),
        required=False,
        to_field_name="code",
        widget=forms.TextInput,
        error_messages={"invalid_choice": __("There is no campaign with this code.")},
    )

    @classmethod
    def of(cls, data: Any, today: date) -> "ConversionsForm":
        """What an address says; without days the last ninety until `today`."""
        usual = {"since": f"{today - USUAL}", "until": f"{today}", "campaign": ""}
        return cls({name: data.get(name) or said for name, said in usual.items()})

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", _("Write a day on or after the first one."))
        return said

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        return Asked(self.cleaned_data["since"], self.cleaned_data["until"], self.cleaned_data["campaign"])
