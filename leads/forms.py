"""The forms of the lead page. What a text may be is decided by the verbs, so that a form, a file
and the API refuse the same."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models import Campaign
from common.forms import RefusableForm
from leads.editing import FIELDS, told
from leads.models import Lead, Organisation, Touch
from leads.privacy import WHYS
from leads.reassigning import reps

LINES = {"note": 3}
LABELS = {"name": _("Name in full")}
NEW_FACTS = 2
ORGANISATION_FIELDS = ("name", "domain", "industry", "employees", "country", "owner")


class LeadForm(RefusableForm):
    """The fields of a lead, each beside what it was when the form was opened: only what the person
    changed is sent on, so that two people who edit different fields lose nothing."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: QueryDict | None = None, *, lead: Lead) -> None:
        self.lead = lead
        values = told(lead)
        super().__init__(data, initial={**values, "version": lead.version})
        self.kept_facts = lead.facts
        for name in FIELDS:
            widget = forms.Textarea(attrs={"rows": LINES[name]}) if name in LINES else forms.TextInput()
            widget.attrs["autocomplete"] = "off"
            label = LABELS.get(name) or str(getattr(Lead._meta.get_field(name), "verbose_name", name)).capitalize()
            self.fields[name] = forms.CharField(label=label, required=False, widget=widget, show_hidden_initial=True)

    @property
    def changes(self) -> dict[str, Any]:
        """The texts that the person changed, by field, as `edit_lead` takes them."""
        data = self.cleaned_data
        changed = {name: _lines(data[name]) for name in self.changed_data if name in FIELDS}
        facts = {name.strip(): _lines(now) for name, now, was in self._sent_facts() if name and now != was}
        return {**changed, "facts": facts} if facts else changed

    @property
    def opened_with(self) -> dict[str, str]:
        """What the fields held when the person opened the form."""
        sent = {name: self.data.get(self.add_initial_prefix(name)) for name in FIELDS}
        opened = {name: _lines(was) for name, was in sent.items() if was is not None}
        return opened | {f"facts.{name.strip()}": _lines(was) for name, _now, was in self._sent_facts() if was}

    def _sent_facts(self) -> list[tuple[str, str, str]]:
        if not isinstance(self.data, QueryDict):
            return []
        names, values, were = (self.data.getlist(f"fact_{part}") for part in ("name", "value", "was"))
        return list(zip(names, values, were, strict=False))

    @property
    def facts(self) -> list[dict[str, str]]:
        """The lines of further facts: name, value as typed, and what is kept."""
        typed = {name: now for name, now, was in self._sent_facts() if now != was or not was}
        lines = [{"name": n, "value": typed.pop(n, v), "was": v} for n, v in self.kept_facts.items()]
        new = [{"name": name, "value": value, "was": ""} for name, value in typed.items() if name or value]
        return lines + new + [{"name": "", "value": "", "was": ""}] * NEW_FACTS


class OrganisationForm(RefusableForm):
    """The fields of an organisation, each beside what it was when the form was opened: only what the person
    changed is sent on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: QueryDict | None = None, *, organisation: Organisation) -> None:
        self.organisation = organisation
        values = {name: getattr(organisation, name) for name in ORGANISATION_FIELDS}
        super().__init__(data, initial={**values, "version": organisation.version})
        for name in ORGANISATION_FIELDS:
            label = str(getattr(Organisation._meta.get_field(name), "verbose_name", name)).capitalize()
            if name == "owner":
                self.fields[name] = _OwnerField(
                    User.objects.filter(Q(pk__in=reps()) | Q(pk=organisation.owner_id)),
                    label=label, required=False, empty_label=_("Nobody"), show_hidden_initial=True,
                )  # fmt: skip
            else:
                widget = forms.TextInput(attrs={"autocomplete": "off"})
                self.fields[name] = forms.CharField(
                    label=label, required=False, widget=widget, show_hidden_initial=True
                )  # fmt: skip

    @property
    def changes(self) -> dict[str, Any]:
        """What the person changed, by field, as `edit_organisation` takes it."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in ORGANISATION_FIELDS}

    def differences(self, now: Organisation) -> list[dict[str, Any]]:
        """The fields that somebody else changed since the form was opened, and what was typed."""
        lines = []
        for name in ORGANISATION_FIELDS:
            was, theirs = self.data.get(self.add_initial_prefix(name), ""), _plain(getattr(now, name))
            if was != theirs:
                yours = self.data.get(name) if name in self.changes else None
                texts = {"was": was, "theirs": theirs, "yours": yours}
                if name == "owner":
                    texts = {key: pk and self._person(pk) for key, pk in texts.items()}
                lines.append({"label": self.fields[name].label, **texts})
        return lines

    def _person(self, pk: str) -> str:
        return str(User.objects.filter(pk=int(pk)).first() or "") if pk.isdecimal() and len(pk) < 19 else ""

    def over(self, now: Organisation) -> "OrganisationForm":
        """A form of the organisation as it is `now`, with what was typed over it."""
        data = QueryDict(mutable=True)
        data["version"] = str(now.version)
        for name in ORGANISATION_FIELDS:
            data[f"initial-{name}"] = _plain(getattr(now, name))
            typed = self.data.get(name, "") if name in self.changes else data.get(f"initial-{name}")
            data[name] = str(typed)
        return OrganisationForm(data, organisation=now)


class _OwnerField(forms.ModelChoiceField):
    default_error_messages: ClassVar = {"invalid_choice": _("Choose somebody of sales who takes leads.")}


def _plain(value: Any) -> str:
    """A value as its control holds it."""
    return "" if value is None else str(value.pk if isinstance(value, User) else value)


def _lines(text: str) -> str:
    """Browsers end the lines of a form as mail does."""
    return text.replace("\r\n", "\n")


def form_over(lead: Lead, changes: Mapping[str, Any]) -> LeadForm:
    """A form of `lead` as it is now, with somebody's `changes` typed over it."""
    data = QueryDict(mutable=True)
    data["version"] = str(lead.version)
    for name in FIELDS:
        now = told(lead)[name]
        data[f"initial-{name}"] = "" if now is None else str(now)
        data[name] = changes.get(name, data[f"initial-{name}"])
    for name, text in changes.get("facts", {}).items():
        data.appendlist("fact_name", name)
        data.appendlist("fact_value", text)
        data.appendlist("fact_was", lead.facts.get(name, ""))
    return LeadForm(data, lead=lead)


class TouchForm(RefusableForm):
    """One contact that somebody had with a campaign."""

    kind = forms.ChoiceField(
        label=_("What it was"),
        choices=Touch.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the contact was.")},
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        to_field_name="code",
        label=_("Campaign"),
        required=False,
        empty_label=_("None"),
        error_messages={"invalid_choice": _("Choose a campaign from the list.")},
    )
    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty means now."),
        error_messages={"invalid": _("Write a day and a time such as 2026-10-08 14:30.")},
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: QueryDict | None = None, *, campaigns: Any) -> None:
        super().__init__(data)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]


class WishForm(RefusableForm):
    """May the person be contacted?"""

    contact = forms.ChoiceField(choices=[("no", _("Do not contact")), ("yes", _("May be contacted"))])
    why = forms.CharField(label=_("What they said"), required=False, max_length=200)


class ErasureForm(RefusableForm):
    """Why a person is erased."""

    why = forms.ChoiceField(
        label=_("Why"),
        choices=WHYS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the person is erased.")},
    )
