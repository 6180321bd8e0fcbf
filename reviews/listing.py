"""All campaigns with what came of them: filtered, in columns of choice, sorted by any of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.quarters import quarter_of
from campaigns.ending import today
from campaigns.filtering import CampaignFilter
from campaigns.models import Campaign
from common.errors import DomainError
from reviews.figures import FIGURES, valued
from reviews.periods import ALL, Period, of_quarter, of_year, period_named
from reviews.report import NO_CAMPAIGN
from reviews.results import Totals, totals, weeks
from reviews.values import Values

SIZE = 30
MOST_PAGES = 10_000
COLUMNS = (
    "leads", "leads_a", "leads_b", "leads_c", "leads_d", "handed_off", "answered_in_time", "accepted", "opportunities",
    "won", "conversion", "revenue", "pipeline", "cost", "cost_per_lead", "cost_per_accepted", "cost_per_opportunity",
    "cost_per_won", "roi", "days_to_win",
)  # fmt: skip
USUAL = (
    "cost",
    "leads",
    "leads_a",
    "leads_b",
    "accepted",
    "cost_per_accepted",
    "opportunities",
    "won",
    "revenue",
    "roi",
)
ORDERS = ("name", *COLUMNS)


@dataclass(frozen=True)
class Asked:
    """The question of the list, read once. What is no column, order or period is passed over."""

    filter: CampaignFilter
    period: Period
    columns: list[str]
    order: str
    falls: bool
    page: int

    @classmethod
    def of(cls, user: User, data: QueryDict, *, now: datetime) -> "Asked":
        order = data.get("order", "")
        key = order.removeprefix("-")
        page = data.get("page", "")
        return cls(
            filter=CampaignFilter.of(user, data, day=today(now)),
            period=_period(data.get("period", "")),
            columns=[key for key in COLUMNS if key in data.getlist("column")] or list(USUAL),
            order=key if key in ORDERS else "leads",
            falls=order.startswith("-") if key in ORDERS else True,
            page=int(page) if page.isdecimal() and 0 < int(page[:6]) < MOST_PAGES else 1,
        )

    @property
    def narrows(self) -> bool:
        """Whether some campaigns only are asked for."""
        return any(self.filter.data.get(name) for name in self.filter.filters)


@dataclass(frozen=True)
class Row:
    """A campaign, or None for the leads that have none; its figures, and leads per week, oldest first."""

    campaign: Campaign | None
    values: Values
    weeks: list[int]

    @property
    def query(self) -> str:
        """What narrows the lists that its numbers open."""
        return urlencode({"campaign": self.campaign.code if self.campaign else NO_CAMPAIGN})

    @property
    def is_alive(self) -> bool:
        return any(self.weeks)


@dataclass(frozen=True)
class Listing:
    """One page of the list; `whole` adds up all that match, not the page alone."""

    asked: Asked
    rows: list[Row]
    count: int
    pages: int
    whole: Values
    kept_at: datetime | None

    @property
    def opens(self) -> bool:
        """Whether the numbers of the last line open their leads: no address names the leads of any filter."""
        return not self.asked.narrows


def listed(asked: Asked, *, now: datetime) -> Listing:
    """The page of campaigns that is asked for."""
    keys, found = _sorted(asked, now)
    pages = max(-(-len(keys) // SIZE), 1)
    here = keys[(asked.page - 1) * SIZE : asked.page * SIZE]
    whole = found.of(keys if asked.narrows else None)
    rows = list(_rows(asked, here, found, now))
    if asked.page == pages and not asked.narrows and None in found.by_campaign:
        rows.append(Row(None, valued(found.by_campaign[None], asked.columns), []))
    return Listing(
        asked=asked,
        rows=rows,
        count=len(keys),
        pages=pages,
        whole=valued(whole, asked.columns),
        kept_at=found.kept_at,
    )


def table(asked: Asked, *, now: datetime) -> Iterator[list[Any]]:
    """All that match as rows of a file, its head first."""
    labels = [str(FIGURES[key].label) for key in asked.columns]
    yield [_("Campaign"), _("Code"), _("Channel"), _("Starts on"), _("Ends on"), _("Owner"), _("Period"), *labels]
    keys, found = _sorted(asked, now)
    known = Campaign.objects.select_related("owner").in_bulk(keys)
    for key in keys:
        one = known[key]
        values = valued(found.by_campaign.get(key, {}), asked.columns).values()
        about = [one.name, one.code, one.get_channel_display(), one.starts_on, one.ends_on, one.owner or ""]
        yield [*about, asked.period.key, *("" if value.value is None else value.value for value in values)]


def periods(chosen: Period, *, now: datetime) -> list[Period]:
    """What the list offers: all time, the running quarter and seven before it, three years, and what is chosen."""
    running = quarter_of(now)
    known = [Period(ALL), *(of_year(running.shifted(-4 * n)) for n in range(3))]
    known += [of_quarter(running.shifted(-n)) for n in range(8)]
    return known if chosen in known else [*known, chosen]


def _sorted(asked: Asked, now: datetime) -> tuple[list[int], Totals]:
    """The ids of all that match, in order, and the results of every campaign."""
    matching = asked.filter.qs if asked.filter.is_valid() else Campaign.objects.none()
    keys = list(matching.order_by("name", "pk").values_list("pk", flat=True))
    shown = {*asked.columns, asked.order} & set(COLUMNS)
    found = totals(asked.period, now=now, only=set[str]().union(*(FIGURES[key].needs for key in shown)))
    if asked.order == "name":
        return keys[::-1] if asked.falls else keys, found
    figure = FIGURES[asked.order]
    ranks: dict[int, Any] = {pk: figure.value(found.by_campaign.get(pk, {})).value for pk in keys}
    known = sorted((pk for pk in keys if ranks[pk] is not None), key=lambda pk: ranks[pk], reverse=asked.falls)
    # What has no figure comes last either way.
    return [*known, *(pk for pk in keys if ranks[pk] is None)], found


def _rows(asked: Asked, keys: list[int], found: Totals, now: datetime) -> Iterator[Row]:
    known = Campaign.objects.select_related("owner", "sales_partner").in_bulk(keys)
    per_week = weeks(keys, now=now)
    for key in keys:
        yield Row(known[key], valued(found.by_campaign.get(key, {}), asked.columns), per_week[key])


def _period(key: str) -> Period:
    try:
        return period_named(key or ALL)
    except DomainError:
        return Period(ALL)
