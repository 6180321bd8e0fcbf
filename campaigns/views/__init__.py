"""The pages of campaigns, a module per page."""

from campaigns.views.campaign import campaign_page, statuses
from campaigns.views.keeping import edit_campaign, new_campaign
from campaigns.views.list import campaign_list

__all__ = ["campaign_list", "campaign_page", "edit_campaign", "new_campaign", "statuses"]
