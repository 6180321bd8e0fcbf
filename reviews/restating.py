"""Signed quarters held against what is known by now: what arrived late is listed, and changes nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.models import Campaign
from reviews.attribution import MODELS, REVENUE, shares
from reviews.both_ways import both_ways
from reviews.figures import figures, figures_by
from reviews.frozen import frozen_quarter, parts_of
from reviews.frozen_later import CREDIT, TEAM
from reviews.models import Restatement, Review, Snapshot
from reviews.periods import of_quarter
from reviews.slices import Slice

Plain = dict[str, Any]
# By the code of the campaign, "" for the whole, and by figure.
Told = dict[tuple[str, str], Plain]
NOTHING: Plain = {"value": "0.00", "numerator": "0.00", "denominator": None, "n": 0, "low": None, "high": None}


def restate_all(*, now: datetime) -> int:
    """Compare every signed quarter, each in a transaction of its own; how many figures differ in all."""
    signed = Snapshot.objects.filter(sealed_at__isnull=False).order_by("pk")
    return sum(restate(snapshot, now=now) for snapshot in signed)


@transaction.atomic
def restate(snapshot: Snapshot, *, now: datetime) -> int:
    """Keep which figures of a signed quarter differ by now, and since when that is known; how many they are."""
    review = Review.objects.select_for_update(no_key=True).get(pk=snapshot.review_id)
    frozen, live = _frozen(snapshot), _live(snapshot, now)
    _even(frozen, live)
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
    found = parts_of(snapshot, ["whole", "campaigns", "teams", "credit"])
    lines = [("", found["whole"][0]["figures"]), *((c["code"], c["figures"]) for c in found["campaigns"] if c["code"])]
    told = {(code, key): told for code, values in lines for key, told in values.items()}
    for team in found["teams"]:
        told |= {("", f"{key}{TEAM}{team['team']}"): value for key, value in team["figures"].items() if team["team"]}
    return told | _credit((said["campaign"], said["model"], said["kind"], said["amount"], said["deals"])
                          for said in found["credit"][0]["shares"])  # fmt: skip


def _live(snapshot: Snapshot, now: datetime) -> Told:
    """By the borders that the quarter had. A campaign that is gone is not compared."""
    quarter = frozen_quarter(parts_of(snapshot, ["calendar"])["calendar"][0])
    by_campaign = figures_by("campaign", Slice(quarter), now=now)
    codes = dict(Campaign.objects.values_list("pk", "code"))
    lines = [("", figures(Slice(quarter), now=now)), *((codes[pk], values) for pk, values in by_campaign.items() if pk)]
    told = {(code, key): value.as_json() for code, values in lines for key, value in values.items()}
    for line in both_ways(quarter, now=now)["lines"]:
        if line.team:
            told |= {("", f"{key}{TEAM}{line.team.pk}"): value.as_json() for key, value in line.values.items()}
    found = shares(of_quarter(quarter), MODELS, now=now)
    return told | _credit((codes.get(s.campaign or 0, ""), s.model, s.kind, str(s.amount), s.deals) for s in found)


def _even(frozen: Told, live: Told) -> None:
    """Who had no credit had none: a campaign that stands on one side only is compared with nothing."""
    credited = {key for key in frozen.keys() | live.keys() if key[1].startswith(CREDIT)}
    there = set(Campaign.objects.filter(code__in={code for code, _key in credited}).values_list("code", flat=True))
    for told in (frozen, live):
        told |= {key: NOTHING for key in credited - told.keys() if key[0] in there}


def _credit(shares: Iterable[tuple[str, str, str, str, int]]) -> Told:
    """Of revenue, what campaigns have by each model. Pipeline comes and goes."""
    return {
        (code, f"{CREDIT}{model}"): NOTHING | {"value": amount, "numerator": amount, "n": deals}
        for code, model, kind, amount, deals in shares
        if code and kind == REVENUE and model in MODELS
    }  # fmt: skip
