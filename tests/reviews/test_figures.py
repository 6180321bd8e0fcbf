"""Figures by hand: money, rates, quarters, and what is said where there is nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Company
from accounts.quarters import Quarter, quarter_named, quarter_of
from campaigns.models import Campaign, Cost
from common.errors import DomainError
from feedback.models import Outcome, Reason
from leads.intake import take_in
from leads.models import Handoff, Lead
from reviews import figures
from reviews.slices import Slice
from tests.cast import Cast, row

DAY = timedelta(days=1)
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)


@pytest.fixture
def quarter(db: None) -> Quarter:
    return quarter_named("2026-Q3")


def test_a_second_handoff_hides_no_breach(cast: Cast, quarter: Quarter) -> None:
    take_in([row("ann@x.test", NOW - 40 * DAY, "A")], at=NOW - 40 * DAY)
    first = Handoff.objects.get()
    Handoff.objects.update(responded_at=first.due_at + DAY, closed_at=first.due_at + DAY)
    at = first.due_at + 2 * DAY
    Handoff.objects.create(lead=first.lead, grade="A", at=at, due_at=at + 7 * DAY, responded_at=at)
    value = figures.figures(Slice(quarter), now=NOW)["answered_in_time"]
    assert (value.numerator, value.denominator) == (0, 1)


def test_money_by_hand(cast: Cast, quarter: Quarter) -> None:
    fair = Campaign.objects.create(code="fair", name="Fair")
    Cost.objects.create(campaign=fair, kind="event", actual=Decimal(1000), on=date(2026, 7, 1))
    Cost.objects.create(campaign=fair, kind="event", planned=Decimal(500), on=date(2026, 7, 1))
    Cost.objects.create(campaign=fair, kind="event", actual=Decimal(77), on=date(2026, 10, 1))
    take_in([row(f"a{n}@x.test", NOW, "D", campaign="fair") for n in range(3)], at=NOW)
    won, open_lead, lost = Lead.objects.order_by("pk")
    for lead, kind, amount in [
        (won, "opportunity", 4000), (won, "won", 3500), (open_lead, "opportunity", 800), (lost, "opportunity", 900),
    ]:  # fmt: skip
        at = NOW + DAY + (DAY if kind == "won" else DAY * 0)
        Outcome.objects.create(lead=lead, kind=kind, at=at, amount=amount)
    Outcome.objects.create(lead=lost, kind="lost", at=NOW + 3 * DAY, reason=Reason.objects.get(key="price"))
    values = {key: v.value for key, v in figures.figures(Slice(quarter), now=NOW).items()}
    assert (values["cost"], values["revenue"], values["pipeline"]) == (1000, 3500, 800)
    assert (values["cost_per_lead"], values["cost_per_won"], values["roi"]) == (Decimal("333.33"), 1000, 2.5)


def test_nothing_to_divide_is_nothing(quarter: Quarter) -> None:
    values = figures.figures(Slice(quarter), now=NOW)
    assert (values["leads"].value, values["revenue"].value) == (0, 0)
    for key in ("answered_in_time", "accepted", "conversion", "cost", "cost_per_lead", "roi", "speed_median_hours"):
        assert values[key].value is None


def test_wins_without_an_amount_have_no_revenue_and_no_return(cast: Cast, quarter: Quarter) -> None:
    take_in([row("ann@x.test", NOW, campaign="fair")], at=NOW)
    Outcome.objects.create(lead=Lead.objects.get(), kind="won", at=NOW)
    Cost.objects.create(campaign=Campaign.objects.get(), kind="media", actual=5, on=date(2026, 8, 1))
    values = figures.figures(Slice(quarter), now=NOW)
    assert (values["won"].value, values["revenue"].value, values["roi"].value) == (1, None, None)


# --- quarters ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts", "key", "first", "after"),
    [
        (1, "2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        (4, "2026-Q1", date(2025, 4, 1), date(2025, 7, 1)),
        (4, "2026-Q4", date(2026, 1, 1), date(2026, 4, 1)),
        (10, "2026-Q2", date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_quarters_follow_the_fiscal_year(starts: int, key: str, first: date, after: date) -> None:
    Company.objects.create(pk=1, time_zone="Asia/Kathmandu", currency="EUR", fiscal_year_start=starts)
    quarter = quarter_named(key)
    assert (quarter.first_day, quarter.first_day_after) == (first, after)
    assert quarter_of(quarter.start) == quarter
    assert quarter_of(quarter.end) == quarter.shifted(1)
    assert quarter_of(quarter.start - timedelta(seconds=1)) == quarter.shifted(-1)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["2026-Q5", "2026Q1", "", "0000-Q1", "٢٠٢٦-Q1", "2026-Q1\n"])
def test_other_texts_are_no_quarter(key: str) -> None:
    with pytest.raises(DomainError):
        quarter_named(key)


# --- command and pages ---------------------------------------------------------------------------


def test_a_company_without_leads_sees_words_instead_of_empty_tables(cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    assert "No campaign is running or planned." in client.get("/campaigns/").content.decode()
    fragment = client.get("/reviews/campaigns/", headers={"HX-Request": "true"}).content.decode()
    assert "<table" not in fragment
    assert "No lead was captured in this quarter." in client.get("/reviews/2026-Q3/").content.decode()
