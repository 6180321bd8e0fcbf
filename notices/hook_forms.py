"""The forms of an address of another program. What may be in them is decided by the verbs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import VersionedForm
from common.forms import RefusableForm
from notices import events
from notices.models import WebhookEndpoint


class _Named(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What it is, such as “CRM”."))
    events = forms.MultipleChoiceField(label=_("What it gets"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(kind.key, f"{kind.label} ({kind.key})") for kind in events.offered()]
        self.fields["events"].choices = offered  # type: ignore[attr-defined]


class NewWebhookForm(_Named):
    """A new address."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=_("Public, and beginning with https. It is not shown again."),
    )
    form = forms.ChoiceField(
        label=_("In which form"),
        choices=WebhookEndpoint.Form.choices,
        widget=forms.RadioSelect,
        initial=WebhookEndpoint.Form.EVENT,
    )
    field_order = ("name", "url", "form", "events")

    @property
    def facts(self) -> dict[str, Any]:
        """What `subscribe` takes."""
        said = dict(self.cleaned_data)
        return {"wanted": said.pop("events"), **said}


class WebhookForm(VersionedForm, _Named):
    """What of an address may be changed."""

    @staticmethod
    def of(endpoint: WebhookEndpoint) -> dict[str, Any]:
        return {"name": endpoint.name, "events": endpoint.kinds, "version": endpoint.version}

    @property
    def said(self) -> dict[str, Any]:
        """What `change` takes."""
        told = self.facts
        return {"name": told["name"], "wanted": told["events"], "version": self.cleaned_data["version"]}
