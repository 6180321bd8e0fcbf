"""What people write about an adjustment. What a text may be is decided by the verbs."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.forms import VersionedForm
from accounts.models import User
from campaigns.models import Campaign
from feedback.adjustment_models import LONGEST_TITLE
from feedback.adjustments import KINDS
from feedback.models import Adjustment, Reason
from feedback.shares import Share

DUE_AFTER = timedelta(days=28)
NO_DAY = {"invalid": __("Write a day such as 2027-03-01.")}
WHOLE = "group:"


class ChangeForm(VersionedForm):
    """Title, owner, due day and note of one that is open."""

    title = forms.CharField(label=__("What changes"), max_length=LONGEST_TITLE)
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True, email__isnull=False), label=__("Owner"), empty_label=None
    )
    due_on = forms.DateField(
        label=__("Due on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=NO_DAY
    )
    note = forms.CharField(label=__("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    @staticmethod
    def of(adjustment: Adjustment) -> dict[str, Any]:
        return {
            "title": adjustment.title, "owner": adjustment.owner_id, "due_on": adjustment.due_on,
            "note": adjustment.note, "version": adjustment.version,
        }  # fmt: skip

    def tell_meanwhile(self, now: dict[str, Any]) -> None:
        """The owner is told by name."""
        super().tell_meanwhile(now)
        if "owner" in self.errors:
            theirs = User.objects.filter(pk=now["owner"]).first()
            self.errors["owner"] = self.error_class([_("Now it says: %(theirs)s") % {"theirs": theirs}])


class NewForm(ChangeForm):
    """The same with how far the share before looks back; `shares` by days are shown beside each choice."""

    looks_back = forms.TypedChoiceField(
        label=__("The share before is that of leads handed off in"), coerce=int, widget=forms.RadioSelect
    )
    field_order = ("title", "owner", "due_on", "looks_back", "note")

    def __init__(self, *args: Any, shares: Mapping[int, Share], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(days, _days(days, share)) for days, share in shares.items()]
        self.fields["looks_back"].choices = choices  # type: ignore[attr-defined]


def _days(days: int, share: Share) -> str:
    words = _("the last %(days)d days: %(said)d of %(judged)d")
    return words % {"days": days, "said": share.numerator, "judged": share.denominator}


class AboutForm(forms.Form):
    """Which reason in which campaign."""

    campaign = forms.ModelChoiceField(
        Campaign.objects.all(),
        label=__("Campaign"),
        to_field_name="code",
        empty_label=__("Choose a campaign"),
        error_messages={"invalid_choice": __("There is no campaign with this code.")},
    )
    about = forms.ChoiceField(
        label=__("Reason"), error_messages={"invalid_choice": __("Choose a reason from the list.")}
    )

    def __init__(self, *args: Any, reasons: Iterable[Reason], **options: Any) -> None:
        super().__init__(*args, **options)
        self._reasons = {reason.key: reason for reason in reasons}
        choices = [("", _("Choose a reason")), *_grouped(self._reasons.values())]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]

    @property
    def group_and_reason(self) -> tuple[str, Reason | None]:
        """What a valid form says: a whole group, or one reason of it."""
        about = self.cleaned_data["about"]
        if about.startswith(WHOLE):
            return about.removeprefix(WHOLE), None
        return self._reasons[about].group, self._reasons[about]


def _grouped(reasons: Iterable[Reason]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices by group: all of it first, then each of its reasons."""
    of_group: dict[str, list[tuple[str, str]]] = {}
    for reason in reasons:
        of_group.setdefault(reason.group, []).append((reason.key, reason.label))
    labels = dict(Reason.Group.choices)
    return [
        (
            str(labels[group]),
            [(f"{WHOLE}{group}", _("All of “%(group)s”") % {"group": labels[group]}), *of_group[group]],
        )
        for group in KINDS
        if group in of_group
    ]


def proposed(campaign: Campaign, group: str, reason: Reason | None, *, today: date, by: User) -> dict[str, Any]:
    """What a new adjustment says before anybody writes: a title of its kind, the campaign's owner, four weeks."""
    about = reason.label if reason else Reason.Group(group).label
    title = f"{KINDS[group].label}: {about}"[:LONGEST_TITLE]
    return {"title": title, "owner": campaign.owner_id or by.pk, "due_on": today + DUE_AFTER}
