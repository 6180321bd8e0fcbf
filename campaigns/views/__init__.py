"""The pages of campaigns, a module per page."""

from campaigns.views.activities import activities, activity_removals
from campaigns.views.campaign import campaign_page, statuses
from campaigns.views.costs import cost, cost_removals, new_cost
from campaigns.views.keeping import edit_campaign, new_campaign
from campaigns.views.list import campaign_list

__all__ = [
    "activities", "activity_removals",
    "campaign_list", "campaign_page", "cost", "cost_removals", "edit_campaign", "new_campaign", "new_cost", "statuses",
]  # fmt: skip
