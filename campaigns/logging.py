"""Marketing writes down what it undertakes, what it costs and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from campaigns.matching import CODE_LENGTH, campaigns_named, code_for
from campaigns.models import Activity, Campaign, Cost
from common.errors import DomainError

MOST_MONEY = Decimal(10) ** 12


@transaction.atomic
def create_campaign(
    *, name: str, by: User, code: str = "", channel: str = Campaign.Channel.OTHER, parent: Campaign | None = None,
    starts_on: date | None = None, ends_on: date | None = None, owner: User | None = None,
    sales_partner: User | None = None, budget: Decimal | None = None,
) -> Campaign:  # fmt: skip
    """A new campaign. Without a `code` its name gives one; without an `owner` it is the maker's.

    Raises DomainError: not_marketing, name_missing, bad_code, code_taken, unknown_channel,
    ends_before_start, amount_out_of_range, wrong_owner, wrong_partner.
    """
    _check_marketing(by)
    owner = owner or by
    name = _text(name, "name", most=200)
    code = code.strip().lower() or code_for(name)
    _check_code(code)
    _check_choice(channel, Campaign.Channel.values, "unknown_channel", "channel")
    _check_amount("budget", budget)
    if starts_on and ends_on and ends_on < starts_on:
        raise _refusal("ends_before_start", "ends_on", _("A campaign ends on or after the day it starts."))
    if owner.in_sales and not owner.is_staff:
        raise _refusal("wrong_owner", "owner", _("Choose somebody of marketing as the owner."))
    if sales_partner is not None and not sales_partner.in_sales:
        raise _refusal("wrong_partner", "sales_partner", _("Choose somebody of sales as the partner."))
    campaign = Campaign(
        code=code, name=name, channel=channel, parent=parent, starts_on=starts_on, ends_on=ends_on,
        owner=owner, sales_partner=sales_partner, budget=budget,
    )  # fmt: skip
    _save_new(campaign)
    return campaign


@transaction.atomic
def add_cost(
    campaign: Campaign, *, by: User, kind: str, on: date, planned: Decimal | None = None,
    actual: Decimal | None = None, note: str = "",
) -> Cost:  # fmt: skip
    """One line of money of `campaign`; None means not entered, zero means free.

    Raises DomainError: not_marketing, unknown_kind, amount_missing, amount_out_of_range, text_too_long.
    """
    _check_marketing(by)
    _check_choice(kind, Cost.Kind.values, "unknown_kind", "kind")
    _check_amount("planned", planned)
    _check_amount("actual", actual)
    if planned is None and actual is None:
        raise _refusal("amount_missing", "actual", _("Write the planned cost, the actual cost, or both."))
    note = _text(note, "note", most=200, required=False)
    return Cost.objects.create(campaign=campaign, kind=kind, on=on, planned=planned, actual=actual, note=note)


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
        _check_marketing(by)
    campaigns = campaigns_named(row.campaign for row in rows)
    # In the order of the ids, so that two files of the same campaigns wait instead of doubling a line.
    locked = Campaign.objects.filter(pk__in=campaigns.values()).order_by("pk").select_for_update(no_key=True)
    known: dict[tuple[object, ...], list[Cost]] = {}
    for cost in Cost.objects.filter(campaign__in=[campaign.pk for campaign in locked]):
        known.setdefault((cost.campaign_id, cost.kind, cost.on, cost.note), []).append(cost)
    made: list[Cost] = []
    filled: dict[int, Cost] = {}
    logged = []
    for row in rows:
        pk = campaigns[row.campaign.strip().lower()]
        same_day = known.setdefault((pk, row.kind, row.on, row.note), [])
        logged.append(Logged(row.number, _log(row, pk, same_day, made, filled)))
    Cost.objects.bulk_create(made)
    Cost.objects.bulk_update(filled.values(), ["planned", "actual"])
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
                filled[cost.pk] = cost
            return "updated"
    cost = Cost(
        campaign_id=campaign_id, kind=row.kind, on=row.on, planned=row.planned, actual=row.actual, note=row.note
    )
    same_day.append(cost)
    made.append(cost)
    return "created"


@transaction.atomic
def log_activity(campaign: Campaign, *, by: User, what: str, on: date) -> Activity:
    """Something that marketing did in `campaign` on the day `on`.

    Raises DomainError: not_marketing, what_missing, text_too_long, in_future.
    """
    _check_marketing(by)
    if on > timezone.now().astimezone(company.current().zone).date():
        raise _refusal("in_future", "on", _("Write a day that is not in the future: this is what was done."))
    return Activity.objects.create(campaign=campaign, by=by, what=_text(what, "what", most=300), on=on)


def keeps_campaigns(user: User) -> bool:
    """Whether `user` may write campaigns, their costs and activities: marketing, and who administers."""
    return user.is_active and (user.is_staff or not user.in_sales)


def _check_marketing(by: User) -> None:
    if not keeps_campaigns(by):
        raise DomainError("not_marketing", _("Campaigns are kept by marketing."))


def _text(text: str, field: str, *, most: int, required: bool = True) -> str:
    text = text.strip()
    if required and not text:
        raise _refusal(f"{field}_missing", field, _("Write a few words."))
    if len(text) > most:
        raise _refusal("text_too_long", field, _("Write at most %(most)d characters.") % {"most": most})
    return text


def _check_code(code: str) -> None:
    try:
        validate_slug(code)
    except ValidationError:
        code = ""
    if not code or len(code) > CODE_LENGTH:
        sentence = _("Write a code of letters, digits and hyphens, at most %(most)d of them.") % {"most": CODE_LENGTH}
        raise _refusal("bad_code", "code", sentence)


def _check_choice(value: str, known: list[str], code: str, field: str) -> None:
    if value not in known:
        raise _refusal(code, field, _("Choose one of: %(known)s.") % {"known": ", ".join(known)})


def _check_amount(field: str, amount: Decimal | None) -> None:
    if amount is not None and not 0 <= amount < MOST_MONEY:
        raise _refusal("amount_out_of_range", field, _("Write an amount between 0 and 999 999 999 999."))


def _save_new(campaign: Campaign) -> None:
    try:
        # A savepoint: whoever takes the code at the same moment must not break the transaction around us.
        with transaction.atomic():
            campaign.save(force_insert=True)
    except IntegrityError as error:
        if not Campaign.objects.filter(code=campaign.code).exists():
            raise
        sentence = _("A campaign has the code “%(code)s” already. Write another one.") % {"code": campaign.code}
        raise _refusal("code_taken", "code", sentence) from error


def _refusal(code: str, field: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {field: sentence})
