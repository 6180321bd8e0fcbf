"""What people write into a review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import VersionedForm
from reviews.models import Review


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
