"""Credit of any deals: the one statement against the same rules in plain Python."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import Campaign
from reviews.attribution import INFLUENCE, MODELS, Whose, credit_of, shares
from tests.reviews.deals import ALL, CAMPAIGNS, DAY, NOW, Deal, told

pytestmark = pytest.mark.django_db

days = st.one_of(st.integers(0, 40), st.floats(-400, 60), st.sampled_from([10.0, 20.0]))
deals = st.builds(
    Deal,
    touches=st.lists(st.tuples(st.sampled_from(CAMPAIGNS), days), max_size=9),
    amount=st.decimals(0, 10**11, places=2),
    won=st.one_of(st.none(), days),
    opened=st.one_of(st.none(), days),
    handed=st.one_of(st.none(), days),
)
# Two in each second, told out of order.
FIFTY = Deal([(CAMPAIGNS[n * n % 4], n * 7 % 50 // 2) for n in range(50)], Decimal("12345.67"), 30, 20, 9)
HUGE = Deal([(CAMPAIGNS[n % 4], n / 3) for n in range(50)], Decimal("999999999999.99"), 30, 10, 5)


def by_many_examples(test):
    return settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])(test)


@contextmanager
def only(*some: Deal, seed: int | None = None) -> Iterator[None]:
    """These deals and no others, for a while; `seed` tells them in another order."""
    order = list(some)
    if seed is not None:
        random.Random(seed).shuffle(order)
    with transaction.atomic():
        for deal in order:
            deal.told()
        yield
        transaction.set_rollback(True)


def both_kinds() -> dict[str, dict[str, dict[str | None, Decimal]]]:
    return {kind: told(*MODELS, kind=kind) for kind in ("won", "opportunity")}


@by_many_examples
@example(some=[FIFTY, replace(FIFTY, won=None)])
@example(some=[HUGE])
@given(some=st.lists(deals, min_size=1, max_size=3))
def test_the_statement_shares_as_plain_python_does(some: list[Deal]) -> None:
    expected: dict[str, dict[str, Counter[str | None]]] = {
        kind: {model: Counter() for model in MODELS} for kind in ("won", "opportunity")
    }
    for deal in some:
        if deal.won is not None or deal.opened is not None:
            kind = "opportunity" if deal.won is None else "won"
            for model in MODELS:
                expected[kind][model].update(deal.by_hand(model))
        # An opportunity after the win is open, and a deal of its own.
        if deal.opened_after_the_win:
            for model in MODELS:
                expected["opportunity"][model].update(replace(deal, won=None).by_hand(model))
    with only(*some):
        found = both_kinds()
    plain = {
        kind: {model: {name: int(100 * part) for name, part in parts.items()} for model, parts in models.items()}
        for kind, models in found.items()
    }
    assert plain == {kind: {m: dict(parts) for m, parts in models.items()} for kind, models in expected.items()}


@by_many_examples
@given(some=st.lists(deals, min_size=1, max_size=3))
def test_credits_add_up_to_the_amounts_for_every_model(some: list[Deal]) -> None:
    whole = sum((deal.amount for deal in some if deal.won is not None and deal.amount), Decimal(0))
    with only(*some):
        for model, found in told(*MODELS).items():
            assert sum(found.values()) == whole, model


@by_many_examples
@given(some=st.lists(deals, min_size=2, max_size=3), seed=st.integers())
def test_the_order_of_rows_is_irrelevant(some: list[Deal], seed: int) -> None:
    with only(*some):
        found = both_kinds()
    with only(*some, seed=seed):
        assert both_kinds() == found


@by_many_examples
@given(some=st.lists(deals, min_size=1, max_size=2), days=st.integers(-3000, 3000))
def test_moving_all_moments_changes_nothing(some: list[Deal], days: int) -> None:
    """Not even decay: only the time between touches counts, never their age today."""
    with only(*some):
        found = both_kinds()
    with only(*(replace(deal, moved=days * DAY) for deal in some)):
        assert both_kinds() == found


@by_many_examples
@given(some=st.lists(deals, min_size=1, max_size=3))
def test_each_share_is_the_sum_of_the_deals_that_it_opens(some: list[Deal]) -> None:
    with only(*some):
        known = Campaign.objects.in_bulk()
        found = shares(ALL, [*MODELS, INFLUENCE], now=NOW)
        for share in found:
            about = known.get(share.campaign) if share.campaign else None
            opened = credit_of(ALL, share.model, share.kind, Whose(about, untouched=share.untouched), now=NOW)
            assert (sum(opened.values()), len(opened)) == (share.amount, share.deals), share
