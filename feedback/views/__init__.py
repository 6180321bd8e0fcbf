"""The pages of this room, a module per page."""

from feedback.views.answers import answers, panel
from feedback.views.appeals import appeal_answers, appeal_words, appeals, new_appeal, one_appeal
from feedback.views.comments import comments
from feedback.views.correcting import excuses, outcome_correction, outcomes, said, verdict_correction
from feedback.views.followups import followups
from feedback.views.giving import departures, pullings, reassignments, transfers
from feedback.views.late import late_answers
from feedback.views.many import verdicts
from feedback.views.reason_settings import new_reason, reason, reason_list, reason_moves, reason_uses
from feedback.views.reasons import my_reasons
from feedback.views.undoing import undoings

__all__ = [
    "answers",
    "appeal_answers",
    "appeal_words",
    "appeals",
    "comments",
    "departures",
    "excuses",
    "followups",
    "late_answers",
    "my_reasons",
    "new_appeal",
    "new_reason",
    "one_appeal",
    "outcome_correction",
    "outcomes",
    "panel",
    "pullings",
    "reason",
    "reason_list",
    "reason_moves",
    "reason_uses",
    "reassignments",
    "said",
    "transfers",
    "undoings",
    "verdict_correction",
    "verdicts",
]
