"""The kinds of filters that the lead list has, and the sentences with which they refuse."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaigns.matching import called
from campaigns.models import Campaign
from common.moments import MomentFilter

YES_NO = [("true", _("Yes")), ("false", _("No"))]
ME, NOBODY = "me", "nobody"
NO_CHOICE = {"invalid_choice": _("“%(value)s” is none of the choices.")}
NO_MOMENT = {"invalid": _("Write a moment such as 2026-10-08T09:00Z.")}
NO_DAY = {"invalid": _("Write a day such as 2027-03-01.")}
NO_CAMPAIGN = {"invalid_choice": _("There is no campaign with this code.")}
NO_PERSON = {"invalid_choice": _("There is no such person.")}
NO_NUMBER = {"invalid": _("Write a whole number.")}
WHOLE = {"min_value": 0, "max_value": 2_147_483_647, "error_messages": NO_NUMBER}


class OwnerField(forms.ModelChoiceField):
    """A person by id, `me`, or `nobody`."""

    def to_python(self, value: Any) -> Any:
        return value if value in (ME, NOBODY) else super().to_python(value)

    def validate(self, value: Any) -> None:
        if value not in (ME, NOBODY):
            super().validate(value)


class OwnerFilter(django_filters.ModelChoiceFilter):
    field_class = OwnerField


class CampaignField(forms.ModelChoiceField):
    """A campaign by its code; the code of one that was merged means the one that was kept."""

    def to_python(self, value: Any) -> Any:
        found = self.queryset.filter(called(value)).first() if isinstance(value, str) and value else None  # type: ignore[union-attr]
        return found or super().to_python(value)


class CampaignFilter(django_filters.ModelChoiceFilter):
    field_class = CampaignField


class FactField(forms.CharField):
    """`NAME=value`: a further column of a file and what it says."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        name, equals, said = text.partition("=")
        if text and not (equals and name.strip() and said.strip()):
            raise ValidationError(_("Write the name of a fact and its value, such as budget=yes."), code="invalid")
        return (name.strip(), said.strip()) if text else None


class FactFilter(django_filters.Filter):
    field_class = FactField


class NumbersFilter(django_filters.BaseInFilter, django_filters.NumberFilter):
    """Numbers with commas between them."""


def moment_filter(name: str, lookup: str, label: Any, **options: Any) -> MomentFilter:
    return MomentFilter(
        **({"field_name": name, "lookup_expr": lookup} if name else {}),
        label=label,
        error_messages=NO_MOMENT,
        **options,
    )


def campaign_filter(label: Any, **options: Any) -> django_filters.ModelChoiceFilter:
    return CampaignFilter(
        queryset=Campaign.objects.all(), to_field_name="code", label=label, error_messages=NO_CAMPAIGN, **options
    )


def yes_no_filter(label: Any, method: str) -> django_filters.TypedChoiceFilter:
    return django_filters.TypedChoiceFilter(
        choices=YES_NO, coerce=lambda word: word == "true", method=method, label=label, error_messages=NO_CHOICE
    )


def choice_filter(choices: Any, label: Any, **options: Any) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(
        choices=choices, label=label, error_messages=NO_CHOICE, distinct=False, **options
    )
