"""Lines of money that a file tells, of many campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.matching import campaigns_named
from campaigns.models import Campaign, Cost


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """One line of money as a file tells it: the campaign by code or name; None means not told."""

    number: int
    campaign: str
    kind: str
    on: date
    planned: Decimal | None = None
    actual: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class Logged:
    """What became of a row: created, updated or unchanged."""

    number: int
    result: str
    sentence: str = ""


@transaction.atomic
def log_costs(rows: Sequence[CostRow], *, by: User | None = None) -> list[Logged]:
    """Lines of money of many campaigns; one that nobody knows is created. The same line again changes nothing,
    a line of the same day and kind whose planned or actual cost was not entered is filled.

    Raises DomainError: not_marketing.
    """
    if by is not None:
        check_keeps_campaigns(by)
    campaigns = campaigns_named(row.campaign for row in rows)
    # In the order of the ids, so that two files of the same campaigns wait instead of doubling a line.
    locked = Campaign.objects.filter(pk__in=campaigns.values()).order_by("pk").select_for_update(no_key=True)
    known: dict[tuple[object, ...], list[Cost]] = {}
    # A file speaks of the company's currency.
    for cost in Cost.objects.filter(campaign__in=[campaign.pk for campaign in locked], currency=""):
        known.setdefault((cost.campaign_id, cost.kind, cost.on, cost.note), []).append(cost)
    made: list[Cost] = []
    filled: dict[int, Cost] = {}
    logged = []
    for row in rows:
        pk = campaigns[row.campaign.strip().lower()]
        same_day = known.setdefault((pk, row.kind, row.on, row.note), [])
        logged.append(Logged(row.number, _log(row, pk, same_day, made, filled)))
    Cost.objects.bulk_create(made)
    Cost.objects.bulk_update(filled.values(), ["planned", "actual", "version"])
    return logged


def _log(row: CostRow, campaign_id: int, same_day: list[Cost], made: list[Cost], filled: dict[int, Cost]) -> str:
    """Finds the line that `row` tells of among those of its day, fills it, or makes it."""
    for cost in same_day:
        told = [(cost.planned, row.planned), (cost.actual, row.actual)]
        if all(new is None or old == new for old, new in told):
            return "unchanged"
        if all(new is None or old is None or old == new for old, new in told):
            cost.planned, cost.actual = (new if old is None else old for old, new in told)
            if cost.pk:
                cost.version += 1
                filled[cost.pk] = cost
            return "updated"
    cost = Cost(
        campaign_id=campaign_id, kind=row.kind, on=row.on, planned=row.planned, actual=row.actual, note=row.note
    )
    same_day.append(cost)
    made.append(cost)
    return "created"
