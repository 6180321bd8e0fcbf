"""The form by which many campaigns change at once."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from campaigns.ending import LONGEST_WHY
from campaigns.many import ACTS, FURTHEST
from campaigns.models import Campaign
from common.forms import RefusableForm

# What each act needs.
NEEDS = {"owner": "owner", "channel": "channel", "move": "days", "end": "why", "abandon": "why", "reopen": "why"}


class ManyForm(RefusableForm):
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    owner = forms.ModelChoiceField(User.objects.none(), label=__("Owner"), required=False, empty_label=__("Choose"))
    channel = forms.ChoiceField(
        label=__("Channel"), choices=[("", __("Choose")), *Campaign.Channel.choices], required=False
    )
    parent = forms.ModelChoiceField(
        Campaign.objects.all(),
        label=__("Programme"),
        required=False,
        to_field_name="code",
        widget=forms.TextInput(attrs={"list": "programmes"}),
        help_text=__("By its code. Empty takes them out of theirs."),
        error_messages={"invalid_choice": __("There is no campaign with this code.")},
    )
    days = forms.IntegerField(
        label=__("Days by which the dates move"),
        required=False,
        min_value=-FURTHEST,
        max_value=FURTHEST,
        help_text=__("7 is a week later, -7 a week earlier."),
    )
    why = forms.CharField(label=__("Why"), max_length=LONGEST_WHY, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        marketing = ~Q(side=User.Side.SALES) | Q(is_staff=True)
        people = User.objects.filter(marketing, is_active=True, email__isnull=False)
        self.fields["owner"].queryset = people.order_by("name", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        needed = NEEDS.get(said.get("act", ""))
        if needed and needed not in self.errors and said.get(needed) in (None, "", 0):
            self.add_error(needed, __("Say what it is to be.") if needed != "why" else __("Write a few words."))
        return said
