from leads.models.definition import Criterion, LeadDefinition
from leads.models.handoff import Handoff, ServiceLevel, SweepRun
from leads.models.lead import Lead, Organisation, Touch
from leads.models.privacy import ErasedKey
from leads.models.timeline import Event

__all__ = [
    "Criterion",
    "ErasedKey",
    "Event",
    "Handoff",
    "Lead",
    "LeadDefinition",
    "Organisation",
    "ServiceLevel",
    "SweepRun",
    "Touch",
]
