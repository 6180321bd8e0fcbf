"""What this room makes ready before the rows of one campaign become those of another."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from common.errors import DomainError
from reviews.models import CampaignMonth, Commitment
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


def refuse_signed_doubles(keep: Campaign, drop: Campaign) -> None:
    """What both have signed never changes, so two commitments never become one. Raises DomainError `agreed`."""
    same = {name: OuterRef(name) for name in ("agreement", "side", "figure")}
    of_keep = Commitment.objects.filter(campaign=keep, **same)
    signed = Commitment.objects.filter(Exists(of_keep), campaign=drop, agreement__signed_at__isnull=False)
    double = signed.select_related("agreement__review").first()
    if double:
        words = _(
            "Both have signed a commitment for each of the two in the agreement of %(quarter)s. Keep both campaigns."
        )
        raise DomainError("agreed", words % {"quarter": double.agreement.review.quarter})


def _measures(row: CampaignMonth) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*COUNTS, *SPANS)}
