"""Key initiatives of a quarter: begun, changed, dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from campaigns.models import Campaign
from common import versions
from common.errors import DomainError
from reviews.models import Initiative, Review
from reviews.opening import held


@dataclass(frozen=True)
class Told:
    """An initiative with the campaigns that belong to it."""

    initiative: Initiative
    campaigns: list[Campaign]


def initiatives_of(review: Review) -> list[Initiative]:
    rows = Initiative.objects.filter(review=review.pk)
    return list(rows.select_related("owner").prefetch_related("campaigns"))


def told(review: Review) -> list[Told]:
    """As the page shows them."""
    return [Told(one, [*one.campaigns.all()]) for one in initiatives_of(review)]


@transaction.atomic
def begin_initiative(key: str, facts: Mapping[str, Any], *, by: User, at: datetime) -> Initiative:
    """Begin one in the review of the quarter `key`: `name`, `owner`, `state`, `note`, `campaigns`.

    Raises DomainError as `held`, `wrong_owner`, `bad_value`.
    """
    return _written(Initiative(review=held(key, by=by, at=at)), facts, by)


@transaction.atomic
def change_initiative(
    key: str, pk: int, facts: Mapping[str, Any], *, version: int, by: User, at: datetime
) -> Initiative:
    """Change one that was seen as of `version`. Raises DomainError as `begin_initiative`, `stale`, `gone`."""
    review = held(key, by=by, at=at)
    return _written(versions.locked(Initiative.objects.filter(review=review), pk, version), facts, by)


@transaction.atomic
def drop_initiative(key: str, pk: int, *, version: int, by: User, at: datetime) -> None:
    """Take one away. Raises DomainError as `held`, `stale`, `gone`."""
    review = held(key, by=by, at=at)
    row = versions.locked(Initiative.objects.filter(review=review), pk, version)
    trail.note(row, trail.Act.REMOVED, by=by)
    row.delete()


def _written(row: Initiative, facts: Mapping[str, Any], by: User) -> Initiative:
    owner = facts["owner"]
    if owner is None or not owner.is_active:
        words = _("Choose somebody who works here.")
        raise DomainError("wrong_owner", words, {"owner": words})
    campaigns = sorted(facts.get("campaigns", ()), key=lambda campaign: str(campaign.code))
    linked = sorted(row.campaigns.values_list("code", flat=True)) if row.pk else []
    said = {
        "name": " ".join(facts["name"].split()), "owner": owner, "state": facts["state"],
        "note": " ".join(facts.get("note", "").split()),
    }  # fmt: skip
    row = trail.kept(row, said, by=by, beside={"campaigns": [linked, [campaign.code for campaign in campaigns]]})
    row.campaigns.set(campaigns)
    return row
