"""What people write about goals, commitments and key initiatives. Rates are written in percent."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import VersionedForm
from accounts.models import User
from accounts.quarters import Quarter
from campaigns.models import Campaign
from reviews import figures
from reviews.forms import is_rate
from reviews.models import Aim, Commitment, Goal, Initiative

NEW = 0


class AimForm(VersionedForm):
    """A figure of a side with its target and owner; what differs is told by the two forms below."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=NEW)
    side = forms.ChoiceField(label=_("Side"), choices=Aim.Side.choices, widget=forms.RadioSelect)
    figure = forms.ChoiceField(label=_("Figure"))
    target = forms.DecimalField(
        label=_("Target"), max_digits=18, decimal_places=4,
        help_text=_("A rate in percent, money in the company's currency, a wait in hours."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True, email__isnull=False), label=_("Owner"), empty_label=None
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=_("Campaign"), required=False, empty_label=_("all leads of the quarter")
    )

    def __init__(self, *args: Any, quarter: Quarter, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(figure.key, figure.label) for figure in figures.FIGURES.values()]
        self.fields["figure"].choices = named  # type: ignore[attr-defined]
        chosen = [pk for pk in [self.initial.get("campaign")] if pk]
        self.fields["campaign"].queryset = _choosable(quarter, chosen)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The target of a rate as a fraction."""
        said = super().clean() or {}
        if said.get("target") is not None and is_rate(said.get("figure", "")):
            said["target"] = said["target"] / 100
        return said


class GoalForm(AimForm):
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class CommitmentForm(AimForm):
    side = forms.ChoiceField(label=_("Who owes it"), choices=User.Side.choices, widget=forms.RadioSelect)
    clause = forms.CharField(
        label=_("If we miss this, we will"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class InitiativeForm(VersionedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=NEW)
    name = forms.CharField(label=_("Name"), max_length=120)
    state = forms.ChoiceField(label=_("State"), choices=Initiative.State.choices, widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True, email__isnull=False), label=_("Owner"), empty_label=None
    )
    campaigns = forms.ModelMultipleChoiceField(
        Campaign.objects.none(), label=_("Campaigns"), required=False, help_text=_("Hold Ctrl or ⌘ to choose several.")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, quarter: Quarter, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.initial.get("campaigns") or []
        self.fields["campaigns"].queryset = _choosable(quarter, chosen)  # type: ignore[attr-defined]

    @staticmethod
    def of(row: Initiative | None, by: User) -> dict[str, Any]:
        """What the form says at first."""
        if row is None:
            return {"owner": by.pk, "state": Initiative.State.PLANNED, "version": NEW}
        linked = [campaign.pk for campaign in row.campaigns.all()]
        return {
            "name": row.name, "state": row.state, "owner": row.owner_id, "note": row.note, "version": row.version,
            "campaigns": linked,
        }  # fmt: skip


def _choosable(quarter: Quarter, chosen: Collection[int]) -> Any:
    """The campaigns that run in the quarter or have no dates, and those that are chosen already."""
    running = Campaign.objects.within(quarter.first_day, quarter.first_day_after, quarter.first_day)
    undated = Campaign.objects.filter(starts_on=None, set_status="")
    return running | undated | Campaign.objects.filter(pk__in=chosen)


def said(aim: Goal | Commitment | None, by: User) -> dict[str, Any]:
    """What the form of an aim says at first."""
    if aim is None:
        return {"owner": by.pk, "side": by.side, "version": NEW}
    target = aim.target * 100 if is_rate(aim.figure) else aim.target
    words = {"clause": aim.clause} if isinstance(aim, Commitment) else {"note": aim.note}
    return {
        "side": aim.side, "figure": aim.figure, "target": plain(target), "owner": aim.owner_id,
        "campaign": aim.campaign_id, "version": aim.version, **words,
    }  # fmt: skip


def plain(number: Decimal) -> str:
    """A number as one writes it, without zeros behind the point."""
    return f"{number.normalize():f}"
