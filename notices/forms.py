"""What people choose about notices, and the addresses that managers add."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from common.errors import DomainError
from notices import kinds
from notices.kinds import WEEKLY, WEEKLY_LABEL, Way
from notices.models import WebhookEndpoint
from notices.wishes import choose, choose_webhook_kinds, ways_of

WEEKLY_WAYS = [(Way.AT_ONCE, _("By mail")), (Way.NEVER, Way.NEVER.label)]


class WishesForm(forms.Form):
    """A choice for each kind that the person may hear of, and the kinds of the person's own webhook."""

    def __init__(self, data: Any = None, *, person: User) -> None:
        self.person = person
        self.webhook = WebhookEndpoint.objects.in_use().filter(person=person).first()
        super().__init__(data)
        ways = ways_of(person)
        offered = kinds.of(person)
        for kind in offered:
            self.fields[kind.key] = _way(kind.label, Way.choices, ways[kind.key])
        self.fields[WEEKLY] = _way(WEEKLY_LABEL, WEEKLY_WAYS, ways[WEEKLY])
        if self.webhook:
            self.fields["webhook"] = forms.MultipleChoiceField(
                label=_("What goes to %(host)s as well") % {"host": self.webhook.host},
                choices=[(kind.key, kind.label) for kind in offered],
                widget=forms.CheckboxSelectMultiple,
                initial=self.webhook.kinds,
                required=False,
            )

    def save(self) -> None:
        chosen = dict(self.cleaned_data)
        wanted = chosen.pop("webhook", None)
        choose(self.person, {key: Way(way) for key, way in chosen.items()})
        if wanted is not None:
            choose_webhook_kinds(self.person, wanted)


class AddressForm(forms.Form):
    """A new address for a team or a person of the manager's side."""

    owner = forms.ChoiceField(label=_("Whose news"))
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=_("From Slack, Mattermost or what takes the same form. It is not shown again."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it gets"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A person changes this later under “What reaches you, and how”."),
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        side = Q() if by.is_staff else Q(side=by.side)
        self.owners: dict[str, Any] = {f"team-{team.pk}": team for team in Team.objects.filter(side)}
        people = {f"person-{user.pk}": user for user in User.objects.filter(side, is_active=True)}
        groups = ((_("Teams"), self.owners), (_("People"), people))
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (label, [(key, str(owner)) for key, owner in owners.items()]) for label, owners in groups if owners
        ]
        self.owners |= people
        self.fields["kinds"].choices = [(kind.key, kind.label) for kind in kinds.of_teams()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What `webhooks.add` takes."""
        owner = self.owners[self.cleaned_data["owner"]]
        return {
            "url": self.cleaned_data["url"],
            "team": owner if isinstance(owner, Team) else None,
            "person": owner if isinstance(owner, User) else None,
            "wanted": self.cleaned_data["kinds"],
        }

    def refuse(self, error: DomainError) -> None:
        """Show what the verb refused, beside the field where it belongs to one."""
        for name, sentence in error.fields.items():
            self.add_error(name, sentence)
        if not error.fields:
            self.add_error(None, error.message)


def _way(label: Any, choices: Any, initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, initial=initial)
