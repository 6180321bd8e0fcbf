from leads.models.definition import Criterion, LeadDefinition
from leads.models.handoff import Handoff, ServiceLevel, SweepRun
from leads.models.lead import Lead, Organisation, Touch
from leads.models.timeline import Event

__all__ = [
    "Criterion",
    "Event",
    "Handoff",
    "Lead",
    "LeadDefinition",
    "Organisation",
    "ServiceLevel",
    "SweepRun",
    "Touch",
]
