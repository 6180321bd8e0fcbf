"""The pages of this room, a module per page."""

from leads.views.definition import definition
from leads.views.edit import edit
from leads.views.lead import lead_page
from leads.views.list import lead_list
from leads.views.overriding import grade
from leads.views.privacy import erasure, person, person_exports, wishes
from leads.views.touches import marks, touches

__all__ = [
    "definition",
    "edit",
    "erasure",
    "grade",
    "lead_list",
    "lead_page",
    "marks",
    "person",
    "person_exports",
    "touches",
    "wishes",
]
