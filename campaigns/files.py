"""The `costs` kind of file: what campaigns were planned to cost, and did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.access import keeps_campaigns
from campaigns.cost_files import CostRow, Logged, log_costs
from campaigns.models import Cost
from imports import columns
from imports.columns import Column, day, money, one_of, text
from imports.kinds import Kind

COLUMNS = [
    Column("campaign", "Campaign", text(200), ("campaign name", "campaign code", "utm campaign"), columns.LABEL),
    Column("kind", "Kind", one_of(Cost.Kind.choices), ("kind of cost", "cost kind", "cost type", "category")),
    Column("planned", "Planned", money, ("planned cost", "budget", "plan")),
    Column("actual", "Actual", money, ("actual cost", "cost", "spend", "amount spent", "amount", "spent")),
    Column("on", "Date", day, ("day", "on", "invoice date", "booked on")),
    Column("note", "Note", text(200), ("notes", "comment", "description")),
]


def check(row: dict[str, Any]) -> str | None:
    """Why a row can't be a cost, or None."""
    if "campaign" not in row:
        return _("Write the campaign, by its code or its name.")
    if "kind" not in row:
        return _("Write the kind of cost: %(kinds)s.") % {"kinds": ", ".join(Cost.Kind.values)}
    if "planned" not in row and "actual" not in row:
        return _("Write the planned cost, the actual cost, or both.")
    if "on" not in row:
        return _("Write the day of the cost.")
    return None


def take(rows: Sequence[dict[str, Any]], *, at: datetime, by: User | None, run: int | None = None) -> Sequence[Logged]:
    names = ("number", *(column.name for column in COLUMNS))
    return log_costs([CostRow(**{name: row[name] for name in names if name in row}) for row in rows], by=by)


COSTS = Kind(key="costs", label="Costs", columns=COLUMNS, take=take, check=check, may_load=keeps_campaigns)
