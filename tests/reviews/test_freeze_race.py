"""A quarter is signed while twenty people write: what is frozen is one picture, and nothing later gets in."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import randrange
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.quarters import quarter_named
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Outcome
from leads.models import Lead
from reviews.deciding import decide
from reviews.digests import digest_of
from reviews.models import Decision, Review, Snapshot
from reviews.signing import freeze, sign, thaw
from tests.cast import Cast, handoff
from tests.reviews.signed import KEY, OVER, clear_away, recounted, summed

# By hand: FREEZE_ROUNDS=20.
ROUNDS = int(os.environ.get("FREEZE_ROUNDS", "3"))
WRITERS = 20

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def campaigns(cast: Cast) -> Iterator[list[Campaign]]:
    start = quarter_named(KEY).start
    for n in range(30):
        handoff(f"lead@race-{n}.test", start + timedelta(days=n), cast.rep, campaign=f"race {n % 5}")
    yield list(Campaign.objects.order_by("pk"))
    clear_away()


def test_what_is_frozen_is_one_picture(cast: Cast, campaigns: list[Campaign]) -> None:
    for round_ in range(ROUNDS):
        done, faults = Event(), []
        writers = [Thread(target=_write, args=[n, cast, campaigns, done, faults]) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        snapshot = _frozen(cast)
        decided = _decided(snapshot)
        done.set()
        for writer in writers:
            writer.join()
        assert faults == []
        _check(snapshot)
        # What was written before is in the picture, and nothing was written since.
        assert decided == set(Decision.objects.values_list("campaign__code", "rationale"))
        if round_ < ROUNDS - 1:
            thaw(KEY, by=cast.admin, at=OVER)
            # Thousands of wins of one lead would cost each round more than the one before.
            Outcome.objects.all()._raw_delete("default")
    sign(KEY, snapshot.digest, by=cast.sales_manager, at=OVER)
    assert digest_of(snapshot) == snapshot.digest


def _frozen(cast: Cast) -> Snapshot:
    while True:
        review = Review.objects.filter(quarter=KEY).first()
        try:
            return freeze(KEY, version=review.version if review else 1, by=cast.marketing_manager, at=OVER)
        except DomainError as error:
            if error.code != "stale":
                raise


def _write(n: int, cast: Cast, campaigns: list[Campaign], done: Event, faults: list[str]) -> None:
    """Win leads, move the clocks of handoffs, change leads, and decide, again and again."""
    leads = list(Lead.objects.order_by("pk"))
    try:
        for turn in count():
            lead = leads[(n + turn) % len(leads)]
            at = quarter_named(KEY).start + timedelta(days=40, microseconds=randrange(10**12))
            Outcome.objects.create(lead=lead, kind="won", amount=10, at=at)
            Lead.objects.filter(pk=lead.pk).update(best_grade="AB"[turn % 2])
            if n < 5:
                _decide(campaigns[n], f"Turn {turn}", cast, at)
            if done.wait(0.002):
                return
    except Exception as error:  # a thread tells nobody by itself
        faults.append(repr(error))
    finally:
        connection.close()


def _decide(campaign: Campaign, why: str, cast: Cast, at: datetime) -> None:
    seen = Decision.objects.filter(campaign=campaign).values_list("version", flat=True).first() or 0
    facts = {"kind": "keep", "rationale": why, "owner": cast.marketer}
    try:
        decide(KEY, campaign, facts, version=seen, by=cast.admin, at=at)
    except DomainError as error:
        if error.code != "frozen":
            raise


def _pieces(snapshot: Snapshot, part: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in snapshot.pieces.filter(part=part).values_list("text", flat=True)]


def _decided(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(piece["campaign"], piece["rationale"]) for piece in _pieces(snapshot, "decisions")}


def _check(snapshot: Snapshot) -> None:
    """The figures, those of the campaigns, the credit and the rows of leads were read at one moment."""
    whole = _pieces(snapshot, "whole")[0]["figures"]
    for key in ("leads_a", "leads_b", "won", "won_in_period"):
        assert whole[key]["value"] == recounted(snapshot, key), key
        assert whole[key]["value"] == sum(p["figures"][key]["value"] for p in _pieces(snapshot, "campaigns")), key
    assert whole["revenue"]["value"] == str(summed(snapshot, "revenue") or "0.00")
    shares = _pieces(snapshot, "credit")[0]["shares"]
    assert sum(float(s["amount"]) for s in shares if s["model"] == "linear") == float(whole["revenue"]["value"])
    assert sum(float(deal["amount"]) for deal in _pieces(snapshot, "deals")) == float(whole["revenue"]["value"])
    funnel = {piece["stage"]: sum(piece["leads"].values()) for piece in _pieces(snapshot, "funnel")}
    assert (funnel["leads"], funnel["won"]) == (whole["leads"]["value"], whole["won"]["value"])
