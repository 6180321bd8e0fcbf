"""The hosted form: the fields that a marketer chose, a trap for programs, and a stamp that says when it was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from leads.capture.reading import COLUMNS, REFERRER, Told, told_of, tracked
from leads.models import CaptureAddress

# Nobody writes an address sooner.
FASTEST = timedelta(seconds=2)
# A form that was open for longer is shown again, with what was typed.
OPEN_FOR = timedelta(hours=24)
STAMP, TRAP, CONSENT, RETURN = "stamp", "second_subject", "consent_given", "return_to"
OURS = (STAMP, TRAP, CONSENT, RETURN)
LONGEST_REFERRER = 500

# What a form may ask for, in the order in which it is offered, and what browsers fill in by themselves.
OFFERED: dict[str, str] = {
    "email": "email", "name": "name", "first_name": "given-name", "last_name": "family-name",
    "job_title": "organization-title", "organisation": "organization", "phone": "tel", "country": "country-name",
    "website": "url", "employees": "off", "industry": "off", "note": "off",
}  # fmt: skip
LABELS = {
    "email": __("E-mail"), "name": __("Name"), "first_name": __("First name"), "last_name": __("Last name"),
    "job_title": __("Job title"), "organisation": __("Organisation"), "phone": __("Phone"), "country": __("Country"),
    "website": __("Web site"), "employees": __("Employees"), "industry": __("Industry"), "note": __("Message"),
}  # fmt: skip
INPUTS = {"email": ("email", "email"), "phone": ("tel", "tel"), "employees": ("text", "numeric")}


class HostedForm(forms.Form):
    """The form of one address. What a text may be is decided by the columns of a file of leads."""

    def __init__(self, *args: Any, address: CaptureAddress, **options: Any) -> None:
        super().__init__(*args, **options)
        for asked in address.fields:
            self.fields[asked["name"]] = _field(asked["name"], required=asked["required"])
        if address.consent:
            sentence = {"required": _("Tick this, or nothing can be sent.")}
            required = address.consent_required
            self.fields[CONSENT] = forms.BooleanField(label=address.consent, required=required, error_messages=sentence)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that people see."""
        return list(self)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for column in COLUMNS:
            if text := found.get(column.name):
                try:
                    column.parse(text)
                except ValueError as error:
                    self.add_error(column.name, str(error))
        return found


def _field(name: str, *, required: bool) -> forms.CharField:
    kind, mode = INPUTS.get(name, ("text", "text"))
    attrs = {"autocomplete": OFFERED[name], "inputmode": mode}
    widget = forms.Textarea(attrs={"rows": 4}) if name == "note" else forms.TextInput(attrs={**attrs, "type": kind})
    return forms.CharField(
        label=LABELS[name], required=required, widget=widget, max_length=10_000,
        error_messages={"required": _("Fill this in.")},
    )  # fmt: skip


def stamp_of(address: CaptureAddress, *, referrer: str, at: datetime) -> str:
    """When the form was shown, and from where somebody came to it, signed."""
    said = {"at": at.timestamp(), "referrer": referrer[:LONGEST_REFERRER]}
    return signing.dumps(said, salt=f"capture {address.key}", compress=True)


@dataclass(frozen=True)
class Stamp:
    """What the stamp of a form says: how long it was open, and from where somebody came to it."""

    age: timedelta
    referrer: str

    @property
    def is_too_young(self) -> bool:
        return self.age < FASTEST

    @property
    def is_too_old(self) -> bool:
        return self.age > OPEN_FOR


def stamp_read(address: CaptureAddress, text: str, *, at: datetime) -> Stamp | None:
    """What a stamp says; None where it is none of ours."""
    try:
        said = signing.loads(text, salt=f"capture {address.key}")
    except signing.BadSignature:
        return None
    return Stamp(timedelta(seconds=at.timestamp() - said["at"]), said["referrer"])


def told_by(sent: Mapping[str, str], query: Mapping[str, str], referrer: str) -> Told:
    """What a form told, with the way by which somebody came. Raises DomainError `refused`."""
    told = told_of({name: text for name, text in sent.items() if name not in OURS})
    page, _mark, asked = referrer.partition("#")[0].partition("?")
    # Of the page only its place is kept: what stands behind it may be anybody's secret.
    came = {**({REFERRER: page} if page else {}), **tracked(query, dict(parse_qsl(asked)))}
    told.facts = {**came, **told.facts}
    return told


def agreed(address: CaptureAddress, *, at: datetime) -> dict[str, Any]:
    """What somebody consented to: the text, its version, and when."""
    return {"text": address.consent, "version": address.consent_version, "at": at.isoformat()}
