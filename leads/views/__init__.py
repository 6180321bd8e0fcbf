"""The pages of this room, a module per page."""

from leads.views.definition import definition
from leads.views.lead import lead_page
from leads.views.list import lead_list
from leads.views.overriding import grade

__all__ = ["definition", "grade", "lead_list", "lead_page"]
