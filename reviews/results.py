"""What came of campaigns: the same measures as everywhere, for any set of campaigns and any period.

Small companies are asked live. Where that would take longer than a page may, the hourly keeping answers, and the page
says as of when; see decision 43. Costs are always live.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Count, F, FloatField, Func, Sum, Value
from django.db.models.functions import Cast, Floor

from accounts.quarters import Quarter, quarter_of
from campaigns.models import Campaign
from leads.models import Lead
from reviews.measures import measure_by
from reviews.models import CampaignMonth, Keeping
from reviews.periods import ALL, Period
from reviews.slices import Slice

COUNTS = (
    "leads", "leads_a", "leads_b", "leads_c", "leads_d", "handed_off", "decided", "in_time", "accepted",
    "opportunities", "won", "pipeline_leads", "revenue", "pipeline",
)  # fmt: skip
SPANS = ("days_to_win",)
KEYS = (*COUNTS, *SPANS)
# More leads than these are not asked live: it takes some 5 ms for each thousand.
LIVE_UP_TO = 10_000
WEEKS = 12
LOCK = 4127042

Measures = Mapping[str, Any]


@dataclass(frozen=True)
class Totals:
    """Measures by campaign (its id; None: leads without one), and since when they stand; None: they are live."""

    by_campaign: Mapping[int | None, Measures]
    kept_at: datetime | None

    def of(self, campaigns: Iterable[int | None] | None = None) -> dict[str, Any]:
        """Those of some campaigns together, or of all."""
        keys = self.by_campaign if campaigns is None else campaigns
        return added(self.by_campaign[key] for key in keys if key in self.by_campaign)


def totals(
    period: Quarter | Period, *, now: datetime, campaigns: Collection[int] | None = None, only: Collection[str] = KEYS
) -> Totals:
    """The results of each campaign, or of some, from the leads that were captured in the period: all measures that are
    kept, or `only` those."""
    part = Slice(period, campaigns=None if campaigns is None else frozenset(campaigns))
    keeping = kept()
    keys = [key for key in KEYS if key in only]
    found: dict[int | None, dict[str, Any]]
    found = _kept(part, keys) if keeping else measure_by("campaign", part=part, now=now, only=keys or ["leads"])
    for campaign, spent in measure_by("campaign", part=part, now=now, only=["cost"]).items():
        found.setdefault(campaign, {}).update(spent)
    return Totals(found, keeping.at if keeping else None)


def added(parts: Iterable[Measures]) -> dict[str, Any]:
    """Measures of several campaigns together. What nobody told stays untold: None and None are None."""
    told: dict[str, list[Any]] = {}
    for part in parts:
        for key, value in part.items():
            if value is not None:
                told.setdefault(key, []).append(value)
    return {key: list(chain(*values)) if key in SPANS else sum(values) for key, values in told.items()}


def weeks(campaigns: Collection[int], *, now: datetime) -> dict[int, list[int]]:
    """Leads per week of each campaign, the last twelve weeks up to now, oldest first."""
    keeping = kept()
    if keeping:
        return {pk: keeping.weeks.get(str(pk), [0] * WEEKS) for pk in campaigns}
    return {pk: [0] * WEEKS for pk in campaigns} | _weeks(Lead.objects.filter(campaign__any=campaigns), now)


def kept() -> Keeping | None:
    """The last keeping, where there are too many leads to be asked live."""
    return Keeping.objects.defer("weeks").first() if _many_leads() else None


@transaction.atomic
def keep_results(*, at: datetime) -> int:
    """Keep the results of all campaigns as they are at the moment `at`, instead of the last ones; how many months of
    campaigns there are. Where leads are asked live, nothing is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    CampaignMonth.objects.all().delete()
    Keeping.objects.all().delete()
    if not _many_leads():
        return 0
    found = measure_by("campaign", "month", part=Slice(Period(ALL)), now=at, only=KEYS)
    rows = [CampaignMonth(campaign_id=pk, month=month, **_told(told)) for (pk, month), told in found.items()]
    CampaignMonth.objects.bulk_create(rows, batch_size=2_000)
    Keeping.objects.create(at=at, weeks=_weeks(Lead.objects.filter(campaign__isnull=False), at))
    return len(rows)


def _told(measures: Measures) -> dict[str, Any]:
    """Without what is nothing anyway."""
    return {key: value for key, value in measures.items() if value is not None}


def _kept(part: Slice, keys: Collection[str]) -> dict[int | None, dict[str, Any]]:
    rows = CampaignMonth.objects.filter(**part.between("month", lambda day: day), **part.whose("campaign"))
    counts = [key for key in keys if key in COUNTS]
    sums = rows.values("campaign").annotate(**{f"m_{key}": Sum(key) for key in counts})
    found: dict[int | None, dict[str, Any]] = {
        row["campaign"]: {key: row[f"m_{key}"] for key in counts} for row in cast(Iterable[dict[str, Any]], sums)
    }
    if set(SPANS) & set(keys):
        for campaign, days in rows.exclude(days_to_win=[]).values_list("campaign", "days_to_win"):
            found[campaign].setdefault("days_to_win", []).extend(days)
    return found


def _weeks(leads: Any, now: datetime) -> dict[int, list[int]]:
    age = Cast(Func(Value(now) - F("captured_at"), template="EXTRACT(epoch FROM %(expressions)s)"), FloatField())
    week = Cast(Floor(age / Value(7 * 86_400.0)), FloatField())
    recent = leads.filter(kept_out="", captured_at__gt=now - timedelta(weeks=WEEKS), captured_at__lte=now)
    found: dict[int, list[int]] = {}
    for campaign, ago, n in recent.annotate(ago=week).values_list("campaign", "ago").annotate(n=Count("pk")).order_by():
        found.setdefault(campaign, [0] * WEEKS)[WEEKS - 1 - int(ago)] = n
    return found


def _many_leads() -> bool:
    """Whether there are more leads than can be asked live, as the database last reckoned."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Lead._meta.db_table])
        return bool(cursor.fetchone()[0] > LIVE_UP_TO)


def by_quarter(campaign: Campaign, *, now: datetime) -> dict[Quarter | None, Measures]:
    """The measures of a campaign by the quarter of capture, the latest first, and of all time (None). Always live."""
    part = Slice(Period(ALL), campaign=campaign)
    found = measure_by("month", part=part, now=now, only=(*COUNTS, *SPANS, "cost"))
    months: dict[Quarter, list[Measures]] = {}
    for month in sorted(found, reverse=True):
        months.setdefault(quarter_of(part.period.moment(month)), []).append(found[month])
    return {None: added(found.values())} | {quarter: added(parts) for quarter, parts in months.items()}


def by_quarters(quarters: Sequence[Quarter], *, now: datetime) -> dict[Quarter, Measures]:
    """The measures of all leads by the quarter of capture, of quarters that follow each other: one statement for all
    of them for each kind of rows, live or kept. Costs are always live."""
    part = Slice(Period("", quarters[0], quarters[-1]))
    found: dict[Any, dict[str, Any]] = {}
    if kept():
        rows = CampaignMonth.objects.filter(**part.between("month", lambda day: day)).order_by().values("month")
        for row in cast(Iterable[dict[str, Any]], rows.annotate(**{f"m_{key}": Sum(key) for key in COUNTS})):
            found[row["month"]] = {key: row[f"m_{key}"] for key in COUNTS}
        asked: tuple[str, ...] = ("cost",)
    else:
        asked = (*COUNTS, "cost")
    for month, told in measure_by("month", part=part, now=now, only=asked).items():
        found.setdefault(month, {}).update(told)
    return {quarter: added(found[month] for month in quarter.months if month in found) for quarter in quarters}
