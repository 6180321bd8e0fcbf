"""What marketing did with the reasons that a rep gave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import User
from campaigns.models import Campaign
from feedback.adjustments import Told, told, with_counts
from feedback.models import Adjustment, Outcome, Reason, Verdict
from feedback.shares import Asked
from feedback.worklist import LOOKS_BACK
from leads.models import Handoff

MOST = 20
Key = tuple[int, int]


@dataclass(frozen=True)
class Given:
    """A reason that the rep gave for `count` leads of a campaign, and the adjustments that answer it."""

    reason: Reason
    campaign: Campaign
    count: int
    url: str
    adjustments: list[Told]


@dataclass(frozen=True)
class CameOf:
    """The reasons of one rep, those that led to a change first; `answered` of `total` did."""

    shown: list[Given]
    answered: int
    total: int


def came_of(rep: User, *, now: datetime) -> CameOf:
    """Of the leads handed off in the last 90 days, the reasons that `rep` gave, with what was done since."""
    counts = _counts(rep, now)
    reasons = Reason.objects.in_bulk()
    campaigns = Campaign.objects.in_bulk({campaign for campaign, _reason in counts})
    answers = _answers(campaigns, now)
    given = []
    for (campaign, reason), count in counts.items():
        why = reasons[reason]
        url = Asked.back(LOOKS_BACK.days, now, group=why.group, reason=why, campaign=campaigns[campaign], by=rep).url
        theirs = [one for one in answers if _is_about(one.adjustment, campaign, why)]
        given.append(Given(why, campaigns[campaign], count, url, theirs))
    given.sort(key=lambda one: (not one.adjustments, -one.count, one.reason.label, one.campaign.name))
    return CameOf(given[:MOST], sum(1 for one in given if one.adjustments), len(given))


def _counts(rep: User, now: datetime) -> dict[Key, int]:
    """For how many leads each reason was given, by campaign and reason."""
    handoffs = Handoff.objects.filter(lead__kept_out="", at__gte=now - LOOKS_BACK, at__lt=now)
    of_verdicts = Verdict.objects.filter(by=rep, reason__isnull=False, handoff__in=handoffs)
    of_losses = Outcome.objects.filter(by=rep, kind="lost", lead__handoffs__in=handoffs)
    rows = [
        *of_verdicts.values_list("handoff__lead__campaign", "reason").annotate(n=Count("handoff__lead", distinct=True)),
        *of_losses.order_by().values_list("lead__campaign", "reason").annotate(n=Count("lead", distinct=True)),
    ]
    return {(campaign, reason): n for campaign, reason, n in rows if campaign}


def _answers(campaigns: Iterable[int], now: datetime) -> list[Told]:
    """Adjustments of these campaigns that run, or were opened since."""
    lately = Q(opened_at__gte=now - LOOKS_BACK) | Q(state__in=Adjustment.RUNNING)
    rows = Adjustment.objects.filter(lately, campaign__in=list(campaigns)).exclude(state=Adjustment.State.DROPPED)
    return told(with_counts(rows.for_list().order_by("-opened_at", "-pk"), now), now)


def _is_about(adjustment: Adjustment, campaign: int, reason: Reason) -> bool:
    same = adjustment.reason_id in (None, reason.pk) and adjustment.group == reason.group
    return same and adjustment.campaign_id == campaign
