"""Signed quarters held against what is known by now: what arrived late is listed, and changes nothing."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.models import Campaign
from reviews.figures import figures, figures_by
from reviews.frozen import frozen_quarter, parts_of
from reviews.measures import Slice
from reviews.models import Restatement, Review, Snapshot

Plain = dict[str, Any]
# By the code of the campaign, "" for the whole, and by figure.
Told = dict[tuple[str, str], Plain]


def restate_all(*, now: datetime) -> int:
    """Compare every signed quarter, each in a transaction of its own; how many figures differ in all."""
    signed = Snapshot.objects.filter(sealed_at__isnull=False).order_by("pk")
    return sum(restate(snapshot, now=now) for snapshot in signed)


@transaction.atomic
def restate(snapshot: Snapshot, *, now: datetime) -> int:
    """Keep which figures of a signed quarter differ by now, and since when that is known; how many they are."""
    review = Review.objects.select_for_update(no_key=True).get(pk=snapshot.review_id)
    frozen, live = _frozen(snapshot), _live(snapshot, now)
    differ = {key: live[key] for key in frozen.keys() & live.keys() if frozen[key]["value"] != live[key]["value"]}
    known = {(row.campaign, row.figure): row for row in Restatement.objects.filter(review=review)}
    Restatement.objects.filter(pk__in=[row.pk for key, row in known.items() if key not in differ]).delete()
    changed = [row for key, row in known.items() if key in differ and row.now != differ[key]]
    for row in changed:
        row.now = differ[row.campaign, row.figure]
    Restatement.objects.bulk_update(changed, ["now"], batch_size=1_000)
    Restatement.objects.bulk_create(
        Restatement(review=review, campaign=code, figure=key, frozen=frozen[code, key], now=told, since=now)
        for (code, key), told in differ.items()
        if (code, key) not in known
    )
    return len(differ)


def _frozen(snapshot: Snapshot) -> Told:
    found = parts_of(snapshot, ["whole", "campaigns"])
    lines = [("", found["whole"][0]["figures"]), *((c["code"], c["figures"]) for c in found["campaigns"] if c["code"])]
    return {(code, key): told for code, values in lines for key, told in values.items()}


def _live(snapshot: Snapshot, now: datetime) -> Told:
    """By the borders that the quarter had. A campaign that is gone is not compared."""
    part = Slice(frozen_quarter(parts_of(snapshot, ["calendar"])["calendar"][0]))
    by_campaign = figures_by("campaign", part, now=now)
    codes = dict(Campaign.objects.values_list("pk", "code"))
    lines = [("", figures(part, now=now)), *((codes[pk], values) for pk, values in by_campaign.items() if pk)]
    return {(code, key): value.as_json() for code, values in lines for key, value in values.items()}
