"""The pages of this room, a module per page."""

from leads.views.definition import definition
from leads.views.lead import lead_page
from leads.views.list import lead_list

__all__ = ["definition", "lead_list", "lead_page"]
