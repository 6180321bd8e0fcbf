"""Whose doing a deal was: touches earn credit for its amount, by one of six models, for all deals in one statement.

A deal is a win with an amount (revenue) or an open opportunity with one (pipeline). `docs/figures.md` tells the
rules and works an example. Weights are whole numbers and shares are whole cents, so that the credits of a deal
add up to its amount in whatever order the rows are read.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts import company
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Outcome
from leads.models import Touch
from leads.sql import nested
from reviews.measures import MEASURES
from reviews.periods import Period

# The weight of the latest touch where weights fade: so fine that no amount can tell the difference.
FRESH = 1_000_000_000
REVENUE, PIPELINE = Outcome.Kind.WON.value, Outcome.Kind.OPPORTUNITY.value
INFLUENCE = "influence"


@dataclass(frozen=True)
class Model:
    """A way to share: `weight` is the weight of one touch in SQL, a whole number."""

    key: str
    label: str | Promise
    told: str | Promise
    weight: str

    @property
    def words(self) -> str:
        """The rule, with the company's half-life where weights fade."""
        told = str(self.told)
        return told % {"days": half_life()} if "%(days)d" in told else told


def half_life() -> int:
    """In days: after them a touch weighs half."""
    return company.current().credit_half_life


# What a touch is weighed by: n, its place among the counted touches of the deal; opener, the place of the last one
# before the opportunity; ready, that of the last one before the handoff, NULL where there is none; others, how many
# hold none of these places; age, seconds until the latest one.
_PLACES = "CASE WHEN {held} > 0 THEN {each} * ({held}) * greatest({others}, 1) ELSE {rest} END"
_FIRST_AND_OPENER = "(n = 1)::int + (n = opener)::int"
_WITH_READY = f"{_FIRST_AND_OPENER} + coalesce(n = ready, false)::int"
_ALL_BUT_TWO = "(touches - 1 - (opener <> 1)::int)"
_ALL_BUT_THREE = "(touches - 1 - (opener <> 1)::int - coalesce(ready NOT IN (1, opener), false)::int)"
MODELS: dict[str, Model] = {
    m.key: m
    for m in [
        Model("first_touch", __("first touch"), __("All to the first touch."), "(n = 1)::int"),
        Model(
            "last_touch",
            __("last touch"),
            __("All to the last touch before the opportunity, or before the win where there is none."),
            "(n = opener)::int",
        ),
        Model("linear", __("linear"), __("The same to each touch."), "1"),
        Model(
            "u_shaped",
            __("U-shaped"),
            __("40 % to the first touch, 40 % to the last before the opportunity, 20 % to the others together."),
            _PLACES.format(held=_FIRST_AND_OPENER, each=40, rest=20, others=_ALL_BUT_TWO),
        ),
        Model(
            "w_shaped",
            __("W-shaped"),
            __(
                "30 % to the first touch, 30 % to the last before the handoff, 30 % to the last before the "
                "opportunity, 10 % to the others together."
            ),
            _PLACES.format(held=_WITH_READY, each=30, rest=10, others=_ALL_BUT_THREE),
        ),
        Model(
            "time_decay",
            __("time decay"),
            __("A touch weighs half as much as one that came %(days)d days later."),
            f"floor({FRESH} * power(2::float8, -age / (%(half_life)s * 86400.0)))",
        ),
    ]
}

# Which touches count for each deal, and the places that they hold.
TOUCHED = """
WITH deals AS MATERIALIZED ({deals}),
dated AS MATERIALIZED (
    SELECT deals.deal, deals.lead_id, deals.kind, deals.at, 100 * deals.amount AS cents, opened.at AS opened,
           (SELECT max(h.at) FROM leads_handoff h WHERE h.lead_id = deals.lead_id AND h.at <= opened.at) AS handed
    FROM deals CROSS JOIN LATERAL (
        SELECT coalesce(max(o.at), deals.at) AS at FROM feedback_outcome o
        WHERE o.lead_id = deals.lead_id AND o.kind = 'opportunity' AND o.at <= deals.at AND o.at > coalesce(
            (SELECT max(e.at) FROM feedback_outcome e
             WHERE e.lead_id = deals.lead_id AND e.kind IN ('won', 'lost') AND e.at < deals.at), '-infinity')
    ) AS opened
),
touched AS MATERIALIZED (
    SELECT d.deal, d.kind, d.cents, t.campaign_id, t.id IS NULL AS untouched,
           row_number() OVER ordered AS n,
           count(*) OVER whole AS touches,
           greatest(count(*) FILTER (WHERE t.at <= d.opened) OVER whole, 1) AS opener,
           nullif(count(*) FILTER (WHERE t.at <= d.handed) OVER whole, 0) AS ready,
           coalesce(extract(epoch FROM max(t.at) OVER whole - t.at), 0)::float8 AS age
    FROM dated d LEFT JOIN leads_touch t ON t.lead_id = d.lead_id AND t.at <= d.at
    WINDOW whole AS (PARTITION BY d.deal), ordered AS (PARTITION BY d.deal ORDER BY t.at, t.id)
)"""
# Largest remainder: what is left after rounding down goes, a cent each, to those that lost most by it.
CREDITED = (
    TOUCHED
    + """,
weighed AS (
    SELECT touched.*, m.model, m.weight, sum(m.weight) OVER (PARTITION BY deal, m.model) AS whole
    FROM touched CROSS JOIN LATERAL (VALUES {models}) AS m(model, weight) WHERE m.weight > 0
),
shared AS (SELECT *, div(cents * weight, whole) AS share, mod(cents * weight, whole) AS remainder FROM weighed),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY deal, model ORDER BY remainder DESC, n) AS place,
           cents - sum(share) OVER (PARTITION BY deal, model) AS still
    FROM shared
),
credited AS (
    SELECT deal, kind, campaign_id, untouched, model, share + (place <= still)::int AS credit FROM placed
    UNION ALL
    SELECT DISTINCT deal, kind, campaign_id, untouched, 'influence', cents FROM touched WHERE {influence}
)"""
)
SHARES = (
    CREDITED
    + """
SELECT model, kind, campaign_id, untouched, round(sum(credit) / 100, 2), count(DISTINCT deal) FROM credited {which}
GROUP BY model, kind, campaign_id, untouched
"""
)
DEALS = (
    CREDITED
    + """
SELECT deal, round(sum(credit) / 100, 2) FROM credited {which} GROUP BY deal
"""
)
OF_EACH = (
    CREDITED
    + """
SELECT deal, model, campaign_id, untouched, round(sum(credit) / 100, 2) FROM credited
GROUP BY deal, model, campaign_id, untouched ORDER BY deal, model, campaign_id, untouched
"""
)
OF_SOME = "WHERE campaign_id = ANY(%(campaigns)s)"
OF_ONE = "WHERE campaign_id IS NOT DISTINCT FROM %(campaign)s::bigint AND untouched = %(untouched)s"


@dataclass(frozen=True)
class Share:
    """What one campaign earned by one model: the credit, and from how many deals. Of the deals that no touch came
    before, `untouched` is set; touches without a campaign have none."""

    model: str
    kind: str
    campaign: int | None
    untouched: bool
    amount: Decimal
    deals: int
    # Of a quarter that was signed: it opens the deals that were shared then.
    frozen: bool = False


@dataclass(frozen=True)
class Whose:
    """Whose credit: a campaign's; without one that of touches that have none, that of deals that no touch came
    before (`untouched`), or of `every` touch and deal."""

    campaign: Campaign | None = None
    untouched: bool = False
    every: bool = False


def model_named(key: str) -> Model:
    """The model called `key`. Raises DomainError where none is."""
    try:
        return MODELS[key]
    except KeyError:
        told = _("There is no attribution model “%(key)s”.") % {"key": key}
        raise DomainError("no_such_model", told) from None


def deals(period: Period, *, now: datetime) -> QuerySet[Outcome]:
    """The deals of a period: wins and open opportunities with an amount, each by its own date; tests, spam and
    duplicates are left out."""
    return _ends(period, now).filter(amount__isnull=False)


def without_amount(period: Period, *, now: datetime) -> QuerySet[Outcome]:
    """The wins and open opportunities of a period that have nothing to share."""
    return _ends(period, now).filter(amount=None)


def _ends(period: Period, now: datetime) -> QuerySet[Outcome]:
    won, opportunity = (MEASURES[key].where(now) for key in ("revenue", "pipeline"))
    rows = Outcome.objects.filter(won | opportunity, lead__kept_out="")
    return rows.filter(at__gte=period.start, at__lt=period.end) if period.start else rows


def shares(
    period: Period, models: Iterable[str], *, now: datetime, campaigns: Collection[int] | None = None
) -> list[Share]:
    """The credit of each campaign by each of `models` (INFLUENCE for the amounts of all deals that it touched),
    or of some campaigns, by id."""
    asked = deals(period, now=now)
    if campaigns is not None:
        asked = asked.filter(_touched_by(Q(campaign__any=campaigns)))
    which = "" if campaigns is None else OF_SOME
    values = {"campaigns": list(campaigns or [])}
    return [Share(*row) for row in _rows(SHARES, models, which, {"deals": asked, **values})]


def credit_of(period: Period, model: str, kind: str, whose: Whose, *, now: datetime) -> dict[int, Decimal]:
    """The deals (ids of outcomes) from which somebody has credit, and how much."""
    asked = deals(period, now=now).filter(kind=kind)
    if whose.untouched:
        asked = asked.filter(~_touched_by(Q()))
    elif not whose.every:
        asked = asked.filter(_touched_by(Q(campaign=whose.campaign)))
    values = {"campaign": whose.campaign.pk if whose.campaign else None, "untouched": whose.untouched}
    return dict(_rows(DEALS, [model], "" if whose.every else OF_ONE, {"deals": asked, **values}))


def credit_of_each(
    period: Period, models: Iterable[str], *, now: datetime
) -> list[tuple[int, str, int | None, bool, Decimal]]:
    """Of each deal (id of its outcome) the credit by model and by campaign, `untouched` where no touch came before."""
    return _rows(OF_EACH, models, "", {"deals": deals(period, now=now)})


def _touched_by(which: Q) -> Exists:
    return Exists(Touch.objects.filter(which, lead=OuterRef("lead"), at__lte=OuterRef("at")))


def _rows(statement: str, models: Iterable[str], which: str, values: Mapping[str, Any]) -> list[Any]:
    asked = set(models)
    weights = [f"('{m.key}', ({m.weight})::numeric)" for m in map(model_named, sorted(asked - {INFLUENCE}))]
    # Without a model no row has a weight above zero.
    filled = statement.replace("{models}", ", ".join(weights) or "('', 0::numeric)").replace("{which}", which)
    filled = filled.replace("{influence}", "true" if INFLUENCE in asked else "false").replace("{deals}", "{deals}")
    rows = values["deals"].values("lead_id", "kind", "at", "amount", deal=F("pk"))
    sql, params = nested(filled, **{**values, "deals": rows, "half_life": half_life()})
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
