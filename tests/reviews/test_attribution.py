"""Credit of deals by example."""

from decimal import Decimal

import pytest

from accounts.models import Company
from accounts.quarters import quarter_named
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Outcome, Reason
from leads.models import Lead
from reviews import figures
from reviews.attribution import INFLUENCE, MODELS, Share, model_named, shares
from reviews.periods import period_named
from reviews.slices import Slice
from tests.reviews.deals import ALL, CAMPAIGNS, DAY, NOW, START, Deal, told

pytestmark = pytest.mark.django_db


def one(deal: Deal, model: str) -> dict[str | None, Decimal]:
    kind = "opportunity" if deal.won is None else "won"
    deal.told()
    return told(model, kind=kind)[model]


def euros(**amounts: str) -> dict[str | None, Decimal]:
    return {name: Decimal(amount) for name, amount in amounts.items()}


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


def test_the_half_life_is_a_setting_of_the_company() -> None:
    Company.objects.create(pk=1, time_zone="UTC", currency="EUR", credit_half_life=15)
    found = one(Deal([("fair", 0), ("mail", 30)], won=40, handed=1), "time_decay")
    assert {name: amount for name, amount in found.items() if amount} == euros(fair="200", mail="800")
    assert MODELS["time_decay"].words == "A touch weighs half as much as one that came 15 days later."


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


def test_the_shares_of_one_campaign_are_those_it_has_among_all() -> None:
    Deal(FOUR, opened=21, handed=3).told()
    Deal([("mail", 1), ("search", 2)]).told()
    every = shares(ALL, [*MODELS, INFLUENCE], now=NOW)

    def keyed(rows: list[Share]) -> set[tuple[str, str, Decimal, int]]:
        return {(row.model, row.kind, row.amount, row.deals) for row in rows}

    for about in Campaign.objects.all():
        alone = shares(ALL, [*MODELS, INFLUENCE], now=NOW, campaigns=[about.pk])
        assert keyed(alone) == keyed([row for row in every if row.campaign == about.pk])
