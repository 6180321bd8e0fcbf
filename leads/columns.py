"""The columns of the lead list and of its exports."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from leads.models import Handoff, Lead, Touch


@dataclass(frozen=True)
class Column:
    """One fact of a lead in a list: `value` reads it from a lead that went through `with_columns`."""

    key: str
    label: Any
    value: Callable[[Any], Any]
    order: str = ""  # the order of the list by this column, as it is asked for first
    number: bool = False

    @property
    def lies_right(self) -> bool:
        """Whether its cells lie at the right."""
        return self.number or self.key == "captured"


def _plain(key: str, label: Any, order: str = "", number: bool = False) -> Column:
    return Column(key, label, attrgetter(key), order, number)


def _of_organisation(lead: Lead, name: str) -> Any:
    return getattr(lead.organisation, name, None)


def _facts(lead: Lead) -> str:
    return "; ".join(f"{name}: {value}" for name, value in lead.facts.items())


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        _plain("grade", _("Grade"), "-grade"),
        Column("name", _("Lead"), attrgetter("display_name"), "name"),
        Column("organisation", _("Organisation"), lambda lead: _of_organisation(lead, "name"), "organisation"),
        _plain("job_title", _("Job title")),
        _plain("email", _("E-mail")),
        _plain("phone", _("Phone")),
        # Django's own get_stage_display makes a table of all choices at each call.
        Column("stage", _("Stage"), lambda lead: str(Lead.Stage(lead.stage).label)),
        Column("campaign", _("First campaign"), lambda lead: lead.campaign and lead.campaign.name),
        _plain("source", _("Source")),
        Column("owner", _("Owner"), lambda lead: lead.owner and str(lead.owner)),
        Column("tags", _("Tags"), lambda lead: ", ".join(lead.tags)),
        Column("points", _("Points"), lambda lead: lead.fit + lead.engagement, "-points", number=True),
        _plain("fit", _("Fit"), number=True),
        _plain("engagement", _("Engagement"), number=True),
        Column("captured", _("Captured"), attrgetter("captured_at"), "-captured"),
        _plain("touched", _("Last touch"), "-touched"),
        _plain("handed_off", _("Handed off")),
        _plain("due", _("Answer due"), "due"),
        _plain("wake_up_on", _("Wakes up")),
        Column("country", _("Country"), lambda lead: lead.country or _of_organisation(lead, "country")),
        Column("industry", _("Industry"), lambda lead: lead.industry or _of_organisation(lead, "industry")),
        Column(
            "employees", _("Employees"), lambda lead: lead.employees or _of_organisation(lead, "employees"), number=True
        ),
        _plain("website", _("Website")),
        _plain("external_id", _("External id")),
        _plain("consent", _("Consent")),
        Column("do_not_contact", _("Do not contact"), lambda lead: _("Do not contact") if lead.do_not_contact else ""),
        Column("kept_out", _("Kept out of figures"), lambda lead: lead.get_kept_out_display()),
        Column("facts", _("Further facts"), _facts),
        _plain("note", _("Note")),
    )
}  # fmt: skip
# The first column of each list names the lead; these are the others where nobody chose.
USUAL = ("stage", "campaign", "owner", "captured")
# Too long for a line of the list.
ONLY_IN_FILES = {"note", "facts"}
CHOICES = [key for key in COLUMNS if key not in {"grade", "name"} | ONLY_IN_FILES]
MOST = 10


# What columns of the rooms above read beside the lead, as an expression over leads.
_beside: dict[str, Any] = {}


def register(column: Column, beside: Any) -> None:
    """Offer a column of a room above, in lists and files; called once per column in `AppConfig.ready`."""
    COLUMNS[column.key] = column
    _beside[column.key] = beside
    if column.key not in CHOICES:
        CHOICES.append(column.key)


@dataclass(frozen=True)
class Row:
    """A lead as a list shows it: itself, and its cells in the order of the columns."""

    lead: Lead
    cells: list[tuple[Column, Any]]


def rows(leads: Iterable[Lead], keys: Sequence[str]) -> list[Row]:
    """The rows of a list with the columns `keys`."""
    shown = [COLUMNS[key] for key in keys]
    return [Row(lead, [(column, column.value(lead)) for column in shown]) for lead in leads]


def known(keys: Iterable[str]) -> list[str]:
    """Those of `keys` that a list may show, each once, in the order given."""
    return [key for key in dict.fromkeys(keys) if key in CHOICES][:MOST]


def with_columns(leads: QuerySet[Lead], keys: Sequence[str]) -> QuerySet[Lead]:
    """`leads` with what the columns `keys` read beside the lead itself."""
    latest = Handoff.objects.filter(lead=OuterRef("pk")).order_by("-pk")
    beside = {
        "touched": Touch.objects.filter(lead=OuterRef("pk")).order_by("-at").values("at"),
        "handed_off": latest.values("at"),
        "due": latest.filter(closed_at=None).values("due_at"),
    }
    asked = {key: Subquery(found[:1]) for key, found in beside.items()} | _beside
    return leads.annotate(**{key: found for key, found in asked.items() if key in keys})
