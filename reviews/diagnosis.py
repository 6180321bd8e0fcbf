"""What seems to be the matter with a campaign, by written rules, each with the numbers that led to it.

The rules, in this order, for the leads of the campaign that were first captured in the quarter:

1. fewer than 20 handed off: too few to judge;
2. fewer than 20 judged by sales: too early to say while the leads are younger than two weeks on average, else not
   followed up, so whether they are good is unknown;
3. quality is too low where the interval of "accepted of those judged" lies wholly below the yardstick;
4. leads are too few where fewer than three quarters of those expected were handed off: expected of A and B by
   what both sides agreed for the campaign, or by whoever planned it, or for its cost at the quarter's cost of a lead
   handed off;
5. both, one of the two, or not followed up where quality is not too low and the interval of "answered in time"
   lies wholly below the yardstick; else working.

The yardsticks are what both sides signed for the campaign, or for the quarter, or else all leads of the quarter, and
90 % in time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F
from django.db.models.functions import Extract
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.quarters import Quarter
from campaigns.models import Campaign
from common.statistics import ENOUGH
from feedback.models import Outcome
from reviews.figures import figures, valued
from reviews.measures import PercentileCont, measure
from reviews.pace import progress
from reviews.slices import Slice
from reviews.values import Value, Values

DAY = timedelta(days=1)
VERDICT_DAYS = 14
# Of the leads expected, the share below which they are too few.
ENOUGH_OF_EXPECTED = 0.75
IN_TIME = 0.9
# How long a win takes where too few are known to tell.
USUAL_PASSAGE = timedelta(days=90)
# So many tell it to the day.
LATEST_WINS = 1000
# What is agreed of quality, in the order in which it is asked.
ACCEPTANCE = ("accepted_of_judged", "accepted")
# What both sides signed: the target of a figure, for one campaign (its id) or (None) for all leads of the quarter.
Agreed = Mapping[tuple[str, int | None], Decimal]


class Finding(StrEnum):
    TOO_FEW_TO_JUDGE = "too_few_to_judge"
    TOO_EARLY = "too_early"
    NOT_FOLLOWED_UP = "not_followed_up"
    BOTH = "both"
    TOO_LITTLE_QUALITY = "too_little_quality"
    TOO_FEW_LEADS = "too_few_leads"
    WORKING = "working"


# Label and tone.
FINDINGS: dict[Finding, tuple[str | Promise, str]] = {
    Finding.TOO_FEW_TO_JUDGE: (__("Too few to judge"), "open"),
    Finding.TOO_EARLY: (__("Too early to say"), "open"),
    Finding.NOT_FOLLOWED_UP: (__("Not followed up"), "bad"),
    Finding.BOTH: (__("Both too low"), "bad"),
    Finding.TOO_LITTLE_QUALITY: (__("Too little quality"), ""),
    Finding.TOO_FEW_LEADS: (__("Too few leads"), ""),
    Finding.WORKING: (__("Working"), "good"),
}


@dataclass(frozen=True)
class Yardstick:
    """What the campaigns of a quarter are held against. Shares are fractions, `cost` is that of a lead handed off,
    `passage` how long a win takes."""

    quarter: Quarter
    now: datetime
    accepted: float | None
    in_time: float
    cost: Decimal | None
    passage: timedelta
    agreed: Agreed = field(default_factory=dict)

    def mark(self, figure: str, campaign: Campaign) -> float | None:
        """What both sides agreed of a figure for this campaign alone."""
        target = self.agreed.get((figure, campaign.pk))
        return None if target is None else float(target)

    def accepted_of(self, campaign: Campaign) -> float | None:
        own = (self.mark(figure, campaign) for figure in ACCEPTANCE)
        return next((mark for mark in own if mark is not None), self.accepted)

    def in_time_of(self, campaign: Campaign) -> float:
        own = self.mark("answered_in_time", campaign)
        return self.in_time if own is None else own


@dataclass(frozen=True)
class Diagnosis:
    """What the rules propose; `because` of which figures, each with what it is held against; and whether the leads
    are younger than wins take, with the days of both."""

    finding: Finding
    because: tuple[tuple[str, str], ...]
    matures: bool
    age_days: int
    passage_days: int

    @property
    def label(self) -> str:
        return str(FINDINGS[self.finding][0])

    @property
    def tone(self) -> str:
        return FINDINGS[self.finding][1]

    @property
    def maturing_words(self) -> str:
        words = _("These leads are %(age)d days old on average, and half of the wins take %(passage)d.")
        return words % {"age": self.age_days, "passage": self.passage_days}


def yardstick(quarter: Quarter, whole: Values, *, now: datetime, agreed: Agreed) -> Yardstick:
    """The yardsticks of a quarter: `whole` are its figures, `agreed` the targets that both sides signed."""
    cost, handed_off = whole["cost"].value, whole["handed_off"].value
    signed = (agreed.get((figure, None)) for figure in ACCEPTANCE)
    accepted = next((target for target in signed if target is not None), whole["accepted_of_judged"].value)
    return Yardstick(
        quarter=quarter,
        now=now,
        accepted=None if accepted is None else float(accepted),
        in_time=float(agreed.get(("answered_in_time", None), IN_TIME)),
        cost=Decimal(cost) / Decimal(handed_off) if cost and handed_off else None,
        passage=passage(now),
        agreed=agreed,
    )


def diagnosed(quarter: Quarter, campaign: Campaign, *, now: datetime, agreed: Agreed) -> Diagnosis:
    """What the rules propose for one campaign."""
    by = yardstick(quarter, figures(Slice(quarter), now=now), now=now, agreed=agreed)
    measured = measure(Slice(quarter, campaign=campaign), now=now)
    return diagnose(campaign, valued(measured), age_of(measured, now), by)


def age_of(measured: Mapping[str, Any], now: datetime) -> timedelta:
    """How old the leads are on average; of no leads nothing is old."""
    if not measured.get("leads"):
        return timedelta(0)
    captured = datetime.fromtimestamp(float(measured["captured_epoch"]) / measured["leads"], UTC)
    return max(now - captured, timedelta(0))


def diagnose(campaign: Campaign, values: Values, age: timedelta, by: Yardstick) -> Diagnosis:
    """What the rules propose for a campaign with these figures, whose leads are of this average age."""
    finding, because = _found(campaign, values, by, age)
    return Diagnosis(finding, because, age < by.passage, age.days, by.passage.days)


Because = tuple[tuple[str, str], ...]


def _found(campaign: Campaign, values: Values, by: Yardstick, age: timedelta) -> tuple[Finding, Because]:
    handed_off, judged = int(values["handed_off"].value or 0), int(values["judged"].value or 0)
    volume = ("handed_off", _("judged from %(n)d") % {"n": ENOUGH})
    if handed_off < ENOUGH:
        return Finding.TOO_FEW_TO_JUDGE, (volume,)
    if judged < ENOUGH:
        young = age < timedelta(days=VERDICT_DAYS)
        return (Finding.TOO_EARLY if young else Finding.NOT_FOLLOWED_UP), (("judged", volume[1]), ("handed_off", ""))
    expected = _expected(campaign, values, by)
    too_few = expected is not None and handed_off < ENOUGH_OF_EXPECTED * expected
    accepted, in_time = by.accepted_of(campaign), by.in_time_of(campaign)
    too_bad = _below(values["accepted_of_judged"], accepted)
    told_volume = ("handed_off", _("%(n)d expected") % {"n": round(expected)} if expected is not None else "")
    told_quality = ("accepted_of_judged", _held_against(accepted))
    if too_bad:
        finding = Finding.BOTH if too_few else Finding.TOO_LITTLE_QUALITY
        return finding, (told_quality, told_volume)
    if _below(values["answered_in_time"], in_time):
        return Finding.NOT_FOLLOWED_UP, (("answered_in_time", _held_against(in_time)), told_quality)
    return (Finding.TOO_FEW_LEADS if too_few else Finding.WORKING), (told_volume, told_quality)


def _below(value: Value, mark: float | None) -> bool:
    """Whether a rate lies below a mark with all of its interval."""
    return mark is not None and value.high is not None and not value.too_few and value.high < mark


def _held_against(mark: float | None) -> str:
    return "" if mark is None else _("held against %(percent)d %%") % {"percent": round(100 * mark)}


def _expected(campaign: Campaign, values: Values, by: Yardstick) -> float | None:
    """The A and B leads that both sides agreed for it, or that somebody planned for these days, or those that its
    cost buys elsewhere; None where neither is known."""
    promised = by.mark("handed_off_ab", campaign)
    if promised is not None:
        return promised * progress(by.quarter, now=by.now).share
    planned = [n for n in (campaign.expected_a, campaign.expected_b) if n is not None]
    if planned:
        return sum(planned) * _share_of_days(campaign, by)
    cost = values["cost"].value
    return float(Decimal(cost) / by.cost) if cost and by.cost else None


def _share_of_days(campaign: Campaign, by: Yardstick) -> float:
    """The share of the campaign's days that lie in the quarter and are over; all of it where it has no dates."""
    first, last = campaign.starts_on, campaign.ends_on
    if first is None or last is None:
        return 1.0
    today = by.now.astimezone(by.quarter.zone).date()
    begins, ends = max(first, by.quarter.first_day), min(last + DAY, by.quarter.first_day_after, today + DAY)
    return max((ends - begins).days, 0) / ((last - first).days + 1)


def passage(now: datetime) -> timedelta:
    """How long half of the latest wins took, from first capture to the win."""
    took = ExpressionWrapper(F("at") - F("lead__captured_at"), output_field=DurationField())
    wins = Outcome.objects.filter(kind="won", lead__kept_out="", at__lte=now, lead__captured_at__lte=F("at"))
    found = wins.order_by("-at")[:LATEST_WINS].aggregate(
        n=Count("pk"), half=PercentileCont(Extract(took, "epoch"), 0.5)
    )
    return timedelta(seconds=found["half"]) if found["n"] >= ENOUGH else USUAL_PASSAGE
