"""Forms of the plan: one line, all budgets at once, and money that is moved."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import VersionedForm
from accounts.models import User
from campaigns.models import Campaign
from common.errors import DomainError
from common.forms import RefusableForm
from reviews.models import Plan, PlanLine


def _money(**options: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 10})
    return forms.DecimalField(max_digits=14, decimal_places=2, min_value=0, widget=widget, **options)


def _plain(amount: Decimal | None) -> str | None:
    """Without cents where there are none."""
    if amount is None:
        return None
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"


class LineForm(VersionedForm):
    """Money for a campaign, or for a proposed one."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    campaign = forms.ModelChoiceField(
        Campaign.objects.order_by("name"), label=_("Campaign"), required=False, empty_label=_("a new one")
    )
    name = forms.CharField(label=_("Name of a new campaign"), max_length=200, required=False)
    channel = forms.ChoiceField(
        label=_("Channel of a new campaign"), choices=[("", ""), *Campaign.Channel.choices], required=False
    )
    budget = _money(label=_("Budget"), help_text=_("In the company's currency."))
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True, email__isnull=False), label=_("Owner"), empty_label=None
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    @staticmethod
    def of(line: PlanLine | None, by: User) -> dict[str, Any]:
        if line is None:
            return {"owner": by.pk, "version": 0}
        told = {name: getattr(line, name) for name in ("name", "channel", "note", "version")}
        return told | {"campaign": line.campaign_id, "owner": line.owner_id, "budget": _plain(line.budget)}


class BudgetsForm(RefusableForm):
    """The budget of each line and the budget given; each with the version that was seen."""

    given = _money(label=_("Budget given"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, initial=1)

    def __init__(self, plan: Plan, lines: Iterable[PlanLine], data: Any = None) -> None:
        super().__init__(data, initial={"given": _plain(plan.given), "version": plan.version})
        self.lines = list(lines)
        for line in self.lines:
            label = _("Budget of %(line)s") % {"line": line}
            # One that was added meanwhile is not in what was sent.
            sent = data is None or str(line.pk) in data
            self.fields[str(line.pk)] = _money(label=label, initial=_plain(line.budget), required=sent)
            self.fields[str(line.pk)].widget.attrs["aria-label"] = label
            self.fields[f"version-{line.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=1, initial=line.version, required=sent
            )

    @property
    def budgets(self) -> dict[int, Decimal]:
        """What a valid form says, by line."""
        return {line.pk: self.cleaned_data[str(line.pk)] for line in self.lines if str(line.pk) in self.data}

    @property
    def tried(self) -> dict[int, Decimal]:
        """The amounts that can be read, while somebody types."""
        self.is_valid()
        read = {line.pk: self.cleaned_data.get(str(line.pk)) for line in self.lines}
        return {pk: amount for pk, amount in read.items() if amount is not None}

    @property
    def versions(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"version-{line.pk}"] for line in self.lines}

    def refuse(self, error: DomainError) -> None:
        """What somebody else wrote stands beside what was typed; saving again is then meant."""
        super().refuse(error)
        if error.code == "stale":
            seen = {f"version-{line.pk}": line.version for line in self.lines} | {"version": self.initial["version"]}
            self.data = {**self.data.dict(), **seen}  # type: ignore[attr-defined]


class MoveForm(RefusableForm):
    """So much from one line to another."""

    amount = _money(label=_("Move"))
    source = forms.TypedChoiceField(label=_("from"), coerce=int)
    target = forms.TypedChoiceField(label=_("to"), coerce=int)

    def __init__(self, lines: list[PlanLine], data: Any = None) -> None:
        super().__init__(data, prefix="move", initial={"target": lines[1].pk if len(lines) > 1 else None})
        for name in ("source", "target"):
            self.fields[name].choices = [(line.pk, str(line)) for line in lines]  # type: ignore[attr-defined]
