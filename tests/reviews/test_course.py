"""How a campaign's leads were won by week, beside others, and what a programme brought with its campaigns."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.test import Client

from accounts.quarters import quarter_named
from campaigns.models import Campaign, Cost
from common.statistics import newcombe
from feedback.models import Outcome
from leads.models import Handoff, Lead, Touch
from reviews.course import Curve, beside, curve
from reviews.periods import Period
from reviews.programmes import programme
from reviews.slices import Slice
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
ALL = Period("all")


def lead(campaign: Campaign, weeks: float, won: float | None = None, **facts: object) -> Lead:
    """A lead that is so many weeks old, won so many weeks after its capture."""
    at = NOW - weeks * WEEK
    made = Lead.objects.create(email=f"{Lead.objects.count()}@x.test", captured_at=at, campaign=campaign, **facts)
    if won is not None:
        Outcome.objects.create(lead=made, kind="won", at=at + won * WEEK, amount=100)
    return made


@pytest.fixture
def fair(db: None) -> Campaign:
    return Campaign.objects.create(code="fair", name="Fair", channel="event")


def of(campaign: Campaign) -> Curve:
    return curve(Slice(ALL, campaign=campaign), now=NOW)


def by_hand(lives: list[tuple[float, bool]], end: int) -> float:
    """The share won before the end of a week: one minus the product over the wins (Kaplan and Meier 1958)."""
    left = 1.0
    for at in sorted({at for at, won in lives if won and at < end}):
        wins = sum(won and age == at for age, won in lives)
        left *= 1 - wins / sum(age >= at for age, _won in lives)
    return 1 - left


def test_the_share_won_counts_each_lead_for_the_weeks_it_had(fair: Campaign) -> None:
    dice = random.Random(3)
    lives, ages = [], []
    for _n in range(90):
        age = round(dice.uniform(0, 30), 3)
        won = dice.choice([None, None, 1.5, round(dice.uniform(0, 30), 3)])
        won = won if won is not None and won <= age else None
        lead(fair, age, won)
        ages.append(age)
        lives.append((age if won is None else won, won is not None))
    found = of(fair)
    assert (found.leads, found.weeks[-1].number) == (90, int(sorted(ages)[-20]))
    for week in found.weeks:
        assert week.share == pytest.approx(by_hand(lives, week.number)), week.number
        assert week.won == sum(won and at < week.number for at, won in lives)
        assert week.at_risk == sum(at >= week.number for at, _won in lives)
        assert 0 <= week.low <= week.share <= week.high <= 1


def test_a_young_lead_makes_no_campaign_look_bad(fair: Campaign) -> None:
    for n in range(40):
        lead(fair, 10, 2 if n < 20 else None)
    before = of(fair).weeks[4]
    for _n in range(200):
        lead(fair, 0.5)
    after = of(fair).weeks[4]
    assert after.share == pytest.approx(0.5) == before.share
    assert (after.low, after.high) == pytest.approx((0.36, 0.66), abs=0.02)


def test_what_counts_in_the_curve(fair: Campaign) -> None:
    for _n in range(19):
        lead(fair, 5)
    twice = lead(fair, 5, 3)
    Outcome.objects.create(lead=twice, kind="won", at=NOW - WEEK, amount=1)
    lead(fair, 5, 1, kept_out="test")
    lead(fair, 5, 9)  # Told for a day to come.
    early = lead(fair, 5, -1)
    assert [(week.won, week.at_risk) for week in of(fair).weeks] == [(1, 21), (1, 21), (1, 21), (2, 20), (2, 20)]
    early.delete()
    assert of(fair).weeks[0].share == 0
    assert 0.1 < of(fair).weeks[0].high < 0.2


def test_without_leads_of_a_week_there_is_no_curve(fair: Campaign) -> None:
    assert of(fair).last is None
    lead(fair, 0.9)
    assert of(fair).last is None
    lead(fair, 1.1, 0.5)
    found = of(fair)
    assert (found.too_few, found.last) == (True, None)
    Lead.objects.filter(captured_at__gt=NOW - WEEK).delete()
    assert [(week.number, week.share, week.at_risk) for week in of(fair).weeks] == [(1, 1, 0)]


def test_the_difference_of_two_rates_is_that_of_the_source() -> None:
    # Newcombe 1998, table II: 56/70 against 48/80, and 9/10 against 3/10.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert newcombe(9, 10, 3, 10) == pytest.approx((0.6, 0.1705, 0.8090), abs=1e-4)


@pytest.fixture
def judged(fair: Campaign) -> Campaign:
    """In the quarter 30 of 40 are won; of another fair 10 of 40, and of its channel a year before 4 of 30."""
    other = Campaign.objects.create(code="stand", name="Stand", channel="event")
    mail = Campaign.objects.create(code="mail", name="Mail", channel="email")
    for about, age, wins, of_all in ((fair, 8, 30, 40), (other, 8, 10, 40), (mail, 8, 40, 40), (other, 60, 4, 30)):
        for n in range(of_all):
            lead(about, age, 1 if n < wins else None)
    return fair


def test_a_campaign_stands_beside_its_channel_and_the_year_before(judged: Campaign) -> None:
    others, past = beside(judged, quarter_named("2026-Q3"), now=NOW)
    assert (others.label, past.label) == ("Other campaigns of the channel Event", "The channel Event a year before")
    rates = {rate.here.figure.key: rate for rate in others.rates}
    won = rates["conversion"]
    assert (won.there.numerator, won.there.denominator, won.points, won.is_clear) == (10, 40, "50", True)
    assert won.interval == "between 29 and 65 points"
    assert rates["accepted"].difference is None
    assert (past.period.key, past.rates[2].there.numerator, past.rates[2].there.denominator) == ("2025-Q3", 4, 30)


def test_own_leads_of_last_year_come_before_those_of_the_channel(judged: Campaign) -> None:
    lead(judged, 60)
    past = beside(judged, quarter_named("2026-Q3"), now=NOW)[1]
    assert (past.label, past.rates[2].there.denominator, past.rates[2].too_few) == (
        "This campaign a year before",
        1,
        True,
    )


def read(client: Client, address: str) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def test_the_page_says_how_leads_were_won_and_each_number_opens(judged: Campaign, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    assert 'hx-get="/reviews/campaigns/fair/course/"' in read(client, "/campaigns/fair/")
    page = read(client, "/reviews/campaigns/fair/course/")
    assert "After 8 weeks 75\u00a0% of its leads are won." in page
    assert "50 points more" in page
    doors = re.findall(r'<a class="n of" href="([^"]+)">\d+/(\d+)', page)
    assert len(doors) == 4
    for address, shown in doors:
        with time_machine.travel(NOW, tick=False):
            assert client.get(address).context["count"] == int(shown), address


def test_few_cases_are_not_judged(fair: Campaign, cast: Cast, client: Client) -> None:
    Campaign.objects.create(code="stand", name="Stand", channel="event")
    for about in Campaign.objects.all():
        lead(about, 8, 2)
    client.force_login(cast.rep)
    page = read(client, "/reviews/campaigns/fair/course/")
    assert page.count("too few to judge</td>") == 1
    assert "nothing to compare" in page


# --- results and programmes -----------------------------------------------------------------------


@pytest.fixture
def fairs(fair: Campaign) -> Campaign:
    """A programme with two fairs, each with a lead; the second fair touched the lead of the first as well."""
    fairs = Campaign.objects.create(code="fairs", name="Fairs", budget=1000)
    stand = Campaign.objects.create(code="stand", name="Stand", parent=fairs, budget=Decimal("0.50"))
    Campaign.objects.filter(pk=fair.pk).update(parent=fairs)
    Campaign.objects.create(code="apart", name="Apart", budget=7)
    for about in (fair, stand):
        made = lead(about, 8, 4, best_grade="A")
        Touch.objects.create(lead=made, campaign=about, at=made.captured_at)
        Handoff.objects.create(lead=made, grade="A", at=made.captured_at, closed_at=NOW)
        Cost.objects.create(campaign=about, kind="event", actual=Decimal("10.10"), on=date(2026, 8, 1))
    first = Lead.objects.get(campaign=fair)
    Touch.objects.create(lead=first, campaign=stand, at=first.captured_at + WEEK)
    return fairs


def test_a_programme_adds_up_its_campaigns_to_the_cent(fairs: Campaign) -> None:
    found = programme(fairs, now=NOW)
    assert found is not None
    assert [str(line.campaign) for line in found.lines] == ["Fairs", "Fair", "Stand"]
    whole = {key: value.value for key, value in found.whole.values.items()}
    assert (whole["leads"], whole["leads_a"], whole["won"], whole["revenue"], whole["cost"]) == (
        2, 2, 2, Decimal("200.00"), Decimal("20.20"),
    )  # fmt: skip
    assert found.whole.budget == Decimal("1000.50")
    assert [line.credit.amount for line in found.lines] == [0, 50, 150]
    assert found.whole.credit.amount == 200
    assert found.lines[0].values["cost"].value is None


def test_a_lead_that_two_campaigns_touched_counts_once(fairs: Campaign, cast: Cast, client: Client) -> None:
    found = programme(fairs, now=NOW)
    assert found is not None
    assert (found.touched, found.touches) == (2, 3)
    client.force_login(cast.marketer)
    page = read(client, "/reviews/campaigns/fairs/results/")
    assert "2 leads were touched by any of them, each counted once; campaign by campaign that makes 3." in page
    touched = read(client, "/leads/?touched_programme=fairs&kept_out=false")
    assert set(re.findall(r"\d@x\.test", touched)) == {"0@x.test", "1@x.test"}
    with time_machine.travel(NOW, tick=False):
        assert client.get("/reviews/all/figures/won/?programme=fairs").context["count"] == 2


def test_without_campaigns_under_it_nothing_is_a_programme(fair: Campaign) -> None:
    assert programme(fair, now=NOW) is None


def test_the_results_of_a_campaign_by_quarter_add_up_to_all_time(judged: Campaign, cast: Cast, client: Client) -> None:
    lead(judged, 20, 3)
    client.force_login(cast.rep)
    with time_machine.travel(NOW, tick=False):
        answer = client.get("/reviews/campaigns/fair/results/")
    rows = answer.context["rows"]
    assert [quarter.key for quarter, _values in rows] == ["2026-Q3", "2026-Q2"]
    assert [values["won"].value for _quarter, values in rows] == [30, 1]
    assert answer.context["whole"]["won"].value == 31
    assert 'href="/reviews/all/figures/won/?campaign=fair"' in answer.content.decode()
