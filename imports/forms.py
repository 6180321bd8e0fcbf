"""What a person says about a file: which it is, how it is read, and what its columns become."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from common.tables import DELIMITERS, ENCODINGS
from imports import kinds
from imports.kinds import EXTRA, IGNORED, ForAllRows, Kind
from imports.models import Import
from imports.preparing import Answers

MOST_HEADER_ROWS = 10
NO_HEADER = "none"
# Offered to the browser's file dialogue; what a file is, its content decides.
ACCEPTED = ".csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values"


class UploadForm(forms.Form):
    """A file and its kind."""

    file = forms.FileField(
        label=__("File"),
        help_text=__("CSV, TSV or XLSX, up to 500 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": __("Choose a file."), "empty": __("The file is empty.")},
    )

    def __init__(self, *args: Any, offered: Sequence[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.key, kind.label) for kind in offered]
        self.fields["kind"] = forms.ChoiceField(
            label=_("What the file holds"), choices=choices, initial=offered[0].key, widget=forms.RadioSelect
        )


@dataclass(frozen=True)
class ColumnField:
    """A column of the file with its first values, and the control that says what it becomes."""

    header: str
    examples: str
    control: BoundField
    mark: str


class AnswersForm(forms.Form):
    """How a file is read and mapped; its start is what the import already says."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, run: Import, data: Any = None) -> None:
        self.run, self.kind = run, kinds.get(run.kind)
        super().__init__(data, initial=self._initial())
        self._add_layout()
        for asked in self.kind.for_all_rows():
            self.fields[f"fixed-{asked.column}"] = _fixed_field(asked)
        if run.questions:
            choices = [("day", _("Day first")), ("month", _("Month first"))]
            self.fields["dates"] = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, required=False)
        for place, header in enumerate(run.headers):
            self.fields[f"column-{place}"] = forms.ChoiceField(choices=_targets(self.kind, header), required=False)

    def _initial(self) -> dict[str, Any]:
        layout, day_first = self.run.layout, self.run.options.get("day_first")
        header = layout.get("header_row")
        return {
            "version": self.run.version,
            "encoding": layout.get("encoding"),
            "delimiter": layout.get("delimiter"),
            "sheet": layout.get("sheet"),
            "header_row": NO_HEADER if header is None else str(header),
            "dates": None if day_first is None else "day" if day_first else "month",
            **{f"fixed-{name}": value for name, value in self.run.fixed.items()},
            **{f"column-{place}": self.run.mapping[header] for place, header in enumerate(self.run.headers)},
        }

    def _add_layout(self) -> None:
        layout = self.run.layout
        if layout.get("format") == "xlsx":
            sheets = [(name, name) for name in layout.get("sheets", [])]
            if len(sheets) > 1:
                self.fields["sheet"] = forms.ChoiceField(label=_("Sheet"), choices=sheets)
        else:
            encodings = _with(layout["encoding"], [(key, str(label)) for key, label in ENCODINGS.items()])
            delimiters = _with(layout["delimiter"], [(key, str(label)) for key, label in DELIMITERS.items()])
            self.fields["encoding"] = forms.ChoiceField(label=_("Encoding"), choices=encodings)
            self.fields["delimiter"] = forms.ChoiceField(label=_("Columns are separated by"), choices=delimiters)
        last = max(MOST_HEADER_ROWS, layout.get("header_row") or 0)
        rows = [(str(n), _("Row %(n)d") % {"n": n}) for n in range(1, last + 1)]
        self.fields["header_row"] = forms.ChoiceField(
            label=_("Column names"), choices=[*rows, (NO_HEADER, _("There are none"))]
        )

    def answers(self) -> Answers:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        layout = {name: said[name] for name in ("encoding", "delimiter", "sheet") if name in said}
        layout["header_row"] = None if said["header_row"] == NO_HEADER else int(said["header_row"])
        columns = {header: said[f"column-{place}"] for place, header in enumerate(self.run.headers)}
        fixed = {name.removeprefix("fixed-"): text for name, text in said.items() if name.startswith("fixed-")}
        return Answers(
            layout=layout,
            mapping={header: name for header, name in columns.items() if name},
            fixed={name: text for name, text in fixed.items() if text},
            day_first={"day": True, "month": False}.get(said.get("dates", ""), self.run.options.get("day_first")),
        )

    def layout_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in ("sheet", "encoding", "delimiter", "header_row") if name in self.fields)

    def fixed_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("fixed-"))

    def columns(self, examples: Sequence[Sequence[str]]) -> list[ColumnField]:
        """The columns in the order of the file."""
        used, known = list(self.run.mapping.values()), bool(self.run.options.get("export"))
        return [
            ColumnField(header, ", ".join(first), self[f"column-{place}"], _mark(self.run.mapping[header], used, known))
            for place, (header, first) in enumerate(zip(self.run.headers, examples, strict=True))
        ]


def _mark(name: str, used: Sequence[str], known: bool) -> str:
    """Whether a column is recognised, wants a look, is left out, or kept as it is: one of a `known` export."""
    if name == IGNORED:
        return "left_out"
    if known and name.startswith(EXTRA) and used.count(name) == 1:
        return "kept"
    return "look" if name.startswith(EXTRA) or used.count(name) > 1 else "recognised"


def _targets(kind: Kind, header: str) -> list[tuple[str, str]]:
    keep = [(EXTRA + header, _("Keep as a further fact"))] if kind.keeps_unknown else []
    return [*((column.name, column.label) for column in kind.columns), *keep, (IGNORED, _("Leave out"))]


def _fixed_field(asked: ForAllRows) -> forms.Field:
    if asked.strict:
        choices = [("", _("As each row says")), *asked.choices]
        return forms.ChoiceField(label=asked.label, choices=choices, required=False, help_text=asked.hint)
    field = forms.CharField(label=asked.label, max_length=200, required=False, help_text=asked.hint)
    field.widget.attrs |= {"list": f"known-{asked.column}", "autocomplete": "off"}
    field.known = asked.choices  # type: ignore[attr-defined]
    return field


def _with(value: str, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices, and what was found where it is none of them."""
    return choices if value in dict(choices) else [(value, value), *choices]
