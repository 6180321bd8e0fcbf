"""The forms on which marketing keeps capture addresses and mends posts. What a text may be is decided by the verbs."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as __

from accounts.forms import VersionedForm
from campaigns.forms import LinesField
from common.forms import RefusableForm
from leads.capture.hosted import LABELS, OFFERED
from leads.models import CaptureAddress, Submission, Touch

Kind = CaptureAddress.Kind
MOST = 60_000
ASKS = [("", __("not asked")), ("optional", __("optional")), ("required", __("required"))]
# What the form says, and what only pages of own sites need.
OF_THE_FORM = ("title", "intro", "consent", "consent_required", "thanks")
OF_SITES = ("sites", "returns", "per_client")
TEXTS = ("name", "touch_kind", "source", "is_on", "per_minute")


def _long(**options: Any) -> forms.CharField:
    return forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}), **options)


class AddressForm(VersionedForm):
    name = forms.CharField(
        label=__("Name"), max_length=120, help_text=__("What it is called here; nobody else sees it.")
    )
    touch_kind = forms.ChoiceField(label=__("Kind of touch"), choices=Touch.Kind.choices)
    source = forms.CharField(
        label=__("Source"), max_length=120, required=False, help_text=__("Empty means what utm_source says.")
    )
    title = forms.CharField(
        label=__("Title"), max_length=120, required=False, help_text=__("Empty means the name of the campaign.")
    )
    intro = _long(label=__("Introduction"), max_length=1000)
    consent = _long(
        label=__("Consent text"), max_length=2000, help_text=__("Asked with a box to tick. Empty means not asked.")
    )
    consent_required = forms.BooleanField(label=__("Nobody can send without consent"), required=False)
    thanks = _long(label=__("Thanks"), max_length=1000, help_text=__("Shown when it was sent."))
    returns = LinesField(
        label=__("Pages to go on to"),
        required=False,
        help_text=__("One in a line, such as https://www.example.com/thanks. The first is used where none is named."),
    )
    sites = LinesField(
        label=__("Sites"),
        required=False,
        help_text=__(
            "One in a line, such as https://www.example.com: they may frame the form, and their pages may post."
        ),
    )
    per_minute = forms.IntegerField(label=__("Posts in a minute"), min_value=1, max_value=MOST)
    per_client = forms.IntegerField(label=__("Of them from one client address"), min_value=1, max_value=MOST)
    is_on = forms.BooleanField(label=__("It takes leads"), required=False)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        for name in (*OF_THE_FORM, *OF_SITES):
            if kind not in (Kind.FORM, Kind.SITE) or (kind == Kind.SITE and name in OF_THE_FORM):
                del self.fields[name]
        for name in OFFERED if kind == Kind.FORM else ():
            self._ask(name)

    def _ask(self, name: str) -> None:
        if name != "email":
            self.fields[f"ask_{name}"] = forms.ChoiceField(label=LABELS[name], choices=ASKS, required=False)
        self.fields[f"place_{name}"] = forms.IntegerField(label=LABELS[name], min_value=1, max_value=99, required=False)

    @property
    def asking(self) -> Iterator[tuple[Any, Any, Any]]:
        """The label of each field that can be asked for, whether it is, and its place."""
        for name, label in LABELS.items():
            yield label, self[f"ask_{name}"] if f"ask_{name}" in self.fields else None, self[f"place_{name}"]

    @property
    def facts(self) -> dict[str, Any]:
        said = {name: value for name, value in super().facts.items() if not name.startswith(("ask_", "place_"))}
        if self.kind == Kind.FORM:
            said["fields"] = self._fields()
        return said

    def _fields(self) -> list[dict[str, Any]]:
        """The fields by their places; those without one come last, in the order in which they are offered."""
        asked = [name for name in OFFERED if name == "email" or self.cleaned_data.get(f"ask_{name}")]
        asked.sort(key=lambda name: self.cleaned_data.get(f"place_{name}") or 100)
        return [{"name": name, "required": self.cleaned_data.get(f"ask_{name}") == "required"} for name in asked]

    @staticmethod
    def of(address: CaptureAddress) -> dict[str, Any]:
        said: dict[str, Any] = {name: getattr(address, name) for name in (*TEXTS, *OF_THE_FORM, *OF_SITES)}
        said |= {name: "\n".join(said[name]) for name in ("sites", "returns")}
        for place, field in enumerate(address.fields, 1):
            said[f"ask_{field['name']}"] = "required" if field["required"] else "optional"
            said[f"place_{field['name']}"] = place
        return said | {"version": address.version}

    @staticmethod
    def new() -> dict[str, Any]:
        """What a new address begins with."""
        begins = CaptureAddress(fields=[{"name": "email", "required": True}, {"name": "name", "required": False}])
        return AddressForm.of(begins)


class PostForm(RefusableForm):
    """The texts of a post, to be mended."""

    def __init__(self, *args: Any, post: Submission, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in LABELS.items():
            text = post.values.get(name, "")
            kind = forms.Textarea(attrs={"rows": 3}) if name == "note" else forms.TextInput()
            self.fields[name] = forms.CharField(
                label=label, required=False, initial=text, widget=kind, max_length=10_000
            )
        self.fields["external_id"] = forms.CharField(
            label=__("External id"), required=False, initial=post.values.get("external_id", ""), max_length=120
        )


class SecretsForm(RefusableForm):
    """What Meta knows of its app; what is kept is never shown, and stays where a field is left empty."""

    secret = forms.CharField(
        label=__("App secret"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    token = forms.CharField(
        label=__("Page access token"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=__("Meta tells the id of a lead alone: with the token we ask who it is."),
    )
