"""The reasons of a campaign by group, held against all campaigns, with what is done about each."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Count

from campaigns.models import Campaign
from feedback.adjustments import KINDS, Kind, Told, told, with_counts
from feedback.models import Reason
from feedback.shares import Asked, Share, fitting, shares, shares_by_days

Group = Reason.Group
# The groups that marketing can answer, and those that are kept apart from their shares.
SHARED: tuple[str, ...] = (Group.WRONG_TARGET, Group.NO_COMPELLING_NEED, Group.TIMING)
APART: tuple[str, ...] = (Group.DATA_FAULT, Group.NO_CONTACT, Group.LOST)
MOST = 20


@dataclass(frozen=True)
class Line:
    """One reason, or a group as a whole; of all campaigns only for groups, and not for lost opportunities."""

    label: str
    about: str
    share: Share
    everywhere: Share | None = None


@dataclass
class GroupLines:
    """A group with its reasons and the adjustments that answer it."""

    group: str
    kind: Kind
    whole: Line
    reasons: list[Line] = field(default_factory=list)
    adjustments: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Mix:
    """What sales said of `judged` leads in so many days."""

    days: int
    since: datetime
    judged: int
    groups: list[GroupLines]
    adjustments: list[Told]


def mix(campaign: Campaign, *, days: int | None, now: datetime) -> Mix:
    """The reasons of the last `days` days; without a number, of the window with enough cases to judge."""
    if days is None:
        days = fitting(shares_by_days(now, group=Group.WRONG_TARGET, campaign=campaign))
    adjustments = told(with_counts(campaign.adjustments.for_list().order_by("-opened_at")[:MOST], now), now)
    asks = {group: Asked.back(days, now, group=group, campaign=campaign) for group in (*SHARED, *APART)}
    of_verdicts = [group for group in asks if group != Group.LOST]
    found = dict(zip(of_verdicts, shares([asks[group] for group in of_verdicts]), strict=True))
    found[Group.LOST] = asks[Group.LOST].share()
    everywhere = dict(zip(SHARED, shares([Asked.back(days, now, group=group) for group in SHARED]), strict=True))
    known = Reason.objects.in_bulk()
    counts = _counts(asks[Group.TIMING], "verdict__reason") | _counts(asks[Group.LOST], "lead__outcomes__reason")
    reasons = sorted(((known[pk], n) for pk, n in counts.items()), key=lambda one: (-one[1], one[0].label))
    groups = [
        GroupLines(
            group, KINDS[group],
            Line(str(Group(group).label), f"group:{group}", share, everywhere.get(group)),
            [
                Line(reason.label, reason.key, Share(n, share.denominator, replace(asks[group], reason=reason).url))
                for reason, n in reasons if reason.group == group
            ],
            [one for one in adjustments if one.adjustment.group == group],
        )
        for group, share in found.items()
    ]  # fmt: skip
    shown = [one for one in groups if one.whole.share.numerator or one.adjustments]
    return Mix(days, now - timedelta(days=days), found[Group.TIMING].denominator, shown, adjustments)


def _counts(asked: Asked, name: str) -> dict[int, int]:
    """How many leads each reason was given for."""
    told_of = asked.handoffs().filter(**{f"{name}__isnull": False}).order_by()
    return dict(told_of.values_list(name).annotate(n=Count("lead", distinct=True)))
