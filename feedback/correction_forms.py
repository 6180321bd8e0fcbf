"""The forms by which sales tells where a lead ended, and corrects what was said."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import company
from accounts.forms import VersionedForm
from feedback.forms import NO_DAY, amount_field
from feedback.models import Outcome, Reason, Verdict
from feedback.outcomes import End
from feedback.verdicts import Judgement

Grouped = tuple[Any, list[tuple[str, str]]]


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=NO_DAY, **options
    )


def _note(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


def _grouped(reasons: Q, kept: str) -> Iterator[Grouped | tuple[str, Any]]:
    """The reasons that may be chosen, by group; the one that is `kept` stays though it is retired."""
    found = Reason.objects.filter(reasons, Q(is_active=True) | Q(key=kept))
    yield "", _("None")
    for group in Reason.Group:
        if named := [(reason.key, reason.label) for reason in found if reason.group == group]:
            yield group.label, named


class ReasonedForm(VersionedForm):
    """A form that asks for a reason of the shared list."""

    reasons = Q()
    reason = forms.ChoiceField(label=_("Reason"), required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["reason"].choices = list(_grouped(self.reasons, initial.get("reason", "")))  # type: ignore[attr-defined]

    def clean_reason(self) -> Reason | None:
        return Reason.objects.filter(key=self.cleaned_data["reason"]).first()


class VerdictForm(ReasonedForm):
    """What was said about a handoff, to be said anew."""

    reasons = ~Q(group=Reason.Group.LOST)
    field_order = ("verdict", "reason", "evidence", "wake_up_on", "note", "grade_opinion")
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.Value.choices, widget=forms.RadioSelect)
    evidence = forms.ChoiceField(
        label=_("Evidence"), choices=[("", _("Not said")), *Verdict.Evidence.choices], required=False
    )
    wake_up_on = _day(label=_("Wake up on"), required=False, help_text=_("For not now."))
    note = _note(_("In their words"))
    grade_opinion = forms.ChoiceField(
        label=_("Grade"), choices=[("", _("No opinion")), *Verdict.GradeOpinion.choices], required=False
    )

    @staticmethod
    def of(verdict: Verdict) -> dict[str, Any]:
        names = ("version", "verdict", "evidence", "wake_up_on", "note", "grade_opinion")
        said = {name: getattr(verdict, name) for name in names}
        return said | {"reason": verdict.reason.key if verdict.reason else ""}

    @property
    def judgement(self) -> Judgement:
        return Judgement(**self.facts)


class OutcomeForm(ReasonedForm):
    """Where a lead ended, told or told anew."""

    reasons = Q(group=Reason.Group.LOST)
    field_order = ("kind", "on", "amount", "expected_on", "reason", "competitor", "note")
    kind = forms.ChoiceField(label=_("What happened"), choices=Outcome.Kind.choices, widget=forms.RadioSelect)
    on = _day(label=_("On"))
    amount = amount_field(label=_("Amount"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    expected_on = _day(label=_("Expected to close on"), required=False, help_text=_("For an opportunity."))
    competitor = forms.CharField(
        label=_("Lost to"), max_length=120, required=False, help_text=_("The competitor, where there was one.")
    )
    note = _note(_("Note"))

    @staticmethod
    def of(outcome: Outcome) -> dict[str, Any]:
        names = ("version", "kind", "amount", "expected_on", "competitor", "note")
        told = {name: getattr(outcome, name) for name in names}
        return told | {"reason": outcome.reason.key if outcome.reason else "", "on": _local(outcome.at).date()}

    def end(self, now: datetime, known: datetime | None = None) -> End:
        """What the form says. A day alone is told: the moment that is `known` stays while its day does,
        today is now, and any other day its noon."""
        told = self.facts
        return End(at=_moment(told.pop("on"), now, known), **told)


def _moment(day: date, now: datetime, known: datetime | None) -> datetime:
    for moment in (known, now):
        if moment is not None and _local(moment).date() == day:
            return moment
    return datetime.combine(day, time(12), company.current().zone)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(company.current().zone)
