from leads.models.capture import CaptureAddress, Submission
from leads.models.definition import Criterion, DefinitionSignature, LeadDefinition
from leads.models.duplicate import Duplicate, LeadAlias, Merge
from leads.models.finding import KnownWord, LeadWords
from leads.models.grading import GradeOverride, Regrading
from leads.models.handoff import Handoff, ServiceLevel, SweepRun
from leads.models.lead import Lead, Touch
from leads.models.listing import Export, ListColumns, SavedView
from leads.models.organisation import Organisation
from leads.models.privacy import ErasedKey
from leads.models.routing import RoutingRule
from leads.models.timeline import Event

__all__ = [
    "CaptureAddress",
    "Criterion",
    "DefinitionSignature",
    "Duplicate",
    "ErasedKey",
    "Event",
    "Export",
    "GradeOverride",
    "Handoff",
    "KnownWord",
    "Lead",
    "LeadAlias",
    "LeadDefinition",
    "LeadWords",
    "ListColumns",
    "Merge",
    "Organisation",
    "Regrading",
    "RoutingRule",
    "SavedView",
    "ServiceLevel",
    "Submission",
    "SweepRun",
    "Touch",
]
