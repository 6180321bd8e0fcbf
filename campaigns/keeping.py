"""Marketing writes down what it undertakes, and changes what it wrote."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.aliases import aliases_of, checked_aliases, keep_aliases
from campaigns.checks import (
    check_amount,
    check_choice,
    check_code,
    checked_countries,
    checked_links,
    checked_text,
    refusal,
)
from campaigns.matching import code_for, free_code
from campaigns.models import Alias, Campaign
from campaigns.partnering import asking, tell_asked
from common import versions


class CampaignFacts(TypedDict, total=False):
    """What is known of a campaign besides its code; what is not named stays as it is."""

    name: str
    channel: str
    starts_on: date | None
    ends_on: date | None
    owner: User | None
    budget: Decimal | None
    parent: Campaign | None
    sales_partner: User | None
    audience: str
    offer: str
    countries: Sequence[str]
    for_targets: bool
    priority: str
    expected_a: int | None
    expected_b: int | None
    expected_c: int | None
    expected_d: int | None
    links: Sequence[str]
    aliases: Sequence[str]


@transaction.atomic
def create_campaign(*, by: User | None, code: str = "", **facts: Unpack[CampaignFacts]) -> Campaign:
    """A new campaign. Without a `code` its name gives one; without an `owner` it is the maker's. By nobody: a command.

    Raises DomainError: not_marketing, name_missing, text_too_long, bad_code, code_taken, unknown_channel,
    unknown_priority, ends_before_start, amount_out_of_range, wrong_owner, wrong_partner, wrong_programme, bad_link,
    alias_taken, too_many_aliases, unknown_country, bad_value.
    """
    if by is not None:
        check_keeps_campaigns(by)
    facts["owner"] = facts.get("owner") or by
    kept = _checked(Campaign(), {"name": "", **facts})
    code = code.strip().lower() or code_for(kept["name"])
    check_code(code)
    if Campaign.objects.filter(code=code).exists() or Alias.objects.filter(key=code).exists():
        raise _code_taken(code)
    try:
        # A savepoint: whoever takes the code at the same moment must not break the transaction around us.
        with transaction.atomic():
            return _written(Campaign(code=code), kept, by)
    except IntegrityError as error:
        if not Campaign.objects.filter(code=code).exists():
            raise
        raise _code_taken(code) from error


@transaction.atomic
def change_campaign(campaign: Campaign, facts: CampaignFacts, *, version: int, by: User | None) -> Campaign:
    """Write `facts`; the same again changes nothing. The code stays.

    Raises DomainError `gone`, `stale`, and what `create_campaign` raises but for codes.
    """
    if by is not None:
        check_keeps_campaigns(by)
    found = versions.locked(Campaign.objects.all(), campaign.pk, version)
    return _written(found, _checked(found, facts), by)


def _written(campaign: Campaign, kept: dict[str, Any], by: User | None) -> Campaign:
    """Write the row and its aliases, and one line about both."""
    before = aliases_of(campaign)
    after = kept.pop("aliases", before)
    asks = asking(campaign, kept)
    written = trail.kept(campaign, kept | asks, by=by, beside={"aliases": [before, after]})
    if after != before:
        keep_aliases(written, after)
    if asks:
        tell_asked(written, by=by, at=timezone.now())
    return written


def _checked(campaign: Campaign, facts: CampaignFacts) -> dict[str, Any]:
    """The facts as they are kept, held against what `campaign` says already."""
    kept = cast(dict[str, Any], dict(facts))
    for name, most in (("name", 200), ("audience", 300), ("offer", 300)):
        if name in kept:
            kept[name] = checked_text(kept[name], name, most=most, required=name == "name")
    if "countries" in kept:
        kept["countries"] = checked_countries(kept["countries"])
    if "links" in kept:
        kept["links"] = checked_links(kept["links"])
    if "aliases" in kept:
        kept["aliases"] = checked_aliases(campaign, kept["aliases"])
    check_choice(kept.get("channel", campaign.channel), Campaign.Channel.values, "unknown_channel", "channel")
    check_choice(kept.get("priority", campaign.priority), Campaign.Priority.values, "unknown_priority", "priority")
    check_amount("budget", kept.get("budget"))
    starts_on, ends_on = (kept.get(name, getattr(campaign, name)) for name in ("starts_on", "ends_on"))
    if starts_on and ends_on and ends_on < starts_on:
        raise refusal("ends_before_start", "ends_on", _("A campaign ends on or after the day it starts."))
    _check_people(facts)
    _check_programme(campaign, facts.get("parent"))
    return kept


def _check_people(facts: CampaignFacts) -> None:
    owner, partner = facts.get("owner"), facts.get("sales_partner")
    if owner is not None and owner.in_sales and not owner.is_staff:
        raise refusal("wrong_owner", "owner", _("Choose somebody of marketing as the owner."))
    if partner is not None and not partner.in_sales:
        raise refusal("wrong_partner", "sales_partner", _("Choose somebody of sales as the partner."))


def _check_programme(campaign: Campaign, parent: Campaign | None) -> None:
    """A programme stands above campaigns and under nothing."""
    if parent is None or parent.pk == campaign.parent_id:
        return
    # Locked, so that nobody puts the programme under another one meanwhile.
    above = Campaign.objects.select_for_update(no_key=True).filter(pk=parent.pk).first()
    if above is None or above.parent_id or above.pk == campaign.pk:
        sentence = _("Choose a campaign that stands under no programme itself.")
    elif campaign.pk and campaign.children.exists():
        sentence = _("This one is a programme with campaigns of its own. Leave it empty.")
    else:
        return
    raise refusal("wrong_programme", "parent", sentence)


def _code_taken(code: str) -> Exception:
    words = _("Files mean another campaign by “%(code)s” already. “%(free)s” is free.")
    return refusal("code_taken", "code", words % {"code": code, "free": free_code(code)})


def next_year(campaign: Campaign) -> CampaignFacts:
    """The same facts for a campaign a year later: its dates, and the year in its name, are moved."""
    starts_on, ends_on = _year_later(campaign.starts_on), _year_later(campaign.ends_on)
    name, year = campaign.name, campaign.starts_on.year if campaign.starts_on else 0
    if year and str(year) in name:
        name = name.replace(str(year), str(year + 1))
    elif year:
        name = f"{name[:195]} {year + 1}"
    return {
        "name": name, "channel": campaign.channel, "starts_on": starts_on, "ends_on": ends_on,
        "owner": campaign.owner, "budget": campaign.budget, "parent": campaign.parent,
        "sales_partner": campaign.sales_partner, "audience": campaign.audience, "offer": campaign.offer,
        "countries": campaign.countries, "for_targets": campaign.for_targets,
        "priority": campaign.priority, "expected_a": campaign.expected_a, "expected_b": campaign.expected_b,
        "expected_c": campaign.expected_c, "expected_d": campaign.expected_d, "links": campaign.links,
    }  # fmt: skip


def _year_later(day: date | None) -> date | None:
    """The same day of the next year; 29 February becomes the 28th."""
    if day is None:
        return None
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)
