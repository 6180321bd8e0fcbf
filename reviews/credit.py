"""The credit of campaigns in a period, by one model or by two side by side, each number with the way to its deals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.quarters import quarter_of
from campaigns.models import Campaign
from reviews.attribution import INFLUENCE, MODELS, PIPELINE, REVENUE, Model, Share, Whose, shares
from reviews.periods import ALL, Period, is_over, of_quarter, of_year
from reviews.report import NO_CAMPAIGN

KINDS = (REVENUE, PIPELINE)
# In an address, in place of the code of a campaign, and never one.
UNTOUCHED = "~untouched"
MOST_DISAGREEING = 5
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Number:
    """An amount of credit by a model (or INFLUENCE), from how many deals, and the address of these."""

    model: str
    amount: Decimal
    deals: int
    url: str

    @property
    def what(self) -> str:
        """By which model, in words."""
        found = MODELS.get(self.model)
        return _("by %(model)s") % {"model": found.label} if found else _("by influence")


@dataclass(frozen=True)
class Group:
    """Revenue or pipeline of a line: the credit by each model, and the amount of all deals that were touched."""

    by_model: list[Number]
    influence: Number

    @property
    def difference(self) -> Decimal | None:
        """By how much the second model gives more than the first; None where there is one."""
        return self.by_model[1].amount - self.by_model[0].amount if len(self.by_model) > 1 else None

    @property
    def gap(self) -> Decimal:
        return abs(self.difference or NOTHING)


@dataclass(frozen=True)
class Line:
    """What a campaign earned, or who has none: touches without a campaign, and deals that no touch came before."""

    whose: Whose
    groups: dict[str, Group]

    @property
    def label(self) -> str:
        if self.whose.every:
            return _("All deals")
        if self.whose.untouched:
            return _("No touch before the deal")
        return str(self.whose.campaign or _("No campaign"))


@dataclass(frozen=True)
class Disagreement:
    """A campaign that two models judge differently; `scale` is the largest amount among its neighbours."""

    line: Line
    group: Group
    scale: Decimal

    @property
    def sides(self) -> list[tuple[Number, float]]:
        """Each number, and its part of the scale as 0 to 100."""
        return [(number, float(100 * number.amount / self.scale)) for number in self.group.by_model]


def credit(period: Period, models: list[Model], *, now: datetime) -> dict[str, Any]:
    """The context of the credit page: a line for each campaign, most credit first, and what they add up to."""
    found = shares(period, [*(m.key for m in models), INFLUENCE], now=now)
    known = Campaign.objects.in_bulk({share.campaign for share in found if share.campaign})
    return told(period, models, found, known)


def told(period: Period, models: list[Model], found: Iterable[Share], known: Mapping[int, Campaign]) -> dict[str, Any]:
    """The same of shares that are known, live or frozen, with their campaigns by id."""
    found = list(found)
    lines = _lines(period, models, found, known)
    frozen = any(share.frozen for share in found)
    return {
        "period": period,
        "models": models,
        "titles": [_("Revenue"), _("Pipeline")],
        "lines": lines,
        "whole": _whole(period, models, lines, frozen),
        "apart": {kind: _disagreements(lines, kind) for kind in KINDS} if len(models) > 1 else {},
    }


def credit_of_campaign(campaign: Campaign, *, now: datetime) -> list[tuple[Model | None, Number, Number]]:
    """By each model, and by influence (None): revenue and pipeline credit of the campaign from all deals."""
    period, whose = Period(ALL), Whose(campaign)
    found = {(s.model, s.kind): s for s in shares(period, [*MODELS, INFLUENCE], now=now, campaigns=[campaign.pk])}

    def number(key: str, kind: str) -> Number:
        return _number(period, key, kind, whose, found.get((key, kind)))

    return [(MODELS.get(key), number(key, REVENUE), number(key, PIPELINE)) for key in (*MODELS, INFLUENCE)]


def table(found: dict[str, Any]) -> Iterator[list[Any]]:
    """The lines of a credit page as rows of a file, its head first."""
    names = [str(model.label) for model in found["models"]]
    yield [
        _("Campaign"), _("Code"), _("Period"),
        *(f"{kind}, {what}" for kind in (_("Revenue"), _("Pipeline")) for name in [*names, _("influence")]
          for what in (name, _("%(model)s, deals") % {"model": name})),
    ]  # fmt: skip
    for line in found["lines"]:
        numbers = [n for group in line.groups.values() for n in [*group.by_model, group.influence]]
        code = line.whose.campaign.code if line.whose.campaign else ""
        yield [line.label, code, found["period"].key, *(part for n in numbers for part in (n.amount, n.deals))]


def neighbours(period: Period, *, now: datetime) -> list[Period]:
    """Where one goes from here: the years around, the quarters of the year, and all; nothing that is still to come."""
    here = period.last or quarter_of(now)
    years = [of_year(here.shifted(4 * n)) for n in (-1, 0, 1)]
    quarters = [of_quarter(here.shifted(n - here.number)) for n in (1, 2, 3, 4)]
    return [one for one in (*years, *quarters, Period(ALL)) if one.start is None or one.start <= now]


def whose_code(whose: Whose) -> str:
    """How an address names it; "" for every deal."""
    if whose.every:
        return ""
    return UNTOUCHED if whose.untouched else whose.campaign.code if whose.campaign else NO_CAMPAIGN


def _lines(period: Period, models: list[Model], found: Iterable[Share], known: Mapping[int, Campaign]) -> list[Line]:
    by_whose: dict[tuple[int | None, bool], dict[tuple[str, str], Share]] = {}
    for share in found:
        by_whose.setdefault((share.campaign, share.untouched), {})[share.model, share.kind] = share
    lines: list[Line] = [
        _line(period, models, Whose(known.get(pk) if pk else None, untouched), parts)
        for (pk, untouched), parts in by_whose.items()
    ]
    return sorted(lines, key=_order)


def _line(period: Period, models: list[Model], whose: Whose, parts: dict[tuple[str, str], Share]) -> Line:
    def number(key: str, kind: str) -> Number:
        return _number(period, key, kind, whose, parts.get((key, kind)))

    return Line(whose, {kind: Group([number(m.key, kind) for m in models], number(INFLUENCE, kind)) for kind in KINDS})


def _order(line: Line) -> tuple[Any, ...]:
    """Campaigns first, by what the first model gives them."""
    earned = [-group.by_model[0].amount for group in line.groups.values()]
    return (line.whose.campaign is None, line.whose.untouched, *earned, line.label)


def _whole(period: Period, models: list[Model], lines: list[Line], frozen: bool) -> Line:
    """All deals. Influence has no sum: a deal counts for each campaign that touched it."""
    every = Whose(every=True)

    def sum_of(n: int, kind: str) -> Number:
        amount = sum((line.groups[kind].by_model[n].amount for line in lines), NOTHING)
        return Number(models[n].key, amount, 0, _url(period, models[n].key, kind, every, frozen) if amount else "")

    nothing = Number(INFLUENCE, NOTHING, 0, "")
    return Line(every, {kind: Group([sum_of(n, kind) for n in range(len(models))], nothing) for kind in KINDS})


def _disagreements(lines: list[Line], kind: str) -> list[Disagreement]:
    """The campaigns on which the two models are furthest apart."""
    pairs = [(line, line.groups[kind]) for line in lines if line.whose.campaign and line.groups[kind].gap]
    apart = sorted(pairs, key=lambda pair: (-pair[1].gap, pair[0].label))[:MOST_DISAGREEING]
    scale = max((number.amount for _line, group in apart for number in group.by_model), default=Decimal(1))
    return [Disagreement(line, group, scale) for line, group in apart]


def credit_number(period: Period, model: str, kind: str, campaign: Campaign, share: Share | None) -> Number:
    """The credit of one campaign, which may be nothing."""
    return _number(period, model, kind, Whose(campaign), share)


def _number(period: Period, model: str, kind: str, whose: Whose, share: Share | None) -> Number:
    if share is None:
        return Number(model, NOTHING, 0, "")
    return Number(model, share.amount, share.deals, _url(period, model, kind, whose, share.frozen))


def _url(period: Period, model: str, kind: str, whose: Whose, frozen: bool) -> str:
    asked = {"model": model, "kind": kind}
    if code := whose_code(whose):
        asked["campaign"] = code
    if is_over(period) and not frozen:
        # A live number of a quarter that may be signed opens the deals of today.
        asked["as_of"] = "now"
    return f"{reverse('reviews:credit_deals', args=[period.key])}?{urlencode(asked)}"
