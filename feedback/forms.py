"""The answer form: one press for the verdict, one for the reason."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Reason, Response, Verdict

WAKES_AFTER = timedelta(days=90)
RESPONSE = "response"
CONTACTS = [(kind.value, kind.label) for kind in (Response.Kind.CALL, Response.Kind.EMAIL, Response.Kind.MEETING, Response.Kind.MESSAGE)]
NEXT_STEPS = [("meeting", _("Meeting booked")), ("opportunity", _("Opportunity opened")), ("talking", _("Still talking"))]


class AnswerForm(forms.Form):
    """What sales says about a handoff: a verdict with its reason, or a contact."""

    verdict = forms.ChoiceField(choices=[*Verdict.Value.choices, (RESPONSE, _("Log a contact"))])
    reason = forms.ModelChoiceField(
        Reason.objects.filter(is_active=True), to_field_name="key", required=False,
        error_messages={"invalid_choice": _("Choose a reason from the list.")},
    )
    kind = forms.ChoiceField(choices=[("", ""), *CONTACTS], required=False)
    next_step = forms.ChoiceField(choices=[("", ""), *NEXT_STEPS], required=False)
    evidence = forms.ChoiceField(choices=Verdict.Evidence.choices, required=False)
    note = forms.CharField(max_length=10_000, required=False)
    wake_up_on = forms.DateField(required=False, error_messages={"invalid": _("Write a day such as 2027-03-01.")})


def proposed_wake_up(today: date) -> date:
    return today + WAKES_AFTER
