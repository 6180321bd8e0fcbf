"""The kinds of file of this room: `campaigns`, and `costs`, what they were planned to cost and did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from campaigns import file_words as words
from campaigns.access import keeps_campaigns
from campaigns.campaign_files import CampaignRow, log_campaigns
from campaigns.cost_files import CostRow, Logged, log_costs
from campaigns.models import Campaign, Cost
from imports import columns
from imports.columns import Column, day, email, money, one_of, text
from imports.kinds import Kind

CAMPAIGN_COLUMNS = [
    Column("name", "Name", text(200), words.NAME, columns.LABEL),
    Column("code", "Code", text(60), words.CODE),
    Column("channel", "Channel", one_of(Campaign.Channel.choices, words.CHANNELS), words.CHANNEL),
    Column("starts_on", "Starts on", day, words.STARTS),
    Column("ends_on", "Ends on", day, words.ENDS),
    Column("owner", "Owner", email, words.OWNER),
    Column("budget", "Budget", money, words.BUDGET),
    Column("programme", "Programme", text(200), ("program", "parent", "parent campaign", "programm"), columns.LABEL),
    Column("sales_partner", "Sales partner", email, ("partner email", "sales contact")),
    Column("audience", "Audience", text(300), words.AUDIENCE),
    Column("offer", "Offer", text(300), ("message",)),
    Column("aliases", "Also called", text(1000), ("alias", "utm codes", "spellings")),
]
COLUMNS = [
    Column("campaign", "Campaign", text(200), words.CAMPAIGN, columns.LABEL),
    Column("kind", "Kind", one_of(Cost.Kind.choices, words.KINDS), words.COST_KIND),
    Column("planned", "Planned", money, words.PLANNED),
    Column("actual", "Actual", money, words.ACTUAL),
    Column("on", "Date", day, words.ON),
    Column("note", "Note", text(200), words.NOTE),
]


def check_campaign(row: dict[str, Any]) -> str | None:
    """Why a row can't be a campaign, or None."""
    return None if "name" in row else _("Write the name of the campaign.")


def take_campaigns(
    rows: Sequence[dict[str, Any]], *, at: datetime, by: User | None, run: int | None = None
) -> Sequence[Logged]:
    told = ("number", "name", "code", "owner", "sales_partner", "programme")
    facts = ("channel", "starts_on", "ends_on", "budget", "audience", "offer")
    return log_campaigns(
        [
            CampaignRow(
                **{name: row[name] for name in told if name in row},
                facts={name: row[name] for name in facts if name in row} | _aliases(row),
            )
            for row in rows
        ],
        by=by,
    )


def _aliases(row: dict[str, Any]) -> dict[str, list[str]]:
    """Several spellings stand in one cell, with semicolons between them."""
    return {"aliases": [one.strip() for one in row["aliases"].split(";") if one.strip()]} if "aliases" in row else {}


CAMPAIGNS = Kind(
    key="campaigns", label="Campaigns", columns=CAMPAIGN_COLUMNS, take=take_campaigns, check=check_campaign,
    may_load=keeps_campaigns,
)  # fmt: skip


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


COSTS = Kind(
    key="costs", label="Costs", columns=COLUMNS, take=take, check=check, exports=words.COST_EXPORTS,
    may_load=keeps_campaigns,
)  # fmt: skip
