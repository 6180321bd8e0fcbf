"""A signed quarter never changes: frozen whole, signed by two people, kept by the database."""

import json
from collections.abc import Callable
from copy import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Change
from accounts.quarters import quarter_named
from common.errors import DomainError
from notices import posting, subscribing
from notices.models import Notification
from reviews import figures
from reviews.digests import digest_of
from reviews.measures import MEASURES
from reviews.models import FrozenLead, Piece, Review, SignOff, Snapshot
from reviews.opening import put_before_both
from reviews.signing import freeze, sign, thaw
from reviews.slices import Slice
from tests.cast import Cast, make_cast
from tests.reviews.signed import KEY, OVER, check_sums, frozen, frozen_figures, signed, unguarded
from tests.reviews.test_figures_add_up import make_mixture

DAY = timedelta(days=1)
CHANGES = [
    "UPDATE reviews_piece SET text = replace(text, 'a', 'b')",
    "UPDATE reviews_frozenlead SET campaign = ''",
    "UPDATE reviews_signoff SET at = now()",
    "UPDATE reviews_snapshot SET digest = 'x'",
    "UPDATE reviews_snapshot SET sealed_at = NULL",
    "UPDATE reviews_review SET summary = 'x'",
    *(f"DELETE FROM reviews_{table}" for table in ("piece", "frozenlead", "signoff", "snapshot", "review")),
    *(f"TRUNCATE reviews_{table} CASCADE" for table in ("piece", "frozenlead", "signoff", "snapshot", "review")),
    "INSERT INTO reviews_piece (snapshot_id, part, position, text) SELECT id, 'x', 0, '1' FROM reviews_snapshot",
    """INSERT INTO reviews_frozenlead (snapshot_id, basis, lead, month, campaign, source, counts, waits, passages)
    SELECT id, 'won', 1, '2026-07-01', '', '', '{won}', '{}', '{}' FROM reviews_snapshot""",
    """INSERT INTO reviews_signoff (snapshot_id, side, by_id, at)
    SELECT s.id, 'both', u.id, now() FROM reviews_snapshot s, accounts_user u LIMIT 1""",
]


@pytest.fixture(scope="module")
def mixture(told_once: Callable[..., Any]) -> Cast:
    """The same leads for every test of this module."""
    return told_once(lambda: make_mixture(make_cast()))


@pytest.fixture
def cast(mixture: Cast, db: None) -> Cast:
    return mixture


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        verb(*args, **given)
    return refusal.value.code


def test_the_first_signature_freezes_and_the_second_seals(cast: Cast) -> None:
    snapshot = frozen(cast)
    review = Review.objects.get()
    assert (review.status, snapshot.sealed_at, len(snapshot.digest)) == ("in_review", None, 64)
    asked = Notification.objects.filter(kind="review.frozen").values_list("person", flat=True)
    assert list(asked) == [cast.sales_manager.pk]
    review = sign(KEY, snapshot.digest, by=cast.sales_manager, at=OVER + DAY)
    assert (review.status, review.signed_at) == ("signed", OVER + DAY)
    assert list(snapshot.signatures.values_list("side", "by")) == [
        ("marketing", cast.marketing_manager.pk), ("sales", cast.sales_manager.pk),
    ]  # fmt: skip
    assert Notification.objects.filter(kind="review.signed").count() == len(cast.everybody)
    told = Change.objects.filter(what="reviews.review").order_by("pk")
    assert [line.by for line in told] == [cast.marketing_manager, cast.sales_manager]
    assert told[0].changes["signature"] == [None, "Marketing, Marketing Manager"]


def test_a_program_is_told_once_when_both_have_signed(cast: Cast) -> None:
    facts = {"name": "BI", "url": "https://x.test/", "wanted": ["review.signed"], "by": cast.admin, "at": OVER}
    hook, _secret = subscribing.subscribe(**facts)
    first = frozen(cast)
    assert not hook.deliveries.exists()
    sign(KEY, first.digest, by=cast.sales_manager, at=OVER)
    told = hook.deliveries.get()
    body = json.loads(json.dumps(posting.body_of(told, hook, posting.told_by(told), now=OVER)))
    assert (body["event"], body["version"]) == ("review.signed", Review.objects.get(quarter=KEY).version)
    review = body["data"]["review"]
    assert (review["quarter"], review["status"], review["digest"]) == (KEY, "signed", first.digest)
    assert [one["side"] for one in review["signatures"]] == ["marketing", "sales"]
    assert "campaigns" not in review


def test_who_signs(cast: Cast) -> None:
    for by in (cast.rep, cast.marketer, cast.admin):
        assert refused(freeze, KEY, version=1, by=by, at=OVER) == "not_yours"
    snapshot = frozen(cast)
    for by in (cast.rep, cast.marketer, cast.admin):
        assert refused(sign, KEY, snapshot.digest, by=by, at=OVER) == "not_yours"
    assert refused(sign, KEY, snapshot.digest, by=cast.marketing_manager, at=OVER) == "signed_by_side"
    moved = copy(cast.marketing_manager)
    moved.side = "sales"
    assert refused(sign, KEY, snapshot.digest, by=moved, at=OVER) == "same_person"
    assert SignOff.objects.count() == 1


def test_what_cannot_be_signed(cast: Cast) -> None:
    head = cast.marketing_manager
    last = quarter_named(KEY).end - timedelta(microseconds=1)
    assert refused(freeze, KEY, version=1, by=head, at=last) == "still_running"
    assert refused(freeze, "2026-Q5", version=1, by=head, at=OVER) == "no_such_quarter"
    assert refused(sign, KEY, "", by=head, at=OVER) == "not_frozen"
    assert refused(freeze, KEY, version=7, by=head, at=OVER) == "stale"
    assert not Snapshot.objects.exists()
    assert not FrozenLead.objects.exists()
    frozen(cast)
    assert refused(freeze, KEY, version=2, by=cast.sales_manager, at=OVER) == "frozen"
    assert refused(sign, KEY, "another", by=cast.sales_manager, at=OVER) == "stale"


def test_a_freeze_is_taken_back_until_the_second_signature(cast: Cast) -> None:
    first = frozen(cast)
    assert refused(put_before_both, KEY, version=2, by=cast.admin, at=OVER) == "frozen"
    assert refused(thaw, KEY, by=cast.rep, at=OVER) == "not_yours"
    thaw(KEY, by=cast.sales_manager, at=OVER)
    assert not any(table.objects.exists() for table in (Snapshot, Piece, FrozenLead, SignOff))
    line = Change.objects.filter(what="reviews.review").latest("pk")
    assert line.changes == {
        "frozen": [first.digest, None], "signature": ["Marketing, Marketing Manager", None],
    }  # fmt: skip
    assert refused(thaw, KEY, by=cast.sales_manager, at=OVER) == "not_frozen"
    signed(cast)
    for verb in (thaw, lambda key, **given: put_before_both(key, version=9, **given)):
        assert refused(verb, KEY, by=cast.admin, at=OVER) == "signed"


def test_sums_recomputed_from_the_frozen_leads_are_thefrozen_figures(cast: Cast) -> None:
    snapshot = frozen(cast)
    quarter = quarter_named(KEY)
    for code in ("fair", "webinar", "ads"):
        told = frozen_figures(snapshot, "campaigns", code)
        assert told["leads"]["value"]
        check_sums(snapshot, told, campaign=code)
    check_sums(snapshot, frozen_figures(snapshot, "whole"))
    for month in quarter.months:
        check_sums(snapshot, frozen_figures(snapshot, "months", month.isoformat()), month=month)
    live = figures.figures(Slice(quarter), now=OVER)
    assert frozen_figures(snapshot, "whole") == {key: value.as_json() for key, value in live.items()}


def test_every_measure_of_leads_is_kept_with_them(cast: Cast) -> None:
    snapshot = frozen(cast)
    kept = {key.partition(":")[0] for counts in snapshot.leads.values_list("counts", flat=True) for key in counts}
    assert kept <= set(MEASURES)
    assert {"leads", "leads_a", "handed_off", "decided", "accepted", "won", "won_in_period", "judged"} <= kept


def test_the_database_refuses_to_change_what_was_signed(cast: Cast) -> None:
    signed(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for change in CHANGES:
        with pytest.raises(DatabaseError, match=r"frozen|signed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_any_byte_that_changes_changes_the_digest_and_nobody_signs_it(cast: Cast) -> None:
    snapshot = frozen(cast)
    assert digest_of(snapshot) == snapshot.digest
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    piece, lead = snapshot.pieces.first(), snapshot.leads.filter(revenue__isnull=False).first()
    assert piece
    assert lead
    for row, changed in (
        (piece, {"text": piece.text + " "}), (piece, {"position": 999}), (lead, {"lead": 10**9}),
        (lead, {"revenue": lead.revenue + Decimal("0.01")}), (lead, {"source": "x"}), (lead, {"waits": [1]}),
        (lead, {"counts": lead.counts[1:]}), (lead, {"month": lead.month + DAY}), (lead, {"campaign": "other"}),
    ):  # fmt: skip
        before = {name: getattr(row, name) for name in changed}
        rows = type(row).objects.filter(pk=row.pk)
        unguarded(lambda rows=rows, changed=changed: rows.update(**changed))
        assert digest_of(snapshot) != snapshot.digest, changed
        assert refused(sign, KEY, snapshot.digest, by=cast.sales_manager, at=OVER) == "altered"
        unguarded(lambda rows=rows, before=before: rows.update(**before))
    assert digest_of(snapshot) == snapshot.digest
