"""One change for many campaigns: those that it does not fit are left as they were, and told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns import ending
from campaigns.access import check_keeps_campaigns
from campaigns.keeping import CampaignFacts, change_campaign
from campaigns.models import Campaign
from common.errors import DomainError

# At most so many in one transaction.
MOST = 200
FURTHEST = 3660


@dataclass
class Done:
    """The campaigns that were changed, and of the others why not."""

    changed: list[Campaign] = field(default_factory=list)
    refused: list[tuple[Campaign, str]] = field(default_factory=list)


@transaction.atomic
def change_many(campaigns: Iterable[Campaign], act: str, said: Mapping[str, Any], *, by: User, at: datetime) -> Done:
    """Give all of them an `owner`, a `parent` or a `channel`, `move` their dates by `days`, or `end`, `abandon` or
    `reopen` them with a `why`, each by its own verb with its own line of the trail.

    Raises DomainError `not_marketing`, `nobody` where none is chosen, `too_many` above MOST, `unknown_act`.
    """
    check_keeps_campaigns(by)
    found = sorted(campaigns, key=lambda campaign: campaign.pk)
    if not found:
        raise DomainError("nobody", _("No campaign is chosen. Choose some in the list first."))
    if len(found) > MOST:
        raise DomainError("too_many", _("At most %(most)d campaigns can be changed at once.") % {"most": MOST})
    if act not in ACTS:
        raise DomainError("unknown_act", _("Choose what changes."))
    done = Done()
    for campaign in found:
        try:
            with transaction.atomic():
                done.changed.append(ACTS[act](campaign, act, said, by, at))
        except DomainError as error:
            done.refused.append((campaign, error.message))
    return done


def _fact(campaign: Campaign, act: str, said: Mapping[str, Any], by: User, at: datetime) -> Campaign:
    facts: Any = {act: said[act]}
    return change_campaign(campaign, facts, version=campaign.version, by=by)


def _moved(campaign: Campaign, act: str, said: Mapping[str, Any], by: User, at: datetime) -> Campaign:
    days = timedelta(days=said["days"])
    facts: CampaignFacts = {}
    if campaign.starts_on:
        facts["starts_on"] = campaign.starts_on + days
    if campaign.ends_on:
        facts["ends_on"] = campaign.ends_on + days
    if not facts:
        raise DomainError("no_dates", _("It has no dates."))
    return change_campaign(campaign, facts, version=campaign.version, by=by)


def _step(campaign: Campaign, act: str, said: Mapping[str, Any], by: User, at: datetime) -> Campaign:
    return ending.ACTS[act](campaign, why=said["why"], version=campaign.version, by=by, at=at)


ACTS: dict[str, Callable[[Campaign, str, Mapping[str, Any], User, datetime], Campaign]] = {
    "owner": _fact, "parent": _fact, "channel": _fact, "move": _moved, **dict.fromkeys(ending.ACTS, _step),
}  # fmt: skip
