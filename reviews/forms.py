"""What people write into a review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import VersionedForm
from accounts.models import User
from common.errors import DomainError
from reviews import figures
from reviews.diagnosis import FINDINGS
from reviews.models import Claim, Decision, Overrule, Review
from reviews.values import Unit


class SummaryForm(VersionedForm):
    summary = forms.CharField(
        label=_("The quarter in a sentence or two"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands under the title, also on paper. Leave it empty to show the figures instead."),
    )

    @staticmethod
    def of(review: Review) -> dict[str, Any]:
        return {"summary": review.summary, "version": review.version}


class ClaimForm(VersionedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    kind = forms.ChoiceField(label=_("What it says"), choices=Claim.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Claim"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    behind = forms.CharField(
        label=_("Leads behind it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The address of a number of a review, or the addresses of leads, one in each line."),
    )

    @staticmethod
    def of(claim: Claim | None) -> dict[str, Any]:
        if claim is None:
            return {"kind": Claim.Kind.WORKS, "version": 0}
        behind = claim.behind or "\n".join(f"/leads/{pk}/" for pk in claim.leads)
        return {"kind": claim.kind, "text": claim.text, "behind": behind, "version": claim.version}


class DecisionForm(VersionedForm):
    """What becomes of a campaign. A rate is written in percent."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    kind = forms.ChoiceField(label=_("Decision"), choices=Decision.Kind.choices, widget=forms.RadioSelect)
    rationale = forms.CharField(
        label=_("Why, and what changes"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True, email__isnull=False), label=_("Owner"), empty_label=None
    )
    figure = forms.ChoiceField(label=_("Should move"), required=False)
    hoped = forms.DecimalField(
        label=_("To"), required=False, help_text=_("A rate in percent, money in the company's currency.")
    )
    confirmed = forms.BooleanField(label=_("Abandon it all the same"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(figure.key, figure.label) for figure in figures.FIGURES.values()]
        self.fields["figure"].choices = [("", _("nothing that is counted")), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A hoped-for rate as a fraction."""
        said = super().clean() or {}
        if said.get("hoped") is not None and is_rate(said.get("figure", "")):
            said["hoped"] = said["hoped"] / 100
        return said

    def refuse(self, error: DomainError) -> None:
        """An abandoned campaign that still matures is asked about once more."""
        super().refuse(error)
        if error.code == "still_maturing":
            self.fields["confirmed"].widget = forms.CheckboxInput()

    @staticmethod
    def of(decision: Decision | None, by: User) -> dict[str, Any]:
        if decision is None or not decision.kind:
            return {"owner": by.pk, "version": decision.version if decision else 0}
        hoped = decision.hoped
        if hoped is not None:
            hoped = (hoped * 100 if is_rate(decision.figure) else hoped).normalize()
        return {
            "kind": decision.kind, "rationale": decision.rationale, "owner": decision.owner_id,
            "figure": decision.figure, "hoped": hoped if hoped is None else f"{hoped:f}", "version": decision.version,
        }  # fmt: skip


class OverruleForm(VersionedForm):
    """Another diagnosis, with a note."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    diagnosis = forms.ChoiceField(
        label=_("Diagnosis"), choices=[(f.value, words) for f, (words, _tone) in FINDINGS.items()],
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    @staticmethod
    def of(row: Overrule | None) -> dict[str, Any]:
        if row is None or not row.diagnosis:
            return {"version": row.version if row else 0}
        return {"diagnosis": row.diagnosis, "note": row.note, "version": row.version}


def is_rate(figure: str) -> bool:
    """Whether people write the figure in percent."""
    return figure in figures.FIGURES and figures.FIGURES[figure].unit == Unit.RATE
