"""Campaigns that a file tells: a new one is created, a known one is filled where it says nothing yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.aliases import aliases_of
from campaigns.checks import refusal
from campaigns.cost_files import Logged
from campaigns.keeping import change_campaign, create_campaign
from campaigns.matching import campaigns_named, known
from campaigns.models import Campaign
from common.errors import DomainError

PEOPLE = ("owner", "sales_partner")


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    """A campaign as a file tells it: `owner` and `sales_partner` by e-mail, `programme` by code or name; `facts` are
    those of `create_campaign` that need no looking up."""

    number: int
    name: str
    code: str = ""
    owner: str = ""
    sales_partner: str = ""
    programme: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def log_campaigns(rows: Sequence[CampaignRow], *, by: User | None) -> list[Logged]:
    """Each row by itself: one that can't be is refused with its sentence, and stops no other. The same row again
    changes nothing, and nothing that somebody wrote is overwritten."""
    people = _people(rows)
    return [_log(row, people, by) for row in rows]


def _log(row: CampaignRow, people: Mapping[str, User], by: User | None) -> Logged:
    try:
        with transaction.atomic():
            return Logged(row.number, _taken(row, people, by))
    except DomainError as error:
        return Logged(row.number, "refused", error.message)


def _taken(row: CampaignRow, people: Mapping[str, User], by: User | None) -> str:
    facts = dict(row.facts) | {name: _person(name, getattr(row, name), people) for name in PEOPLE if getattr(row, name)}
    if row.programme:
        (programme,) = campaigns_named([row.programme]).values()
        facts["parent"] = Campaign.objects.get(pk=programme)
    found = known([row.code or row.name]).values()
    campaign = Campaign.objects.filter(pk__in=found).first()
    if campaign is None:
        create_campaign(by=by, code=row.code, name=row.name, **facts)
        return "created"
    missing: Any = {name: value for name, value in facts.items() if _says_nothing(campaign, name) and value}
    if more := [alias for alias in facts.get("aliases", ()) if alias not in aliases_of(campaign)]:
        missing["aliases"] = [*aliases_of(campaign), *more]
    if not missing:
        return "unchanged"
    changed = change_campaign(campaign, missing, version=campaign.version, by=by)
    return "updated" if changed.version != campaign.version else "unchanged"


def _says_nothing(campaign: Campaign, name: str) -> bool:
    if name == "channel":
        return campaign.channel == Campaign.Channel.OTHER
    return name != "aliases" and getattr(campaign, name) in (None, "", [])


def _people(rows: Iterable[CampaignRow]) -> dict[str, User]:
    emails = {getattr(row, name).lower() for row in rows for name in PEOPLE}
    return {user.email: user for user in User.objects.filter(email__in=emails, is_active=True) if user.email}


def _person(name: str, email: str, people: Mapping[str, User]) -> User:
    if email.lower() not in people:
        raise refusal(f"wrong_{name}", name, _("Nobody here has the address %(email)s.") % {"email": email})
    return people[email.lower()]
