"""The forms of Settings. What a text may be is decided by the verbs."""

from collections.abc import Callable
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.hours import closed_text, hours_text, read_closed_days, read_hours
from accounts.models import Calendar, Company, Scope, Team, User
from common.errors import DomainError
from common.forms import RefusableForm

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class VersionedForm(RefusableForm):
    """A form of a row that several people edit."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, initial=1)

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def tell_meanwhile(self, now: dict[str, Any]) -> None:
        """Say beside each field what somebody else wrote; saving again is then meant."""
        for name, theirs in now.items():
            if name in self.fields and name != "version" and str(self[name].value() or "") != str(theirs or ""):
                self.add_error(name, _("Now it says: %(theirs)s") % {"theirs": self._words(name, theirs)})
        sent = QueryDict(mutable=True)
        sent.update(self.data)
        sent["version"] = str(now["version"])
        self.data = sent

    def _words(self, name: str, value: Any) -> Any:
        """What a field says, a choice by its label."""
        choices: list[tuple[Any, Any]] = list(flatten_choices(getattr(self.fields[name], "choices", [])))
        labels = {str(key): label for key, label in choices}
        return (labels.get(str(value)) or value) if value else _("nothing")


def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def _zone_field(**options: Any) -> forms.CharField:
    return forms.CharField(max_length=64, widget=forms.TextInput(attrs={"list": "zones"}), **options)


class CompanyForm(VersionedForm):
    name = forms.CharField(label=__("Name"), max_length=120, required=False)
    time_zone = _zone_field(
        label=__("Time zone"), help_text=__("Quarters begin and end in it, and pages show times in it.")
    )
    currency = forms.CharField(label=__("Currency"), max_length=3, help_text=__("A code such as EUR."))
    country = forms.CharField(
        label=__("Country"),
        max_length=80,
        required=False,
        help_text=__("Its public holidays hold for teams without a calendar."),
    )
    fiscal_year_start = forms.TypedChoiceField(
        label=__("First month of the fiscal year"), choices=list(MONTHS.items()), coerce=int
    )

    credit_half_life = forms.IntegerField(
        label=__("Half-life of credit, in days"),
        min_value=1,
        max_value=3650,
        help_text=__("By time decay a touch weighs half as much as one that came so many days later."),
    )

    @staticmethod
    def of(company: Company) -> dict[str, Any]:
        return {name: getattr(company, name) for name in CompanyForm.base_fields}

    zones = staticmethod(_zones)


class TeamForm(VersionedForm):
    name = forms.CharField(label=__("Name"), max_length=80)
    time_zone = _zone_field(label=__("Time zone"), required=False, help_text=__("Empty means the company's."))
    calendar = forms.ModelChoiceField(
        Calendar.objects.all(),
        label=__("Calendar"),
        required=False,
        empty_label=__("Nine to five, Monday to Friday, holidays of the company's country"),
    )

    @staticmethod
    def of(team: Team) -> dict[str, Any]:
        values = {name: getattr(team, name) for name in ("version", "name", "time_zone")}
        return values | {"calendar": team.calendar_id}

    zones = staticmethod(_zones)


class NewTeamForm(TeamForm):
    side = forms.ChoiceField(label=__("Side"), choices=User.Side.choices, widget=forms.RadioSelect)


def _hours_field(day: int) -> forms.CharField:
    return forms.CharField(label=WEEKDAYS[day], max_length=120, required=False)


class CalendarForm(VersionedForm):
    name = forms.CharField(label=__("Name"), max_length=80)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = map(_hours_field, range(7))
    country = forms.CharField(label=__("Public holidays of"), max_length=80, required=False)
    subdivision = forms.CharField(
        label=__("Region"), max_length=10, required=False, help_text=__("A code such as BY for Bavaria.")
    )
    closed = forms.CharField(
        label=__("Closed besides"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=__("One line for each day, such as 2026-12-24 Christmas Eve."),
    )

    @staticmethod
    def of(calendar: Calendar) -> dict[str, Any]:
        values = {name: getattr(calendar, name) for name in ("version", "name", "country", "subdivision")}
        hours = dict(zip(DAYS, map(hours_text, calendar.hours), strict=True))
        return values | hours | {"closed": closed_text(calendar.closed_days.all()) if calendar.pk else ""}

    @property
    def weekdays(self) -> list[forms.BoundField]:
        return [self[day] for day in DAYS]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for day in DAYS:
            self._read(day, read_hours)
        self._read("closed", read_closed_days)
        return found

    def _read(self, name: str, reader: Callable[[str], Any]) -> None:
        try:
            self.cleaned_data[name] = reader(self.cleaned_data.get(name, ""))
        except DomainError as error:
            self.add_error(name, error.message)

    @property
    def facts(self) -> dict[str, Any]:
        kept = {name: self.cleaned_data[name] for name in ("name", "country", "subdivision")}
        return kept | {"hours": [self.cleaned_data[day] for day in DAYS]}


class PersonForm(VersionedForm):
    """Somebody who works here. Only admins give roles."""

    name = forms.CharField(label=__("Name"), max_length=120)
    team = forms.ModelChoiceField(Team.objects.all(), label=__("Team"), required=False, empty_label=__("None"))
    is_manager = forms.BooleanField(
        label=__("Manager of the side"),
        required=False,
        help_text=__("Changes what holds for everybody, and signs for the side."),
    )
    is_staff = forms.BooleanField(
        label=__("Admin"), required=False, help_text=__("Sees and changes everything, and gives roles.")
    )

    def __init__(self, *args: Any, side: str, gives_roles: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(Any, self.fields["team"]).queryset = Team.objects.filter(side=side) if side else Team.objects.all()
        if not gives_roles:
            for role in ("is_manager", "is_staff"):
                self.fields[role].disabled = True

    @staticmethod
    def of(person: User) -> dict[str, Any]:
        values = {name: getattr(person, name) for name in ("version", "name", "is_manager", "is_staff")}
        return values | {"team": person.team_id}


class NewPersonForm(PersonForm):
    email = forms.EmailField(label=__("E-mail"), max_length=254)
    side = forms.ChoiceField(label=__("Side"), choices=User.Side.choices, widget=forms.RadioSelect)


class WorkForm(RefusableForm):
    """What a manager says about the work of a rep."""

    takes_leads = forms.BooleanField(label=__("Takes leads in turn"), required=False)
    capacity = forms.IntegerField(
        label=__("Most open handoffs"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=__("Whoever has so many gets no more. Empty means no limit."),
    )

    @staticmethod
    def of(person: User) -> dict[str, Any]:
        return {"takes_leads": person.takes_leads, "capacity": person.capacity}


def _day_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "invalid": __("Write a day such as 2026-12-24."),
            "required": __("Write the last day, such as 2026-12-24."),
        },
        **options,
    )


class AbsenceForm(RefusableForm):
    first = _day_field(label=__("First day"), required=False, help_text=__("Empty means from now."))
    last = _day_field(label=__("Last day"))


LIVES = [(30, __("30 days")), (90, __("90 days")), (365, __("a year"))]


class TokenForm(RefusableForm):
    """A new key to the API."""

    name = forms.CharField(label=__("What it is for"), max_length=80, help_text=__("Such as Web site or CRM."))
    scopes = forms.MultipleChoiceField(
        label=__("Scopes"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=__(
            "read: whatever you see. intake: take in leads and touches. answer: responses, verdicts, outcomes and"
            " their corrections. manage: everything else that writes. A token never does more than you may."
        ),
    )
    days = forms.TypedChoiceField(
        label=__("Works for"), choices=LIVES, initial=90, coerce=int, widget=forms.RadioSelect
    )
