"""The forms of service levels and routing rules."""

from copy import deepcopy
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.forms import VersionedForm
from accounts.models import Company, Team, User
from common.errors import DomainError
from common.forms import RefusableForm
from leads.definition_forms import FitForm
from leads.handoffs import HANDED_OFF_GRADES
from leads.models import Criterion, RoutingRule, ServiceLevel
from leads.routing_rules import MOST_CONDITIONS, condition_of, condition_text


class LevelForm(RefusableForm):
    """A service level that is added."""

    grade = forms.ChoiceField(
        label=_("Grade"), choices=[(str(grade), str(grade)) for grade in HANDED_OFF_GRADES], widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(label=_("What is due"), choices=ServiceLevel.Kind.choices, widget=forms.RadioSelect)
    amount = forms.IntegerField(label=_("Within"), min_value=1, max_value=200)
    unit = forms.ChoiceField(label=_("Counted in"), choices=ServiceLevel.Unit.choices)
    valid_from = forms.DateTimeField(
        label=_("Holds from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty means from now."),
        error_messages={"invalid": _("Write a day and a time such as 2026-10-08 14:30.")},
    )


class HandingOffForm(VersionedForm):
    """What passes to sales by itself."""

    hands_off_a = forms.BooleanField(label=_("Hand off grade A at once"), required=False)
    hands_off_b = forms.BooleanField(
        label=_("Hand off grade B at once"),
        required=False,
        help_text=_("Where it is off, leads of the grade wait with marketing until somebody hands them off."),
    )
    wakes_to_another = forms.BooleanField(
        label=_("A lead that wakes up goes to another rep than the one who put it off"), required=False
    )

    @staticmethod
    def of(company: Company) -> dict[str, Any]:
        return {name: getattr(company, name) for name in HandingOffForm.base_fields}


class ConditionForm(forms.Form):
    """One condition, asked as a fit criterion asks; a line that nobody filled in is left out."""

    fact, test, text = (deepcopy(FitForm.base_fields[name]) for name in ("fact", "test", "text"))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["test"].initial = Criterion.Test.ONE_OF.value

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if {"fact", "test", "text"} <= found.keys():
            try:
                found["condition"] = condition_of(found["fact"], found["test"], found["text"])
            except DomainError as error:
                self.add_error("text", error.message)
        return found


Lines = formset_factory(ConditionForm, extra=2, can_delete=True, max_num=MOST_CONDITIONS, validate_max=True)


class RuleForm(VersionedForm):
    """A routing rule: its conditions, and who gets the leads for which they hold."""

    name = forms.CharField(label=_("Name"), max_length=80)
    way = forms.ChoiceField(label=_("Goes to"), choices=RoutingRule.Way.choices, widget=forms.RadioSelect)
    team = forms.ModelChoiceField(
        Team.objects.filter(side=User.Side.SALES), label=_("Team"), required=False, empty_label=_("All teams of sales"),
        help_text=_("For in turn, the fewest open and a queue."),
    )  # fmt: skip
    person = forms.ModelChoiceField(
        User.objects.filter(side=User.Side.SALES, is_active=True), label=_("Person"), required=False,
        empty_label=_("Nobody"), help_text=_("For a named person."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.lines: BaseFormSet[Any] = Lines(data, initial=initial.get("conditions", []), prefix="condition")

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.lines.is_valid()])

    def only_shown(self) -> None:
        super().only_shown()
        self.lines.extra = 0
        for line in self.lines.forms:
            for field in line.fields.values():
                field.disabled = True

    @property
    def facts(self) -> dict[str, Any]:
        kept = [line for line in self.lines.forms if line not in self.lines.deleted_forms]
        said = [line.cleaned_data["condition"] for line in kept if "condition" in line.cleaned_data]
        return super().facts | {"conditions": said}

    @staticmethod
    def of(rule: RoutingRule) -> dict[str, Any]:
        """What a rule says, as the form holds it."""
        said = {"version": rule.version, "name": rule.name, "way": rule.way, "team": rule.team_id}
        return said | {"person": rule.person_id, "conditions": [condition_text(one) for one in rule.conditions]}
