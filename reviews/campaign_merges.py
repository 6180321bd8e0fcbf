"""What this room makes ready before the rows of one campaign become those of another."""

from typing import Any

from campaigns.models import Campaign
from reviews.models import CampaignMonth
from reviews.results import COUNTS, SPANS, added


def add_up_kept_results(keep: Campaign, drop: Campaign) -> None:
    """Months of which both have kept results become one; the next keeping counts anew in any case."""
    months = {row.month: row for row in CampaignMonth.objects.filter(campaign=keep)}
    for row in CampaignMonth.objects.filter(campaign=drop, month__in=months):
        twin = months[row.month]
        for name, value in added([_measures(twin), _measures(row)]).items():
            setattr(twin, name, value)
        twin.save()
        row.delete()


def _measures(row: CampaignMonth) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*COUNTS, *SPANS)}
