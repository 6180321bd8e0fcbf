"""The form of a draft: one line per criterion, and where the grades start."""

from typing import Any, TypeAlias

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from common.errors import DomainError
from leads.criteria import FIT_TESTS, fact_named, touch_test, value_of, value_text
from leads.defining import Rules
from leads.facts import fact_words
from leads.models import Criterion, LeadDefinition, Touch

MOST = 60
POINTS = 200
Test = Criterion.Test


class WholeForm(forms.Form):
    """Half-life and thresholds."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    from_a = forms.IntegerField(label=__("A from"), min_value=-1000, max_value=1000)
    from_b = forms.IntegerField(label=__("B from"), min_value=-1000, max_value=1000)
    from_c = forms.IntegerField(label=__("C from"), min_value=-1000, max_value=1000)
    half_life_days = forms.IntegerField(label=__("Engagement halves every … days"), min_value=1, max_value=3650)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        starts = [found[name] for name in ("from_a", "from_b", "from_c") if found.get(name) is not None]
        if len(starts) == 3 and not starts[0] > starts[1] > starts[2]:
            self.add_error("from_a", _("A must start above B, and B above C."))
        return found


class CriterionForm(forms.Form):
    """What both halves have in common. A line that nobody filled in is left out."""

    label = forms.CharField(
        label=__("Criterion"), max_length=120, error_messages={"required": __("Write what it is called.")}
    )
    points = forms.IntegerField(
        label=__("Points"), min_value=-POINTS, max_value=POINTS, error_messages={"required": __("Write the points.")}
    )

    half = Criterion.Half.FIT

    def criterion(self) -> Criterion:
        """The criterion of a valid line, not saved."""
        facts = {name: self.cleaned_data[name] for name in ("label", "points", "fact", "test", "value")}
        return Criterion(half=self.half, **facts)


class FitForm(CriterionForm):
    fact = forms.CharField(
        label=__("Fact"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "facts"}),
        error_messages={"required": __("Write which fact is looked at.")},
    )
    test = forms.ChoiceField(label=__("Test"), choices=[(t.value, t.label) for t in FIT_TESTS], initial=FIT_TESTS[0])
    text = forms.CharField(
        label=__("Words, or from and to"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=__("Words separated by commas; a star stands for any ending. Numbers: 50-199, or 200- and more."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        _try(self, "fact", "fact", lambda: fact_named(found["fact"]))
        _try(self, "text", "value", lambda: value_of(found["test"], found["text"]))
        return found

    @property
    def words(self) -> str:
        """What the line asks, as it is written."""
        test = dict(Test.choices).get(self["test"].value() or "", "")
        return f"{self['fact'].value() or ''} {test} {self['text'].value() or ''}"


class EngagementForm(CriterionForm):
    half = Criterion.Half.ENGAGEMENT
    kinds = forms.MultipleChoiceField(
        label=__("Kinds of touches"), choices=Touch.Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    count = forms.IntegerField(label=__("Or so many touches of any kind"), required=False, min_value=1, max_value=1000)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        _try(self, "kinds", "value", lambda: touch_test(found["kinds"], found["count"]))
        found["fact"] = "touches"
        if "value" in found:
            found["test"], found["value"] = found["value"]
        return found

    @property
    def words(self) -> str:
        """What the line asks, as it is written."""
        if count := self["count"].value():
            return _("at least %(n)s touches of any kind") % {"n": count}
        labels = dict(Touch.Kind.choices)
        return ", ".join(str(labels.get(kind, kind)) for kind in self["kinds"].value() or [])


def _try(form: forms.Form, field: str, name: str, read: Any) -> None:
    try:
        form.cleaned_data[name] = read()
    except DomainError as error:
        form.add_error(field, error.message)
    except KeyError:
        pass  # a field that it needs has said what is wrong


Lines: TypeAlias = "BaseFormSet[Any]"
FitLines = formset_factory(FitForm, extra=1, can_order=True, can_delete=True, max_num=MOST, validate_max=True)
EngagementLines = formset_factory(
    EngagementForm, extra=1, can_order=True, can_delete=True, max_num=MOST, validate_max=True
)


class DraftForm:
    """The three parts of the form of a draft, as one."""

    def __init__(self, draft: LeadDefinition, sent: QueryDict | None = None) -> None:
        whole = {name: getattr(draft, name) for name in WholeForm.base_fields}
        self.whole = WholeForm(sent, initial=whole)
        fit = [_fit(c) for c in draft.rules if c.half == Criterion.Half.FIT]
        engagement = [_engagement(c) for c in draft.rules if c.half == Criterion.Half.ENGAGEMENT]
        self.fit: Lines = FitLines(sent, initial=fit, prefix="fit")
        self.engagement: Lines = EngagementLines(sent, initial=engagement, prefix="engagement")

    def is_valid(self) -> bool:
        return all([self.whole.is_valid(), self.fit.is_valid(), self.engagement.is_valid()])

    @property
    def rules(self) -> Rules:
        """What a valid form says."""
        whole = {name: self.whole.cleaned_data[name] for name in ("half_life_days", "from_a", "from_b", "from_c")}
        kept = [form.criterion() for lines in (self.fit, self.engagement) for form in _kept(lines)]
        return Rules(criteria=kept, **whole)

    @property
    def faults(self) -> list[str]:
        """Every fault in a sentence that names its line."""
        told = [str(words) for errors in self.whole.errors.values() for words in errors]
        for lines in (self.fit, self.engagement):
            told += map(str, lines.non_form_errors())
            for form in lines.forms:
                name = form["label"].value() or _("New criterion")
                told += [
                    f"{name}, {form.fields[field].label}: {words}" if field in form.fields else f"{name}: {words}"
                    for field, errors in form.errors.items()
                    for words in errors
                ]
        return told


def _kept(lines: Lines) -> list[Any]:
    """The lines that say something, in the order of their places, a new one last."""
    said = [form for form in lines.forms if form.cleaned_data.get("label") and form not in lines.deleted_forms]
    return sorted(said, key=_place)


def _place(form: Any) -> float:
    """Where a line goes: one that was moved wins over the line that has the place."""
    place, was = form.cleaned_data.get("ORDER"), form.fields["ORDER"].initial
    if place is None or was is None:
        return float(MOST + 1 if place is None else place - 0.5)
    return float(place) + (0.5 if place > was else -0.5 if place < was else 0)


def _fit(criterion: Criterion) -> dict[str, Any]:
    fact = fact_words(criterion.fact)
    return {"label": criterion.label, "points": criterion.points, "fact": fact, "test": criterion.test,
            "text": value_text(criterion)}  # fmt: skip


def _engagement(criterion: Criterion) -> dict[str, Any]:
    counts = criterion.test == Test.TOUCH_COUNT
    return {"label": criterion.label, "points": criterion.points, "kinds": [] if counts else criterion.value,
            "count": criterion.value if counts else None}  # fmt: skip
