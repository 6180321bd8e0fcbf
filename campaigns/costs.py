"""What a campaign costs: lines of money, each kept as it was entered and in the company's currency."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypedDict, Unpack, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import company, trail
from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.checks import check_amount, check_choice, checked_text, refusal
from campaigns.models import Campaign, Cost
from common import versions

AMOUNTS = ("planned", "committed", "actual")
CENT = Decimal("0.01")
MOST_RATE = Decimal(10) ** 9


class CostFacts(TypedDict, total=False):
    """What a line says; amounts in `currency`, None means not entered, zero means free."""

    kind: str
    on: date
    planned: Decimal | None
    committed: Decimal | None
    actual: Decimal | None
    supplier: str
    note: str
    currency: str
    rate: Decimal | None


@transaction.atomic
def add_cost(campaign: Campaign, *, by: User, **facts: Unpack[CostFacts]) -> Cost:
    """One line of money of `campaign`, and a line of its story.

    Raises DomainError: not_marketing, unknown_kind, day_missing, amount_missing, amount_out_of_range, text_too_long,
    bad_currency, bad_rate, bad_value.
    """
    check_keeps_campaigns(by)
    cost = versions.keep(Cost(campaign=campaign), _checked({"kind": "", **facts}))
    _tell(campaign, None, cost_words(cost), by)
    return cost


@transaction.atomic
def change_cost(cost: Cost, facts: CostFacts, *, version: int, by: User) -> Cost:
    """Write `facts` over what the line said; the same again changes nothing.

    Raises DomainError `gone`, `stale`, and what `add_cost` raises.
    """
    found = _locked(cost, version, by)
    before, said = cost_words(found), as_entered(found)
    if (after := cast(CostFacts, {**said, **facts})) == said:
        return found
    versions.keep(found, _checked(after))
    _tell(cost.campaign, before, cost_words(found), by)
    return found


@transaction.atomic
def remove_cost(cost: Cost, *, version: int, by: User) -> None:
    """Take the line away; the story of the campaign keeps what it said.

    Raises DomainError: not_marketing, gone, stale.
    """
    found = _locked(cost, version, by)
    _tell(cost.campaign, cost_words(found), None, by)
    found.delete()


def as_entered(cost: Cost) -> CostFacts:
    """What the line says in the currency in which it was entered."""
    said: Any = {name: getattr(cost, name) for name in ("kind", "on", "supplier", "note", "currency", "rate")}
    entered = "entered_" if cost.currency else ""
    return said | {name: getattr(cost, f"{entered}{name}") for name in AMOUNTS}


def cost_words(cost: Cost) -> str:
    """A line of money as the story of its campaign tells it."""
    said: Any = as_entered(cost)
    unit = cost.currency or company.current().currency
    labels = {"planned": _("planned"), "committed": _("committed"), "actual": _("actual")}
    amounts = [f"{labels[name]} {said[name]:.2f} {unit}" for name in AMOUNTS if said[name] is not None]
    rate = _("at %(rate)s") % {"rate": cost.rate_words} if cost.rate else ""
    return ", ".join(filter(None, [cost.get_kind_display(), str(cost.on), *amounts, rate, cost.supplier, cost.note]))


def _locked(cost: Cost, version: int, by: User) -> Cost:
    """The line, locked after its campaign: as files of costs lock them."""
    check_keeps_campaigns(by)
    Campaign.objects.select_for_update(no_key=True).get(pk=cost.campaign_id)
    return versions.locked(Cost.objects.all(), cost.pk, version)


def _checked(facts: CostFacts) -> dict[str, Any]:
    """The line as it is kept."""
    check_choice(facts["kind"], Cost.Kind.values, "unknown_kind", "kind")
    if facts.get("on") is None:
        raise refusal("day_missing", "on", _("Write the day of the cost."))
    entered = {name: cast(Decimal | None, facts.get(name)) for name in AMOUNTS}
    for name, amount in entered.items():
        check_amount(name, amount)
    if all(amount is None for amount in entered.values()):
        raise refusal("amount_missing", "actual", _("Write what is planned, committed or was spent."))
    currency, rate = _currency(facts)
    amounts = {name: turned(amount, rate) for name, amount in entered.items()}
    for name, amount in amounts.items():
        check_amount(name, amount)
    return {
        "kind": facts["kind"], "on": facts["on"], "currency": currency, "rate": rate, **amounts,
        "supplier": checked_text(facts.get("supplier", ""), "supplier", most=120, required=False),
        "note": checked_text(facts.get("note", ""), "note", most=200, required=False),
        **{f"entered_{name}": amount if currency else None for name, amount in entered.items()},
    }  # fmt: skip


def _currency(facts: CostFacts) -> tuple[str, Decimal | None]:
    """Another currency than the company's with its rate; empty and None for the company's."""
    code, own = facts.get("currency", "").strip().upper(), company.current().currency
    if code in ("", own):
        return "", None
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise refusal("bad_currency", "currency", _("Write a code of three letters such as EUR."))
    rate = facts.get("rate")
    if rate is None or not 0 < rate < MOST_RATE:
        words = _("Write what one %(code)s is worth in %(own)s, such as 0.92.")
        raise refusal("bad_rate", "rate", words % {"code": code, "own": own})
    return code, rate


def turned(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """An amount in the company's currency, rounded half up to the cent; None stays None."""
    if amount is None or rate is None:
        return amount
    return (amount * rate).quantize(CENT, rounding=ROUND_HALF_UP)


def _tell(campaign: Campaign, before: str | None, after: str | None, by: User) -> None:
    trail.note(campaign, trail.Act.CHANGED, by=by, changes={"cost": [before, after]})
