"""Lines of money: kept as entered, turned to the cent, held against budget and days."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Change
from campaigns.cost_files import CostRow, log_costs
from campaigns.costs import add_cost, as_entered, change_cost, remove_cost, turned
from campaigns.keeping import create_campaign
from campaigns.models import Campaign, Cost
from campaigns.spending import even_by, spending
from common.errors import DomainError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 20)
CENT = Decimal("0.01")
AMOUNT = st.none() | st.decimals(min_value=0, max_value=10**7, places=2)
RATE = st.decimals(min_value=Decimal("0.00000001"), max_value=1000, places=8)


@pytest.fixture
def fair(cast: Cast) -> Campaign:
    return create_campaign(name="Fair", starts_on=DAY, by=cast.marketer)


def refused(verb: Any, *args: Any, **facts: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **facts)
    return refusal.value.code


def story() -> list[Any]:
    lines = Change.objects.filter(what="campaigns.campaign", act="changed").order_by("pk")
    return [line.changes["cost"] for line in lines]


def test_a_line_is_added_changed_and_taken_away_with_one_line_of_the_story_each(fair: Campaign, cast: Cast) -> None:
    line = add_cost(fair, by=cast.marketer, kind="event", on=DAY, planned=Decimal(78000), supplier=" Messe ")
    changed = change_cost(line, {"actual": Decimal("81400.05")}, version=1, by=cast.marketing_manager)
    assert (changed.planned, changed.actual, changed.version) == (78000, Decimal("81400.05"), 2)
    change_cost(changed, {"actual": Decimal("81400.05")}, version=2, by=cast.marketer)
    remove_cost(changed, version=2, by=cast.marketer)
    first = "Event, 2026-04-20, planned 78000.00 EUR, Messe"
    second = "Event, 2026-04-20, planned 78000.00 EUR, actual 81400.05 EUR, Messe"
    assert story() == [[None, first], [first, second], [second, None]]
    assert not Cost.objects.exists()


def test_another_currency_keeps_what_was_entered_and_the_rate(fair: Campaign, cast: Cast) -> None:
    given: dict[str, Any] = {"kind": "media", "on": DAY, "currency": "usd", "rate": Decimal("0.925")}
    line = add_cost(fair, by=cast.marketer, actual=Decimal("10.02"), **given)
    line.refresh_from_db()
    # 10.02 x 0.925 = 9.2685
    assert (line.actual, line.entered_actual, line.planned, line.currency) == (
        Decimal("9.27"), Decimal("10.02"), None, "USD",
    )  # fmt: skip
    change_cost(line, {"rate": Decimal("1.1")}, version=1, by=cast.marketer)
    line.refresh_from_db()
    assert (line.actual, line.entered_actual) == (Decimal("11.02"), Decimal("10.02"))
    change_cost(line, {"currency": "EUR"}, version=2, by=cast.marketer)
    line.refresh_from_db()
    assert (line.actual, line.entered_actual, line.rate, line.currency) == (Decimal("10.02"), None, None, "")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"currency": "dollar"}, "bad_currency"),
        ({"currency": "U$D"}, "bad_currency"),
        ({"currency": "USD"}, "bad_rate"),
        ({"currency": "USD", "rate": Decimal(0)}, "bad_rate"),
        ({"currency": "USD", "rate": Decimal(10) ** 9}, "bad_rate"),
        ({"currency": "USD", "rate": Decimal(2), "actual": Decimal(10) ** 12 - 1}, "amount_out_of_range"),
        ({"committed": Decimal(-1)}, "amount_out_of_range"),
        ({"actual": None}, "amount_missing"),
        ({"on": None}, "day_missing"),
        ({"supplier": "x" * 121}, "text_too_long"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_leaves_nothing(facts: Any, code: str, fair: Campaign, cast: Cast) -> None:
    given: Any = {"kind": "media", "on": DAY, "actual": Decimal(1), **facts}
    assert refused(add_cost, fair, by=cast.marketer, **given) == code
    assert not Cost.objects.exists()
    assert story() == []


def test_sales_and_whoever_saw_an_older_version_change_nothing(fair: Campaign, cast: Cast) -> None:
    line = add_cost(fair, by=cast.marketer, kind="media", on=DAY, actual=Decimal(1))
    for person, version, code in ((cast.sales_manager, 1, "not_marketing"), (cast.marketer, 2, "stale")):
        assert refused(change_cost, line, {"actual": Decimal(2)}, version=version, by=person) == code
        assert refused(remove_cost, line, version=version, by=person) == code
    remove_cost(line, version=1, by=cast.marketer)
    assert refused(change_cost, line, {"actual": Decimal(2)}, version=1, by=cast.marketer) == "gone"


def test_a_file_leaves_lines_of_another_currency_alone(fair: Campaign, cast: Cast) -> None:
    rate = {"currency": "USD", "rate": Decimal(1)}
    add_cost(fair, by=cast.marketer, kind="media", on=DAY, planned=Decimal(5), **rate)
    own = add_cost(fair, by=cast.marketer, kind="media", on=DAY, planned=Decimal(5))
    row = CostRow(number=2, campaign="Fair", kind="media", on=DAY, planned=Decimal(5), actual=Decimal(4))
    assert [done.result for done in log_costs([row], by=cast.marketer)] == ["updated"]
    own.refresh_from_db()
    assert (own.actual, own.version) == (4, 2)


def test_the_database_keeps_no_currency_without_a_rate(fair: Campaign, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Cost.objects.create(campaign=fair, kind="media", on=DAY, actual=1, currency="USD")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, st.none() | RATE), max_size=8))
def test_no_cent_is_lost_in_any_currency(lines: list[tuple[Decimal | None, ...]], fair: Campaign, cast: Cast) -> None:
    fair.costs.all().delete()
    expected: dict[str, list[Decimal]] = {"planned": [], "committed": [], "actual": []}
    for *amounts, rate in lines:
        said: Any = dict(zip(expected, amounts, strict=True))
        if all(amount is None for amount in amounts):
            continue
        another = {"currency": "USD", "rate": rate} if rate else {}
        line = add_cost(fair, by=cast.marketer, kind="media", on=DAY, **said, **another)
        line.refresh_from_db()
        told: Any = as_entered(line)
        assert {name: told[name] for name in expected} == said, "what was entered is kept"
        for name, amount in said.items():
            if amount is not None:
                expected[name].append((amount * (rate or 1)).quantize(CENT, ROUND_HALF_UP))
    money = spending(fair, DAY)
    assert money.sums == [sum(part) if part else None for part in expected.values()]


@given(amount=st.decimals(min_value=0, max_value=10**9, places=2), rate=RATE)
def test_turning_is_right_to_half_a_cent(amount: Decimal, rate: Decimal) -> None:
    result = turned(amount, rate)
    assert result is not None
    assert abs(result - amount * rate) <= CENT / 2
    assert turned(amount, None) == amount
    assert turned(None, rate) is None


def test_blank_is_not_entered_and_zero_is_zero(fair: Campaign, cast: Cast) -> None:
    assert spending(fair, DAY).sums == [None, None, None]
    add_cost(fair, by=cast.marketer, kind="media", on=DAY, actual=Decimal(0))
    assert spending(fair, DAY).sums == [None, None, 0]


def test_an_even_pace_spends_the_budget_day_by_day() -> None:
    campaign = Campaign(budget=Decimal(100), starts_on=DAY, ends_on=DAY + timedelta(days=2))
    assert [even_by(campaign, DAY + timedelta(days=n)) for n in (-1, 0, 1, 2, 9)] == [
        Decimal(share) for share in ("0.00", "33.33", "66.67", "100.00", "100.00")
    ]
    assert even_by(Campaign(budget=None, starts_on=DAY, ends_on=DAY), DAY) is None
    assert even_by(Campaign(budget=Decimal(1), starts_on=DAY), DAY) is None


def test_a_marketer_keeps_costs_on_the_page(client: Client, cast: Cast, fair: Campaign) -> None:
    client.force_login(cast.marketer)
    assert b"No cost entered." in client.get("/campaigns/fair/").content
    sent = {"kind": "event", "on": "2026-04-20", "planned": "1000", "actual": "1000.10", "version": 1}
    assert client.post("/campaigns/fair/costs/new/", sent | {"actual": "1,5,0"}).status_code == 422
    assert client.post("/campaigns/fair/costs/new/", sent | {"currency": "USD"}).status_code == 422
    answer = client.post("/campaigns/fair/costs/new/", sent | {"currency": "USD", "rate": "0.5"})
    assert answer["Location"] == "/campaigns/fair/"
    line = Cost.objects.get()
    page = client.get("/campaigns/fair/").content.decode()
    assert '<td class="num">500.05</td>' in page
    assert "in USD at 0.5" in page
    url = f"/campaigns/fair/costs/{line.pk}/"
    assert 'value="1000.10"' in client.get(url).content.decode()
    assert client.post(url, sent | {"version": 7}).status_code == 409
    assert client.post(url, sent)["Location"] == "/campaigns/fair/"
    assert client.post(f"{url}removals/", {"version": 1})["Location"] == url
    assert client.post(f"{url}removals/", {"version": 2})["Location"] == "/campaigns/fair/"
    assert not Cost.objects.exists()


def test_a_line_is_found_only_under_its_campaign(client: Client, cast: Cast, fair: Campaign) -> None:
    create_campaign(name="Other", by=cast.marketer)
    line = add_cost(fair, by=cast.marketer, kind="media", on=DAY, actual=Decimal(1))
    client.force_login(cast.marketer)
    assert client.get(f"/campaigns/other/costs/{line.pk}/").status_code == 404
    assert client.post(f"/campaigns/other/costs/{line.pk}/removals/", {"version": 1}).status_code == 404
