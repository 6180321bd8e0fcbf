"""The form of one line of money."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as __

from accounts.forms import VersionedForm
from campaigns.costs import as_entered
from campaigns.forms import day_field, money_field
from campaigns.models import Cost

FREE = __("Empty means no cost entered, 0 means free.")


class CostForm(VersionedForm):
    kind = forms.ChoiceField(label=__("Kind"), choices=Cost.Kind.choices)
    on = day_field(label=__("Date"))
    planned = money_field(label=__("Planned"))
    committed = money_field(label=__("Committed"))
    actual = money_field(label=__("Actual"), help_text=FREE)
    supplier = forms.CharField(label=__("Supplier"), max_length=120, required=False)
    note = forms.CharField(label=__("Note"), max_length=200, required=False)
    currency = forms.CharField(
        label=__("Another currency"), max_length=3, required=False, help_text=__("A code such as USD.")
    )
    rate = forms.DecimalField(
        label=__("Rate"),
        max_digits=18,
        decimal_places=8,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=__("What one unit of it is worth in the company's currency. It is kept."),
    )

    @staticmethod
    def of(cost: Cost) -> dict[str, Any]:
        return {**as_entered(cost), "rate": cost.rate_words, "version": cost.version}
