"""Charts draw the numbers of their tables, and two quarters stand side by side."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.quarters import Quarter, quarter_named
from campaigns.models import Campaign, Cost
from common.statistics import difference, newcombe, poisson
from feedback.models import Outcome
from leads.models import Lead
from reviews import results
from reviews.charts import STAGES, TRENDS, cohorts, flow, funnel, trends
from reviews.comparing import compared
from reviews.course import curve
from reviews.figures import FIGURES, figures
from reviews.results import by_quarters, keep_results
from reviews.side_by_side import beside
from reviews.slices import Slice
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STAGES_OF_LEADS = ("new", "handed_off", "won", "lost", "accepted")


@pytest.fixture
def world(cast: Cast) -> Quarter:
    """Leads of nine sources and all grades over five quarters; some with handoffs, opportunities and wins."""
    fair = Campaign.objects.create(code="fair", name="Fair", channel="event")
    made = Lead.objects.bulk_create(
        Lead(
            email=f"l{n}@x.test", captured_at=NOW - (n % 5 * 80 + 20) * DAY, best_grade="ABCD"[n % 4],
            source=f"s{n % 9}" if n % 7 else "", stage=STAGES_OF_LEADS[n % 5], campaign=fair if n % 3 else None,
        )
        for n in range(180)
    )  # fmt: skip
    for lead in made[::6]:
        at = lead.captured_at + 9 * DAY
        Outcome.objects.bulk_create(Outcome(lead=lead, kind=kind, at=at, amount=10) for kind in ("opportunity", "won"))
    Cost.objects.create(campaign=fair, kind="media", on=NOW.date(), actual=Decimal(500))
    handoff("ann@x.test", NOW - DAY, cast.rep, campaign="fair", source="s1")
    return quarter_named("2026-Q3")


def test_the_funnel_adds_up_to_the_figures(world: Quarter) -> None:
    bars = funnel(Slice(world), now=NOW)
    known = figures(Slice(world), now=NOW)
    assert [bar.key for bar in bars] == list(STAGES)
    for bar in bars:
        assert bar.total == known[bar.key].numerator
    leads = bars[0]
    assert {grade: n for grade, n, *_place in leads.parts if n} == {
        letter: known[f"leads_{letter.lower()}"].value for letter in "ABCD"
    }
    for bar in bars:
        end = 0.0
        for _grade, n, x, width in bar.parts:
            assert (x, width) == pytest.approx((end, 100 * n / leads.total))
            end = x + width


def test_trends_are_the_figures_of_each_quarter(world: Quarter) -> None:
    quarters, lines = trends(world, now=NOW)
    assert [one.key for one in quarters[-2:]] == ["2026-Q2", "2026-Q3"]
    for quarter in quarters:
        known = figures(Slice(quarter), now=NOW)
        found = {line.figure.key: dict(line.told)[quarter] for line in lines}
        assert found == {key: known[key] for key in TRENDS}
    rates = next(line for line in lines if line.figure.key == "conversion")
    told = [(i, value.value) for i, (_quarter, value) in enumerate(rates.told) if value.value is not None]
    top = max(value for _i, value in told)
    drawn = [number for point in rates.points for number in point]
    assert drawn == pytest.approx([number for i, value in told for number in (i * 100 / 7, 38 - 36 * value / top)])


def test_eight_quarters_take_one_statement_for_each_kind_of_rows(
    world: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarters = [world.shifted(n) for n in range(-7, 1)]
    with CaptureQueriesContext(connection) as captured:
        live = by_quarters(quarters, now=NOW)
    assert len(captured) <= 6
    monkeypatch.setattr(results, "LIVE_UP_TO", -2)
    keep_results(at=NOW)
    kept = by_quarters(quarters, now=NOW)
    for quarter in quarters:
        for key in TRENDS:
            assert FIGURES[key].value(kept[quarter]) == FIGURES[key].value(live[quarter]), (quarter.key, key)


def test_cohorts_are_the_curves_of_each_quarter_on_one_scale(world: Quarter) -> None:
    found = cohorts(world, now=NOW)
    assert found is not None
    curves = [curve(Slice(world.shifted(-n)), now=NOW) for n in range(4)]
    assert [one.curve for one in found.cohorts] == curves
    assert found.weeks == max(len(one.weeks) for one in curves)
    for number, shares in found.rows:
        assert shares == [{week.number: week.share for week in one.weeks}.get(number) for one in curves]
    highest = min(float(point.split(",")[1]) for one in found.cohorts for point in one.points.split())
    assert highest == pytest.approx(2, abs=0.01)


def test_the_flow_has_each_lead_once(world: Quarter) -> None:
    found = flow(Slice(world))
    leads = Lead.objects.filter(captured_at__gte=world.start, captured_at__lt=world.end)
    assert found is not None
    assert sum(map(sum, found.counts)) == leads.count()
    assert [node.count for node in found.sources] == [sum(row) for row in found.counts]
    assert [node.count for node in found.ends] == [sum(column) for column in zip(*found.counts, strict=True)]
    assert len(found.sources) == 6
    won = {node.key: node.count for node in found.ends}["won"]
    assert won == leads.filter(stage="won").count()
    assert len(found.ribbons) == sum(n > 0 for row in found.counts for n in row)
    ends = [node.y + node.height for node in (found.sources[-1], found.ends[-1])]
    assert ends == [pytest.approx(240)] * 2


def table(page: str, name: str) -> list[list[str]]:
    body = page.split(f'data-chart="{name}"')[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [
        [unescape(re.sub(r'<span class="sr">.*?</span>|<[^>]+>', "", cell)).strip() for cell in row] for row in rows
    ]


def test_the_page_shows_the_numbers_of_the_drawings(client: Client, cast: Cast, world: Quarter) -> None:
    client.force_login(cast.rep)
    with time_machine.travel(NOW, tick=False):
        page = client.get(f"/reviews/{world.key}/charts/").content.decode()
        empty = client.get("/reviews/2019-Q1/charts/")
    found, bars = flow(Slice(world)), funnel(Slice(world), now=NOW)
    assert found is not None
    assert table(page, "flow") == [
        [node.label, *map(str, counts), str(node.count)] for node, counts in found.rows
    ]  # fmt: skip
    assert table(page, "funnel") == [
        [bar.label, *(str(n) for _grade, n, *_place in bar.parts), str(bar.total)] for bar in bars
    ]
    assert len(table(page, "trends")) == len(TRENDS)
    assert "style=" not in page
    assert (empty.status_code, "flow" in empty.content.decode()) == (200, False)


# --- side by side ---------------------------------------------------------------------------------


def test_differences_carry_the_interval_of_their_kind(world: Quarter) -> None:
    here, there = (figures(Slice(quarter), now=NOW) for quarter in (world, world.shifted(-1)))
    count = compared(here["leads"], there["leads"])
    n, m = here["leads"].value, there["leads"].value
    assert isinstance(n, int)
    assert isinstance(m, int)
    assert (count.difference, count.low, count.high) == difference(poisson(n), poisson(m))
    rate = compared(here["conversion"], there["conversion"])
    cases = [(v.numerator, v.denominator) for v in (here["conversion"], there["conversion"])]
    assert (rate.difference, rate.low, rate.high) == newcombe(*cases[0], *cases[1])
    money = compared(here["revenue"], there["revenue"])
    assert (money.difference, money.low) == (here["revenue"].value - there["revenue"].value, None)
    assert compared(here["cost"], there["cost"]).difference is None
    assert not compared(here["cost"], there["cost"]).is_clear


def test_two_quarters_have_the_same_figures_as_each_alone(client: Client, cast: Cast, world: Quarter) -> None:
    found = beside(world, world.shifted(-1), now=NOW, most=None)
    for quarter, side in ((world, "here"), (world.shifted(-1), "there")):
        known = figures(Slice(quarter), now=NOW)
        for one in found.figures:
            assert getattr(one, side) == known[one.here.figure.key]
        leads = [getattr(row.figures[1], side).value for row in found.campaigns]
        assert sum(leads) == known["leads"].value
    assert {row.campaign.code if row.campaign else "" for row in found.campaigns} == {"fair", ""}
    assert beside(world, world.shifted(-1), now=NOW, most=1).hidden == 1
    client.force_login(cast.marketer)
    with time_machine.travel(NOW, tick=False):
        page = client.get(f"/reviews/{world.key}/beside/2026-Q2/").content.decode()
        assert client.get(f"/reviews/{world.key}/beside/2019-Q1/").status_code == 200
        assert client.get(f"/reviews/{world.key}/beside/soon/").status_code == 404
    assert f"/reviews/{world.key}/figures/leads/" in page
    assert "/reviews/2026-Q2/figures/leads/?campaign=fair" in page
