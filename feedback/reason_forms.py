"""The form of one reason, and the list in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from accounts.forms import VersionedForm
from accounts.models import User
from accounts.sections import Section
from feedback.models import Reason


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


def reasons_words(user: User) -> str:
    n = Reason.objects.filter(is_active=True).count()
    return ngettext("%(n)d reason is offered.", "%(n)d reasons are offered.", n) % {"n": n}


SECTIONS = [Section(__("Reasons"), "feedback:reasons", reasons_words, 60)]
