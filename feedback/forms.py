"""The answer form: one press for the verdict, one for the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import company
from common.forms import RefusableForm
from feedback.models import Reason, Response, Verdict

WAKES_AFTER = timedelta(days=90)
RESPONSE = "response"
NO_DAY = dict.fromkeys(("invalid", "required"), _("Write a day such as 2027-03-01."))
CONTACTS = [
    (kind.value, kind.label)
    for kind in (Response.Kind.CALL, Response.Kind.EMAIL, Response.Kind.MEETING, Response.Kind.MESSAGE)
]
NEXT_STEPS = [
    ("meeting", _("Meeting booked")),
    ("opportunity", _("Opportunity opened")),
    ("talking", _("Still talking")),
]
# Which groups of reasons a verdict offers, and what each group calls for.
OFFERED = {
    Verdict.Value.NURTURE: [
        (Reason.Group.TIMING, _("goes to nurture, wakes on the date")),
        (Reason.Group.NO_COMPELLING_NEED, _("marketing reworks the offer")),
    ],
    Verdict.Value.REJECTED: [
        (Reason.Group.WRONG_TARGET, _("marketing retargets")),
        (Reason.Group.DATA_FAULT, _("marketing repairs the source")),
        (Reason.Group.NO_CONTACT, _("back to the sequence")),
    ],
}


def amount_field(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=0, max_digits=14, decimal_places=2, required=False,
        error_messages={"invalid": _("Write 12500 or 12500.00."), "min_value": _("Write an amount of 0 or more.")},
        **options,
    )  # fmt: skip


class AnswerForm(RefusableForm):
    """What sales says about a handoff: a verdict with its reason, or a contact."""

    verdict = forms.ChoiceField(
        choices=[*Verdict.Value.choices, (RESPONSE, _("Log a contact"))],
        error_messages={"required": _("Choose what happened: accept, not now, reject or a contact.")},
    )
    reason = forms.ModelChoiceField(
        Reason.objects.filter(is_active=True),
        to_field_name="key",
        required=False,
        error_messages={"invalid_choice": _("Choose a reason from the list.")},
    )
    kind = forms.ChoiceField(choices=[("", ""), *CONTACTS], required=False)
    next_step = forms.ChoiceField(choices=[("", ""), *NEXT_STEPS], required=False)
    evidence = forms.ChoiceField(choices=Verdict.Evidence.choices, required=False)
    note = forms.CharField(max_length=10_000, required=False)
    wake_up_on = forms.DateField(required=False, error_messages=NO_DAY)
    grade_opinion = forms.ChoiceField(choices=[("", ""), *Verdict.GradeOpinion.choices], required=False)
    excuse = forms.ChoiceField(choices=[("", ""), *Response.Excuse.choices], required=False)
    amount = amount_field()
    expected_on = forms.DateField(required=False, error_messages=NO_DAY)


class ManyForm(AnswerForm):
    """One verdict with its reason for many handoffs; `said` names both, such as `rejected:too_small`."""

    said = forms.CharField(max_length=80, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        if data is not None:
            data = data.copy()
            data["verdict"], _colon, data["reason"] = data.get("said", "").partition(":")
        super().__init__(data)


@dataclass(frozen=True)
class Offer:
    """The reasons of one group as the form offers them."""

    label: str | Promise
    calls_for: str | Promise
    reasons: list[Reason]


def offers(reasons: Iterable[Reason]) -> dict[str, list[Offer]]:
    """The reasons that each verdict offers, by group."""
    of_group: dict[str, list[Reason]] = {}
    for reason in reasons:
        of_group.setdefault(reason.group, []).append(reason)
    return {
        verdict.value: [
            Offer(group.label, calls_for, of_group[group]) for group, calls_for in groups if group in of_group
        ]
        for verdict, groups in OFFERED.items()
    }


def wakes_on(now: datetime) -> date:
    """The day to wake up that the form proposes."""
    return now.astimezone(company.current().zone).date() + WAKES_AFTER
