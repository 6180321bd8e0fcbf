"""The pages of this room, a module per page."""

from leads.views.acts import acts, list_columns, one_view, views
from leads.views.definition import definition, definition_version, regrading
from leads.views.drafting import (
    draft,
    draft_moves,
    draft_preview,
    draft_questions,
    draft_removals,
    draft_signatures,
    drafts,
)
from leads.views.duplicates import decisions, duplicates
from leads.views.edit import edit
from leads.views.exports import export_file, exports
from leads.views.lead import lead_page
from leads.views.list import lead_list, more_filters
from leads.views.merge import merge_page, merge_undoings
from leads.views.organisations import organisation_edit, organisation_list, organisation_page, target_marks
from leads.views.overriding import grade
from leads.views.privacy import erasure, person, person_exports, wishes
from leads.views.routing import handing_off, new_rule, routing, rule, rule_moves, rule_uses
from leads.views.service import due_preview, level_removals, service_levels
from leads.views.touches import marks, pullings, touches

__all__ = [
    "acts",
    "decisions",
    "definition",
    "definition_version",
    "draft",
    "draft_moves",
    "draft_preview",
    "draft_questions",
    "draft_removals",
    "draft_signatures",
    "drafts",
    "due_preview",
    "duplicates",
    "edit",
    "erasure",
    "export_file",
    "exports",
    "grade",
    "handing_off",
    "lead_list",
    "lead_page",
    "level_removals",
    "list_columns",
    "marks",
    "merge_page",
    "merge_undoings",
    "more_filters",
    "new_rule",
    "one_view",
    "organisation_edit",
    "organisation_list",
    "organisation_page",
    "person",
    "person_exports",
    "pullings",
    "regrading",
    "routing",
    "rule",
    "rule_moves",
    "rule_uses",
    "service_levels",
    "target_marks",
    "touches",
    "views",
    "wishes",
]
