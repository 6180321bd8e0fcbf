"""The form of one reason, and the list in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from accounts.forms import VersionedForm
from accounts.models import User
from accounts.sections import Section
from feedback.models import Reason, ReasonChange


class ReasonForm(VersionedForm):
    label = forms.CharField(label=__("Reason"), max_length=120, help_text=__("As sales reads it on a button."))
    group = forms.ChoiceField(
        label=__("Group"), choices=Reason.Group.choices, widget=forms.RadioSelect,
        help_text=__("What was said with it before counts in its group of today."),
    )  # fmt: skip
    needs_note = forms.BooleanField(label=__("Needs a note"), required=False)

    @staticmethod
    def of(reason: Reason) -> dict[str, Any]:
        return {name: getattr(reason, name) for name in ("version", "label", "group", "needs_note")}


NAMES = {"label": __("name"), "group": __("group"), "needs_note": __("needs a note"), "place": __("place")}


def change_words(change: ReasonChange) -> str:
    """From what to what each field of a reason was changed."""
    told = [f"{NAMES[name]}: {_value(name, was)} → {_value(name, now)}" for name, (was, now) in change.changes.items()]
    return " · ".join(told)


def _value(name: str, value: Any) -> str:
    if name == "group":
        return str(dict(Reason.Group.choices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"“{value}”" if isinstance(value, str) else str(value)


def reasons_words(user: User) -> str:
    n = Reason.objects.filter(is_active=True).count()
    return ngettext("%(n)d reason is offered.", "%(n)d reasons are offered.", n) % {"n": n}


SECTIONS = [Section(__("Reasons"), "feedback:reasons", reasons_words, 60)]
