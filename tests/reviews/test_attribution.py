"""Credit of deals: by example, and the one statement against the same rules in plain Python."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Outcome, Reason
from leads.models import Handoff, Lead, Touch
from reviews import figures
from reviews.attribution import INFLUENCE, MODELS, Share, Whose, credit_of, model_named, shares
from reviews.measures import Slice
from reviews.periods import Period, period_named
from reviews.quarters import quarter_named
from tests.reviews import credit_by_hand
from tests.reviews.credit_by_hand import Contact

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START = datetime(2026, 7, 6, 9, tzinfo=UTC)
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
ALL = Period("all")
CAMPAIGNS = ("fair", "search", "mail", "")


@dataclass(frozen=True)
class Deal:
    """Touches (campaign and day), and the days of what came of them."""

    touches: list[tuple[str, float]]
    amount: Decimal | None = Decimal(1000)
    won: float | None = 30
    opened: float | None = None
    handed: float | None = None
    moved: timedelta = field(default=timedelta(0))

    def moment(self, day: float) -> datetime:
        return START + self.moved + timedelta(seconds=round(day * 86_400))

    @property
    def end(self) -> float:
        return (self.opened or 0) if self.won is None else self.won

    @property
    def opened_after_the_win(self) -> bool:
        return self.opened is not None and self.won is not None and self.moment(self.opened) > self.moment(self.won)

    def by_hand(self, model: str) -> Counter[str | None]:
        assert self.amount is not None
        contacts = [Contact(self.moment(day), n, name) for n, (name, day) in enumerate(self.touches)]
        opened = None if self.opened is None or self.opened_after_the_win else self.moment(self.opened)
        handed = None if self.handed is None else self.moment(self.handed)
        if handed and handed > (opened or self.moment(self.end)):
            handed = None
        end = self.moment(self.end)
        return credit_by_hand.shared(int(100 * self.amount), contacts, model, end=end, opened=opened, handed=handed)

    def told(self, **facts: object) -> Lead:
        """The same in the database."""
        lead = Lead.objects.create(email=f"x{Lead.objects.count()}@x.test", captured_at=START, **facts)
        for number, (name, day) in enumerate(self.touches):
            kind = Touch.Kind.values[number % len(Touch.Kind.values)]
            about = Campaign.objects.get_or_create(code=name, defaults={"name": name})[0] if name else None
            Touch.objects.create(lead=lead, campaign=about, at=self.moment(day), kind=kind)
        if self.handed is not None:
            Handoff.objects.create(lead=lead, grade="A", at=self.moment(self.handed), closed_at=self.moment(99))
        for kind, day in (("opportunity", self.opened), ("won", self.won)):
            if day is not None:
                Outcome.objects.create(lead=lead, kind=kind, at=self.moment(day), amount=self.amount)
        return lead


def told(*models: str, period: Period = ALL, kind: str = "won") -> dict[str, dict[str | None, Decimal]]:
    """By model: the credit of each campaign; None is what no touch came before."""
    names = dict(Campaign.objects.values_list("pk", "code"))
    found: dict[str, dict[str | None, Decimal]] = {model: {} for model in models}
    for share in shares(period, models, now=NOW):
        if share.kind == kind:
            name = None if share.untouched else names[share.campaign] if share.campaign else ""
            found[share.model][name] = share.amount
    return found


def one(deal: Deal, model: str) -> dict[str | None, Decimal]:
    kind = "opportunity" if deal.won is None else "won"
    deal.told()
    return told(model, kind=kind)[model]


def euros(**amounts: str) -> dict[str | None, Decimal]:
    return {name: Decimal(amount) for name, amount in amounts.items()}


# --- by example -----------------------------------------------------------------------------------

FOUR = [("fair", 0), ("search", 10), ("mail", 20), ("fair", 25)]


@pytest.mark.parametrize("model", MODELS)
def test_the_only_touch_earns_all(model: str) -> None:
    assert one(Deal([("fair", 1)], opened=20, handed=3), model) == euros(fair="1000")


@pytest.mark.parametrize(
    ("model", "first", "second"),
    [
        ("first_touch", "1000", "0"),
        ("last_touch", "0", "1000"),
        ("linear", "500", "500"),
        ("u_shaped", "500", "500"),
        ("w_shaped", "666.67", "333.33"),
        ("time_decay", "333.33", "666.67"),
    ],
)
def test_two_touches(model: str, first: str, second: str) -> None:
    """The first made the lead ready and the second came a half-life later."""
    found = one(Deal([("fair", 0), ("mail", 30)], won=40, handed=1), model)
    assert {name: amount for name, amount in found.items() if amount} == {
        name: amount for name, amount in euros(fair=first, mail=second).items() if amount
    }


def test_the_shape_of_a_u_has_its_end_at_the_opportunity() -> None:
    assert one(Deal(FOUR, opened=21, won=30), "u_shaped") == euros(fair="500", search="100", mail="400")


def test_the_shape_of_a_w_has_its_middle_at_the_handoff() -> None:
    deal = Deal([*FOUR, ("search", 26)], handed=12, opened=21, won=30)
    assert one(deal, "w_shaped") == euros(fair="350", search="350", mail="300")


def test_without_a_handoff_the_other_weights_keep_their_proportions() -> None:
    # 30 + 10 of 70, and 30 of 70.
    assert one(Deal([("fair", 0), ("search", 1), ("mail", 2)]), "w_shaped") == euros(
        fair="428.57", search="142.86", mail="428.57"
    )


def test_without_an_opportunity_the_last_touch_is_the_one_before_the_win() -> None:
    assert one(Deal(FOUR), "last_touch") == euros(fair="1000")


def test_before_an_opportunity_that_no_touch_precedes_the_first_touch_stands_in() -> None:
    assert one(Deal([("mail", 5), ("fair", 6)], opened=2), "last_touch") == euros(mail="1000")


@pytest.mark.parametrize("model", MODELS)
def test_touches_after_the_win_earn_nothing(model: str) -> None:
    assert one(Deal([("fair", 1), ("mail", 30), ("search", 30.5)], won=30), model).keys() <= {"fair", "mail"}


def test_touches_after_an_open_opportunity_earn_nothing_of_it() -> None:
    deal = Deal([("fair", 1), ("mail", 9)], opened=5, won=None)
    assert one(deal, "linear") == euros(fair="1000")
    assert told("linear")["linear"] == {}


def test_of_touches_in_the_same_second_the_one_told_first_is_the_first() -> None:
    deal = Deal([("mail", 5), ("fair", 5), ("search", 5)], amount=Decimal("0.01"))
    deal.told()
    assert told("first_touch", "last_touch", "linear") == {
        "first_touch": euros(mail="0.01"),
        "last_touch": euros(search="0.01"),
        "linear": euros(mail="0.01", fair="0", search="0"),
    }


def test_fifty_touches_share_to_the_cent() -> None:
    deal = Deal([(CAMPAIGNS[n % 3], n / 2) for n in range(50)], amount=Decimal("100.07"), handed=9, opened=20)
    deal.told()
    for model, found in told(*MODELS).items():
        assert sum(found.values()) == Decimal("100.07"), model
    assert told("linear")["linear"] == euros(fair="34.03", search="34.02", mail="32.02")


def test_a_deal_that_no_touch_came_before_has_a_line_of_its_own() -> None:
    Deal([("fair", 40)], won=30).told()
    Deal([("", 1)], won=30, amount=Decimal(7)).told()
    assert told("linear", INFLUENCE) == {key: {None: Decimal(1000), "": Decimal(7)} for key in ("linear", INFLUENCE)}


def test_tests_spam_and_duplicates_and_what_has_no_amount_earn_nothing() -> None:
    for kept_out in Lead.KeptOut.values:
        Deal([("fair", 1)]).told(kept_out=kept_out)
    Deal([("fair", 1)], amount=None).told()
    assert shares(ALL, MODELS, now=NOW) == []


def test_an_opportunity_that_ended_is_no_pipeline() -> None:
    lead = Deal([("fair", 1)], won=None, opened=5).told()
    assert told("linear", kind="opportunity")["linear"] == euros(fair="1000")
    reason = Reason.objects.get(key="price")
    Outcome.objects.create(lead=lead, kind="lost", at=START + 9 * DAY, reason=reason)
    assert told("linear", kind="opportunity")["linear"] == {}


def test_a_second_deal_has_an_opportunity_of_its_own() -> None:
    lead = Deal([("fair", 1), ("mail", 20), ("search", 35)], opened=5, won=10, amount=Decimal(1)).told()
    Outcome.objects.create(lead=lead, kind="won", at=START + 40 * DAY, amount=Decimal(10))
    assert told("last_touch")["last_touch"] == euros(fair="1", search="10")
    Outcome.objects.create(lead=lead, kind="opportunity", at=START + 30 * DAY, amount=Decimal(10))
    assert told("last_touch")["last_touch"] == euros(fair="1", mail="10")


def test_a_deal_belongs_to_the_period_of_its_own_date() -> None:
    Deal([("fair", 0)], won=30).told()
    Deal([("fair", 0)], won=100, amount=Decimal(5)).told()
    credit = {key: told("linear", period=period_named(key))["linear"] for key in ("2026-Q2", "2026-Q3", "2026", "all")}
    assert credit == {
        "2026-Q2": {}, "2026-Q3": euros(fair="1000"), "2026": euros(fair="1005"), "all": euros(fair="1005"),
    }  # fmt: skip


def test_influence_counts_a_deal_once_for_each_campaign_that_touched_it() -> None:
    Deal(FOUR).told()
    assert told(INFLUENCE)[INFLUENCE] == euros(fair="1000", search="1000", mail="1000")


def test_revenue_credit_adds_up_to_the_revenue_of_the_quarter() -> None:
    for n in range(9):
        Deal([*FOUR, ("", n), ("mail", n / 7)], amount=Decimal(f"{n}.37"), opened=n * 3, handed=n).told()
    revenue = figures.figures(Slice(quarter_named("2026-Q3")), now=NOW)["revenue_in_period"].value
    for model, found in told(*MODELS, period=period_named("2026-Q3")).items():
        assert sum(found.values()) == revenue, model


def test_unknown_models_and_periods_are_refused() -> None:
    for find, code in ((model_named, "no_such_model"), (period_named, "no_such_period")):
        for text in ("", "x", "2026-Q9", "99999"):
            with pytest.raises(DomainError) as refused:
                find(text)
            assert refused.value.code == code


# --- against plain Python -------------------------------------------------------------------------

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


# --- what a number opens --------------------------------------------------------------------------


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


def test_the_shares_of_one_campaign_are_those_it_has_among_all() -> None:
    Deal(FOUR, opened=21, handed=3).told()
    Deal([("mail", 1), ("search", 2)]).told()
    every = shares(ALL, [*MODELS, INFLUENCE], now=NOW)

    def keyed(rows: list[Share]) -> set[tuple[str, str, Decimal, int]]:
        return {(row.model, row.kind, row.amount, row.deals) for row in rows}

    for about in Campaign.objects.all():
        alone = shares(ALL, [*MODELS, INFLUENCE], now=NOW, campaign=about)
        assert keyed(alone) == keyed([row for row in every if row.campaign == about.pk])
