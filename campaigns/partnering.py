"""A campaign asks somebody of sales to be its partner; they agree or decline, and may think again."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from campaigns.access import check_keeps_campaigns, keeps_campaigns
from campaigns.checks import checked_text, refusal
from campaigns.ending import OVER, today
from campaigns.models import Campaign
from common import versions
from common.errors import DomainError
from notices.telling import Notice, tell

State = Campaign.PartnerState
LONGEST_WORD = 300
NOBODY_ASKED = {"partner_state": "", "partner_said": ""}


def asking(campaign: Campaign, kept: dict[str, Any]) -> dict[str, str]:
    """What becomes of the partner's answer where `kept` names another partner: they are asked anew. Of a campaign
    that is over nobody is asked. Nothing where the partner stays."""
    partner = kept.get("sales_partner", campaign.sales_partner)
    if partner == campaign.sales_partner:
        return {}
    meant = Campaign(
        starts_on=kept.get("starts_on", campaign.starts_on),
        ends_on=kept.get("ends_on", campaign.ends_on),
        set_status="" if campaign._state.adding else campaign.set_status,
    )
    over = meant.status_on(today(timezone.now())) in OVER
    return NOBODY_ASKED if partner is None or over else NOBODY_ASKED | {"partner_state": State.ASKED.value}


@transaction.atomic
def ask_partner(campaign: Campaign, *, version: int, by: User, at: datetime) -> Campaign:
    """Ask the sales partner, who was never asked or declined, for an answer.

    Raises DomainError: not_marketing, gone, stale, no_partner, over_already, asked_already.
    """
    check_keeps_campaigns(by)
    found = versions.locked(Campaign.objects.all(), campaign.pk, version)
    if found.sales_partner is None:
        raise DomainError("no_partner", _("It has no sales partner. Choose one first."))
    _check_not_over(found, at)
    if found.partner_state in (State.ASKED, State.AGREED):
        raise DomainError("asked_already", _("%(who)s was asked already.") % {"who": found.sales_partner})
    asked = trail.kept(found, NOBODY_ASKED | {"partner_state": State.ASKED.value}, by=by)
    tell_asked(asked, by=by, at=at)
    return asked


@transaction.atomic
def answer_as_partner(
    campaign: Campaign, *, agrees: bool, word: str = "", version: int, by: User, at: datetime
) -> Campaign:
    """Keep what the sales partner says; whoever declines says why. The same again changes nothing.

    Raises DomainError: gone, stale, not_yours, over_already, word_missing, text_too_long.
    """
    found = versions.locked(Campaign.objects.all(), campaign.pk, version)
    if not _is_asked(by, found):
        raise DomainError("not_yours", _("Only the sales partner answers this."))
    _check_not_over(found, at)
    word = checked_text(word, "word", most=LONGEST_WORD, required=False)
    if not agrees and not word:
        raise refusal("word_missing", "word", _("Write a word about why."))
    state = State.AGREED if agrees else State.DECLINED
    answered = trail.kept(found, {"partner_state": state.value, "partner_said": word}, by=by)
    if answered.version != version:
        _tell_answered(answered, by=by, at=at)
    return answered


def may_answer(user: User, campaign: Campaign, day: date) -> bool:
    """Whether `user` is the sales partner, was asked, and the campaign is not over on `day`."""
    return _is_asked(user, campaign) and campaign.status_on(day) not in OVER


def may_ask(user: User, campaign: Campaign, day: date) -> bool:
    """Whether `user` may ask the partner, who was never asked or declined."""
    waits = campaign.sales_partner_id is not None and campaign.partner_state in ("", State.DECLINED)
    return waits and keeps_campaigns(user) and campaign.status_on(day) not in OVER


def _is_asked(user: User, campaign: Campaign) -> bool:
    return user.is_active and user.pk == campaign.sales_partner_id and campaign.partner_state != ""


def _check_not_over(campaign: Campaign, at: datetime) -> None:
    if (status := campaign.status_on(today(at))) in OVER:
        raise DomainError("over_already", _("It is %(status)s already.") % {"status": status.label})


def tell_asked(campaign: Campaign, *, by: User | None, at: datetime) -> None:
    """Tell the partner that an answer is asked for; nobody where nobody is asked."""
    if campaign.partner_state != State.ASKED or campaign.sales_partner_id is None:
        return
    title = _("%(campaign)s asks you to be its sales partner") % {"campaign": campaign}
    detail = _("%(who)s named you. Agree, or decline with a word.") % {"who": by or _("A file")}
    _tell(campaign.sales_partner_id, "partner_asked", campaign, title, detail, at=at)


def _tell_answered(campaign: Campaign, *, by: User, at: datetime) -> None:
    if campaign.owner_id is None:
        return
    agrees = campaign.partner_state == State.AGREED
    words = _("%(who)s agrees to be the sales partner of %(campaign)s")
    if not agrees:
        words = _("%(who)s declines to be the sales partner of %(campaign)s")
    title = words % {"who": by, "campaign": campaign}
    _tell(campaign.owner_id, "partner_answered", campaign, title, campaign.partner_said, at=at)


def _tell(person_id: int, kind: str, campaign: Campaign, title: str, detail: str, *, at: datetime) -> None:
    path = f"{campaign.get_absolute_url()}#partner"
    tell([Notice(person_id, kind, f"{kind}:{campaign.pk}:{campaign.version}", title, path, detail)], at=at)
