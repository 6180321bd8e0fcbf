"""Credit in a snapshot: each deal with what it gave to whom by each model, and what campaigns had of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.quarters import Quarter
from campaigns.models import Campaign
from feedback.models import Outcome
from leads.models import Lead, Merge
from reviews.attribution import INFLUENCE, MODELS, Model, Share, credit_of_each, deals, shares, without_amount
from reviews.credit import UNTOUCHED
from reviews.periods import of_quarter
from reviews.report import NO_CAMPAIGN

Plain = dict[str, Any]
CREDIT = ("credit", "deals")


def kept_credit(quarter: Quarter, now: datetime) -> Plain:
    """The parts of the snapshot; "credit" says too which model the figures of the page follow."""
    period, asked = of_quarter(quarter), [*MODELS, INFLUENCE]
    found, each = shares(period, asked, now=now), credit_of_each(period, asked, now=now)
    campaigns = Campaign.objects.in_bulk({share.campaign for share in found if share.campaign})
    lines = [
        {"model": s.model, "kind": s.kind, "campaign": campaigns[s.campaign].code if s.campaign else "",
         "untouched": s.untouched, "amount": str(s.amount), "deals": s.deals}
        for s in found
    ]  # fmt: skip
    given: dict[int, dict[str, dict[str, str]]] = {}
    for deal, model, campaign, untouched, amount in each:
        whose = campaigns[campaign].code if campaign else _nobody(untouched)
        given.setdefault(deal, {}).setdefault(model, {})[whose] = str(amount)
    return {
        "credit": {
            "model_of_figures": "first_touch",
            "models": {key: {"label": str(m.label), "words": str(m.words)} for key, m in MODELS.items()},
            "campaigns": {one.code: {"name": one.name, "channel": one.channel} for one in campaigns.values()},
            "without_amount": without_amount(period, now=now).count(),
            "shares": sorted(lines, key=lambda line: tuple(map(str, line.values()))),
        },
        "deals": [_deal(one) | {"credit": given.get(one.pk, {})} for one in _latest_first(deals(period, now=now))],
    }  # fmt: skip


def frozen_models(credit: Plain, models: list[Model]) -> list[Model]:
    """As they were told then, with the half-life of then."""
    known = credit["models"]
    return [replace(m, label=known[m.key]["label"], told=known[m.key]["words"]) for m in models if m.key in known]


def frozen_shares(credit: Plain) -> tuple[list[Share], dict[int, Campaign]]:
    """The shares again, with the campaigns as they were called then, by numbers that hold among them."""
    codes = sorted({said["campaign"] for said in credit["shares"] if said["campaign"]})
    numbers, told = {code: n for n, code in enumerate(codes, start=1)}, credit.get("campaigns", {})
    campaigns = {n: Campaign(pk=n, code=code, **told.get(code, {"name": code})) for code, n in numbers.items()}
    found = [
        Share(said["model"], said["kind"], numbers.get(said["campaign"]), said["untouched"], Decimal(said["amount"]),
              said["deals"], frozen=True)
        for said in credit["shares"]
    ]  # fmt: skip
    return found, campaigns


def frozen_deals(pieces: list[Plain], model: str, kind: str, code: str) -> list[tuple[Plain, Decimal]]:
    """The deals from which whoever `code` names had credit, and how much; all credit where it is empty."""
    found = []
    for said in pieces:
        given: Mapping[str, str] = said["credit"].get(model, {}) if said["kind"] == kind else {}
        amounts = list(given.values()) if not code else [given[code]] if code in given else []
        if amounts:
            found.append((said, sum(map(Decimal, amounts), Decimal(0))))
    return found


def seen_deals(found: list[tuple[Plain, Decimal]], user: User) -> list[tuple[Outcome, Decimal]]:
    """Those of the leads that `user` may see today, with the lead that stays where two became one."""
    asked = {said["lead"] for said, _credit in found}
    stays = dict(Merge.objects.filter(undone_at=None, dropped__in=asked).values_list("dropped", "kept"))
    visible = Lead.objects.visible_to(user).filter(pk__in={*asked, *stays.values()}).select_related("organisation")
    leads = {lead.pk: lead for lead in visible}
    return [
        (_outcome(said, leads[pk]), credit)
        for said, credit in found
        if (pk := stays.get(said["lead"], said["lead"])) in leads
    ]


def _latest_first(rows: QuerySet[Outcome]) -> QuerySet[Outcome]:
    return rows.order_by("-at", "-pk")


def _deal(one: Outcome) -> Plain:
    return {
        "outcome": one.pk, "lead": one.lead_id, "kind": one.kind, "at": one.at.isoformat(), "amount": str(one.amount),
    }  # fmt: skip


def _outcome(said: Plain, lead: Lead) -> Outcome:
    at, amount = datetime.fromisoformat(said["at"]), Decimal(said["amount"])
    return Outcome(pk=said["outcome"], lead=lead, kind=said["kind"], at=at, amount=amount)


def _nobody(untouched: bool) -> str:
    """As addresses name it: no touch before the deal, or touches of no campaign."""
    return UNTOUCHED if untouched else NO_CAMPAIGN
