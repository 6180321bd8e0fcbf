"""What a quarter keeps beside its figures, and results of campaigns that are kept."""

from reviews.models.aim import Agreement, AgreementSignature, Aim, Commitment, Goal
from reviews.models.claim import Claim
from reviews.models.decision import Decision, Overrule
from reviews.models.initiative import Initiative
from reviews.models.kept import CampaignMonth, Keeping
from reviews.models.plan import Plan, PlanLine
from reviews.models.restatement import Restatement
from reviews.models.review import Review
from reviews.models.snapshot import FrozenLead, Piece, SignOff, Snapshot

__all__ = [
    "Agreement", "AgreementSignature", "Aim", "CampaignMonth", "Claim", "Commitment", "Decision", "FrozenLead", "Goal",
    "Initiative", "Keeping", "Overrule", "Piece", "Plan", "PlanLine", "Restatement", "Review", "SignOff", "Snapshot",
]  # fmt: skip
