"""A campaign ends before its last day, is abandoned, or is taken up again; each with a why."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import company, trail
from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.checks import checked_text
from campaigns.models import Campaign
from common import versions
from common.errors import DomainError

Status = Campaign.Status
OVER = (Status.ENDED, Status.ABANDONED)
LONGEST_WHY = 500


def today(at: datetime) -> date:
    """The day that it is for the company."""
    return at.astimezone(company.current().zone).date()


@transaction.atomic
def end_campaign(campaign: Campaign, *, why: str, version: int, by: User, at: datetime) -> Campaign:
    """It has ended, whatever its last day.

    Raises DomainError: not_marketing, gone, stale, why_missing, text_too_long, over_already, not_begun.
    """
    found, why = _begin(campaign, why, version, by)
    status = found.status_on(today(at))
    _check_not_over(status)
    if status == Status.PLANNED:
        raise DomainError("not_begun", _("It has not begun. Abandon it, or change its dates."))
    return trail.kept(found, {"set_status": Status.ENDED.value, "status_why": why}, by=by)


@transaction.atomic
def abandon_campaign(campaign: Campaign, *, why: str, version: int, by: User, at: datetime) -> Campaign:
    """It is given up, begun or not.

    Raises DomainError: not_marketing, gone, stale, why_missing, text_too_long, over_already.
    """
    found, why = _begin(campaign, why, version, by)
    _check_not_over(found.status_on(today(at)))
    return trail.kept(found, {"set_status": Status.ABANDONED.value, "status_why": why}, by=by)


@transaction.atomic
def reopen_campaign(campaign: Campaign, *, why: str, version: int, by: User, at: datetime) -> Campaign:
    """Its status follows the dates again; the why stands in the trail.

    Raises DomainError: not_marketing, gone, stale, why_missing, text_too_long, not_over, ended_by_dates.
    """
    found, why = _begin(campaign, why, version, by)
    if found.ends_on and found.ends_on < today(at):
        raise DomainError("ended_by_dates", _("Its last day has passed. Change the dates first."))
    if not found.set_status:
        raise DomainError("not_over", _("It has not ended."))
    return trail.kept(found, {"set_status": "", "status_why": ""}, by=by, beside={"reopened": [None, why]})


ACTS = {"end": end_campaign, "abandon": abandon_campaign, "reopen": reopen_campaign}


def _begin(campaign: Campaign, why: str, version: int, by: User) -> tuple[Campaign, str]:
    check_keeps_campaigns(by)
    why = checked_text(why, "why", most=LONGEST_WHY)
    return versions.locked(Campaign.objects.all(), campaign.pk, version), why


def _check_not_over(status: Status) -> None:
    if status in OVER:
        raise DomainError("over_already", _("It is %(status)s already.") % {"status": status.label})
