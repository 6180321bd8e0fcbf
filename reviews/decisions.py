"""The campaigns of a quarter as the meeting sees them: diagnosis, what people say instead, and the decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from campaigns.models import Campaign
from reviews.diagnosis import FINDINGS, Diagnosis, Finding, Yardstick, diagnose
from reviews.figures import FIGURES
from reviews.models import Decision, Overrule, Review
from reviews.values import Figure, Values

ICONS = {
    Decision.Kind.DOUBLE_DOWN: "chevrons-up", Decision.Kind.KEEP: "equal", Decision.Kind.FIX: "wrench",
    Decision.Kind.ABANDON: "x",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What is said of one campaign. Nothing is decided where `decision` has no kind."""

    campaign: Campaign
    decision: Decision | None = None
    overrule: Overrule | None = None
    diagnosis: Diagnosis | None = None

    @property
    def is_decided(self) -> bool:
        return bool(self.decision and self.decision.kind)

    @property
    def icon(self) -> str:
        return ICONS[Decision.Kind(self.decision.kind)] if self.decision and self.decision.kind else ""

    @property
    def aim(self) -> Figure | None:
        """The figure that the decision should move."""
        return FIGURES.get(self.decision.figure) if self.decision and self.decision.figure else None

    @property
    def writers(self) -> set[User]:
        return {row.by for row in (self.decision, self.overrule) if row}

    @property
    def overruled(self) -> tuple[str, str] | None:
        """Label and tone of the diagnosis that people set."""
        if not self.overrule or self.overrule.diagnosis not in list(Finding):
            return None
        label, tone = FINDINGS[Finding(self.overrule.diagnosis)]
        return str(label), tone


def told(review: Review, campaigns: Iterable[tuple[Campaign, Values, timedelta]], by: Yardstick) -> dict[int, Told]:
    """What is said of each campaign with its figures and the average age of its leads, by its id."""
    decisions, overrules = _written(review)
    return {
        one.pk: Told(one, decisions.get(one.pk), overrules.get(one.pk), diagnose(one, values, age, by))
        for one, values, age in campaigns
    }


def written_since(review: Review, moment: datetime) -> list[Told]:
    """What was said from `moment` on, without the diagnoses."""
    decisions, overrules = _written(review, moment)
    written: list[Decision | Overrule] = [*decisions.values(), *overrules.values()]
    campaigns = {row.campaign_id: row.campaign for row in written}
    return [Told(campaign, decisions.get(pk), overrules.get(pk)) for pk, campaign in sorted(campaigns.items())]


def told_of(review: Review, campaign: Campaign) -> Told:
    """What is said of one campaign, without the diagnosis."""
    decisions, overrules = _written(review, campaign=campaign)
    return Told(campaign, decisions.get(campaign.pk), overrules.get(campaign.pk))


def _written(
    review: Review, moment: datetime | None = None, campaign: Campaign | None = None
) -> tuple[dict[int, Decision], dict[int, Overrule]]:
    asked: dict[str, object] = {"review": review.pk}
    if moment is not None:
        asked["at__gte"] = moment
    if campaign is not None:
        asked["campaign"] = campaign
    decisions = Decision.objects.filter(**asked).select_related("campaign", "owner", "by")
    overrules = Overrule.objects.filter(**asked).select_related("campaign", "by")
    return {row.campaign_id: row for row in decisions}, {row.campaign_id: row for row in overrules}
