"""The pages of campaigns, a module per page."""

from campaigns.views.activities import activities, activity_removals
from campaigns.views.calendar import calendar
from campaigns.views.campaign import campaign_page, statuses
from campaigns.views.costs import cost, cost_removals, new_cost
from campaigns.views.feed import feed, feed_removals, feed_settings
from campaigns.views.keeping import edit_campaign, new_campaign
from campaigns.views.list import campaign_list
from campaigns.views.many import many
from campaigns.views.merging import merge_page, merge_undoings
from campaigns.views.partner import partner_answers, partner_questions

__all__ = [
    "activities",
    "activity_removals",
    "calendar",
    "campaign_list",
    "campaign_page",
    "cost",
    "cost_removals",
    "edit_campaign",
    "feed",
    "feed_removals",
    "feed_settings",
    "many",
    "merge_page",
    "merge_undoings",
    "new_campaign",
    "new_cost",
    "partner_answers",
    "partner_questions",
    "statuses",
]  # fmt: skip
