"""The plan of the next quarter: lines and money, written in the review of this one; signed, it is taken over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from accounts.quarters import Quarter, quarter_named
from campaigns.access import check_keeps_campaigns, keeps_campaigns
from campaigns.keeping import change_campaign, create_campaign
from campaigns.models import Campaign, Cost
from common import versions
from common.errors import DomainError
from reviews.access import check_may_review
from reviews.measures import measure_by
from reviews.models import Decision, Plan, PlanLine, Review
from reviews.opening import held
from reviews.slices import Slice

DAY = timedelta(days=1)
MOST = Decimal(10) ** 12
GOES_ON = (Decision.Kind.DOUBLE_DOWN, Decision.Kind.KEEP, Decision.Kind.FIX)


@transaction.atomic
def add_line(key: str, facts: Mapping[str, Any], *, by: User, at: datetime) -> PlanLine:
    """Add money for a `campaign`, or for a proposed one by `name` and `channel`; with `budget`, `owner`, `note`.

    Raises DomainError as `held`, `wrong_owner`, `bad_value`.
    """
    plan = _plan(held(key, by=by, at=at))
    return trail.kept(PlanLine(plan=plan), _checked(facts), by=by)


@transaction.atomic
def change_line(key: str, line: int, facts: Mapping[str, Any], *, version: int, by: User, at: datetime) -> PlanLine:
    """Write over what a line said. Raises DomainError as `add_line`, `gone`, `stale`."""
    found = _line(_plan(held(key, by=by, at=at)), line, version)
    return trail.kept(found, _checked(facts), by=by)


@transaction.atomic
def remove_line(key: str, line: int, *, version: int, by: User, at: datetime) -> None:
    """Take a line out of the plan. Raises DomainError as `held`, `gone`, `stale`."""
    found = _line(_plan(held(key, by=by, at=at)), line, version)
    trail.note(found, trail.Act.REMOVED, by=by, changes={"budget": [str(found.budget), None]})
    found.delete()


@transaction.atomic
def set_budgets(
    key: str, budgets: Mapping[int, Decimal], given: Decimal | None, *, versions: Mapping[int, int], version: int,
    by: User, at: datetime,
) -> Plan:  # fmt: skip
    """Write the budget of each line, by its id, and the budget `given`, in one act with one line of the trail. What
    is the same stays untouched, whoever wrote it.

    Raises DomainError as `held`, `gone`, `stale` and `bad_value`, which name the lines.
    """
    plan = _plan(held(key, by=by, at=at))
    lines = {line.pk: line for line in plan.lines.select_related("campaign")}
    if missing := budgets.keys() - lines.keys():
        raise DomainError("gone", _("Somebody took a line out meanwhile."), {str(pk): "" for pk in missing})
    changed = [lines[pk] for pk, amount in budgets.items() if lines[pk].budget != amount]
    stale = {str(line.pk): _now_it_says(line.budget) for line in changed if line.version != versions.get(line.pk)}
    if plan.given != given and plan.version != version:
        stale["given"] = _now_it_says(plan.given)
    if stale:
        raise DomainError("stale", _("Somebody changed this since you opened it. Compare, then save again."), stale)
    return _written(plan, {line: budgets[line.pk] for line in changed}, given, by)


@transaction.atomic
def move_money(
    key: str, amount: Decimal, *, source: int, target: int, versions: Mapping[int, int], by: User, at: datetime
) -> Plan:
    """Move money from one line to another; the total stays.

    Raises DomainError as `held`, `gone`, `stale`, `same_line`, `bad_value` where there is less to move.
    """
    plan = _plan(held(key, by=by, at=at))
    if source == target:
        raise DomainError("same_line", _("Choose two different lines."), {"target": _("Choose another line.")})
    giver, taker = (_line(plan, pk, versions.get(pk, 0)) for pk in (source, target))
    if not 0 < amount <= giver.budget:
        words = _("Write an amount up to %(most)s.") % {"most": giver.budget}
        raise DomainError("bad_value", words, {"amount": words})
    return _written(plan, {giver: giver.budget - amount, taker: taker.budget + amount}, plan.given, by)


@transaction.atomic
def propose_lines(key: str, *, by: User, at: datetime) -> list[PlanLine]:
    """A line for each campaign that was decided to go on and has none: what it cost this quarter, by the owner of
    the decision. Raises DomainError as `held`, `nothing_to_propose`."""
    review = held(key, by=by, at=at)
    plan = _plan(review)
    decided = review.decisions.filter(kind__in=GOES_ON).exclude(campaign__in=plan.lines.values("campaign"))
    going = list(decided.select_related("campaign").order_by("campaign__name", "pk"))
    if not going:
        raise DomainError("nothing_to_propose", _("Each campaign that goes on has a line. Decide on others first."))
    costs = costs_of(quarter_named(key), [one.campaign_id for one in going], at)
    lines = PlanLine.objects.bulk_create(
        PlanLine(plan=plan, campaign=one.campaign, budget=costs.get(one.campaign_id) or 0, owner=one.owner)
        for one in going
    )
    trail.note(plan, trail.Act.CHANGED, by=by, changes={"lines": [None, [str(line) for line in lines]]})
    return lines


@transaction.atomic
def take_over(key: str, *, by: User, at: datetime) -> Plan:
    """Write the budgets of a signed plan to the campaigns, and make the campaigns that it proposes, for the quarter
    after `key`. A budget counts for all of a campaign's days: what it cost before that quarter is added.

    Raises DomainError `not_yours`, `not_marketing`, `not_signed`, `taken_over`, and what campaigns refuse.
    """
    check_may_review(by)
    check_keeps_campaigns(by)
    quarter = quarter_named(key)
    review = Review.objects.select_for_update(no_key=True).filter(quarter=key).first()
    if review is None or not review.is_signed:
        raise DomainError("not_signed", _("Both sign the plan first. Then its budgets go to the campaigns."))
    plan = _plan(review)
    if plan.taken_over_at:
        raise DomainError("taken_over", _("The budgets of this plan stand in the campaigns already."))
    before = _spent_before(quarter.shifted(1), plan)
    for line in plan.lines.select_related("campaign", "owner").order_by("campaign", "pk"):
        if line.campaign:
            facts: Any = {"budget": line.budget + before.get(line.campaign.pk, Decimal(0))}
            change_campaign(line.campaign, facts, version=line.campaign.version, by=by)
        else:
            line.made = _made(line, quarter.shifted(1), by)
            line.save(update_fields=["made"])
    return trail.kept(plan, {"taken_over_at": at}, by=by)


def costs_of(quarter: Quarter, campaigns: list[int], now: datetime) -> dict[Any, Decimal | None]:
    """What each campaign cost in a quarter, by its id."""
    part = Slice(quarter, campaigns=frozenset(campaigns))
    return {pk: told["cost"] for pk, told in measure_by("campaign", part=part, now=now, only=["cost"]).items()}


def _plan(review: Review) -> Plan:
    return Plan.objects.get_or_create(review=review)[0]


def _line(plan: Plan, pk: int, version: int) -> PlanLine:
    return versions.locked(plan.lines.all(), pk, version)


def _written(plan: Plan, budgets: Mapping[PlanLine, Decimal], given: Decimal | None, by: User) -> Plan:
    """Write some budgets and the budget given; one line of the trail tells all of them."""
    changes = {str(line): [str(line.budget), str(amount)] for line, amount in budgets.items()}
    for line, amount in budgets.items():
        _check_money(str(line.pk), amount)
        versions.keep(line, {"budget": amount})
    if given is not None:
        _check_money("given", given)
    if not changes and plan.given == given:
        return plan
    return trail.kept(plan, {"given": given}, by=by, beside=changes)


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    campaign, owner = facts.get("campaign"), facts["owner"]
    if owner is not None and not owner.is_active:
        words = _("Choose somebody who works here.")
        raise DomainError("wrong_owner", words, {"owner": words})
    if facts.get("budget") is not None:
        _check_money("budget", facts["budget"])
    return {
        "campaign": campaign, "name": "" if campaign else " ".join((facts.get("name") or "").split()),
        "channel": "" if campaign else facts.get("channel") or "", "budget": facts.get("budget"), "owner": owner,
        "note": (facts.get("note") or "").strip(),
    }  # fmt: skip


def _check_money(field: str, amount: Decimal) -> None:
    if not 0 <= amount < MOST:
        words = _("Write an amount of 0 or more, below a thousand billions.")
        raise DomainError("bad_value", words, {field: words})


def _now_it_says(amount: Decimal | None) -> str:
    return _("Now it says: %(theirs)s") % {"theirs": amount if amount is not None else _("nothing")}


def _spent_before(quarter: Quarter, plan: Plan) -> dict[int, Decimal]:
    """What the campaigns of a plan cost before a quarter."""
    costs = Cost.objects.filter(campaign__in=plan.lines.values("campaign"), on__lt=quarter.first_day).order_by()
    sums = costs.values("campaign").annotate(spent=Sum("actual")).values_list("campaign", "spent")
    return {pk: spent for pk, spent in sums if spent is not None}


def _made(line: PlanLine, quarter: Quarter, by: User) -> Campaign:
    """The campaign that a line proposes, for the days of a quarter. Campaigns belong to marketing."""
    return create_campaign(
        by=by, name=line.name, channel=line.channel, budget=line.budget, starts_on=quarter.first_day,
        ends_on=quarter.first_day_after - DAY, owner=line.owner if keeps_campaigns(line.owner) else by,
    )  # fmt: skip
