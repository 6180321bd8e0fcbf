"""The credit page, the deals that its numbers open, its file, and the part on the campaign page."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.test import Client

from campaigns.models import Campaign
from feedback.models import Outcome
from leads.models import Lead, Touch
from reviews.attribution import MODELS
from reviews.credit import credit, neighbours
from reviews.periods import period_named
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
PAGE = "/reviews/credit/2026-Q3/"


@pytest.fixture(autouse=True)
def world(cast: Cast) -> None:
    """Two wins of the rep's team and one of another, an open opportunity, and a win that no touch came before."""
    with time_machine.travel(NOW, tick=False):
        deal("ann", ["fair", "mail"], won=1000, rep=cast.rep)
        deal("bob", ["fair", "search"], won=Decimal("0.05"), rep=cast.rep)
        deal("cem", ["fair", "search", "search"], won=300, rep=cast.other_rep)
        deal("dora", ["search", "mail"], opportunity=700, rep=cast.rep)
        early = deal("eve", ["fair"], rep=cast.rep)
        Outcome.objects.create(lead=early, kind="won", at=NOW - 50 * DAY, amount=11)


def deal(name: str, campaigns: list[str], *, rep: object, **ends: object) -> Lead:
    lead = handoff(f"{name}@{name}.test", NOW - 30 * DAY, rep, campaign=campaigns[0], name=name.title()).lead
    for n, code in enumerate(campaigns[1:], start=1):
        about = Campaign.objects.get_or_create(code=code, defaults={"name": f"={code}"})[0]
        Touch.objects.create(lead=lead, campaign=about, kind="webinar", at=lead.captured_at + n * DAY)
    for kind, amount in ends.items():
        Outcome.objects.create(lead=lead, kind=kind, at=NOW - 5 * DAY, amount=amount)
    return lead


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, url: str) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return unescape(answer.content.decode())


def test_every_number_of_the_page_opens_deals_that_add_up_to_it(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    page = read(client, f"{PAGE}?model=u_shaped&beside=time_decay")
    numbers = re.findall(r'<a class="n" href="([^"]+/deals/[^"]+)">([^<]+)<span', page)
    assert len(numbers) > 20
    for url, shown in numbers:
        opened = read(client, url)
        parts = re.findall(r'<td class="num">([^<]+)</td></tr>', opened)
        assert sum(map(euros, parts)) == pytest.approx(euros(shown), abs=1), url
        assert f'data-count="{len(parts)}"' in opened


def euros(text: str) -> Decimal:
    return Decimal(text.strip().replace("€", "").replace(",", "").replace("−", "-"))


def test_lines_add_up_and_the_most_disputed_campaign_comes_first() -> None:
    found = credit(period_named("2026-Q3"), [MODELS["first_touch"], MODELS["last_touch"]], now=NOW)
    lines = {line.label: [n.amount for n in line.groups["won"].by_model] for line in found["lines"]}
    assert lines == {
        "fair": [Decimal("1300.05"), 0],
        "=mail": [0, 1000],
        "=search": [0, Decimal("300.05")],
        "No touch before the deal": [11, 11],
    }
    assert [n.amount for n in found["whole"].groups["won"].by_model] == [Decimal("1311.05")] * 2
    assert [one.line.label for one in found["apart"]["won"]] == ["fair", "=mail", "=search"]


def test_the_models_are_named_beside_the_numbers(cast: Cast) -> None:
    page = read(signed_in(cast.rep), f"{PAGE}?model=w_shaped&beside=linear")
    assert "Where W-shaped and linear disagree most" in page
    assert page.count('class="num">by W-shaped</th>') == 4
    assert "does not add up across campaigns" in page
    assert '<span class="sr"> by W-shaped</span>' in page
    alone = read(signed_in(cast.rep), f"{PAGE}?model=linear&beside=linear")
    assert "disagree" not in alone
    assert "by last touch" not in alone


def test_a_rep_opens_the_deals_of_the_own_team_only(cast: Cast) -> None:
    url = f"{PAGE}deals/?model=first_touch&kind=won&campaign=fair"
    page = read(signed_in(cast.rep), url)
    assert 'data-count="3"' in page
    assert "One of them belongs to another team." in page
    assert ("Ann" in page, "Cem" in page) == (True, False)
    assert "Cem" in read(signed_in(cast.sales_manager), url)


def test_the_file_has_the_lines_of_the_page_and_runs_no_formula(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"{PAGE}table.csv?model=linear&beside=first_touch")
    assert answer["Content-Disposition"] == 'attachment; filename="credit-2026-Q3.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = {row["Campaign"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == {"fair", "'=mail", "'=search", "No touch before the deal"}
    fair = rows["fair"]
    assert (fair["Revenue, linear"], fair["Revenue, linear, deals"], fair["Revenue, influence"]) == (
        "600.03", "3", "1300.05",
    )  # fmt: skip
    assert sum(Decimal(row["Revenue, linear"]) for row in rows.values()) == Decimal("1311.05")


def test_the_campaign_page_shows_its_credit_by_each_model(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    assert 'hx-get="/reviews/campaigns/fair/credit/"' in read(client, "/campaigns/fair/")
    part = read(client, "/reviews/campaigns/fair/credit/")
    named = {key for key, model in MODELS.items() if f"by {model.label}</span>" in part}
    assert named == set(MODELS) - {"last_touch"}
    assert "€1,300" in part
    assert "€600" in part


def test_without_deals_the_page_says_what_comes_next(cast: Cast) -> None:
    page = read(signed_in(cast.rep), "/reviews/credit/2026-Q1/")
    assert "No deal with an amount belongs to this period." in page


def test_deals_without_an_amount_are_told(cast: Cast) -> None:
    Outcome.objects.create(lead=Lead.objects.get(email="ann@ann.test"), kind="won", at=NOW - DAY)
    assert "One more deal has no amount to share." in read(signed_in(cast.rep), PAGE)


@pytest.mark.parametrize(
    "url",
    [
        "/reviews/credit/2026-Q7/",
        "/reviews/credit/soon/",
        f"{PAGE}?model=luck",
        f"{PAGE}deals/?model=luck",
        f"{PAGE}deals/?kind=lost",
        f"{PAGE}deals/?campaign=nowhere",
        f"{PAGE}table.csv?beside=luck",
        "/reviews/campaigns/nowhere/credit/",
    ],
)
def test_what_is_not_there_is_not_found(cast: Cast, url: str) -> None:
    assert signed_in(cast.admin).get(url).status_code == 404


def test_no_period_that_is_still_to_come_is_offered() -> None:
    keys = [one.key for one in neighbours(period_named("2026-Q2"), now=NOW)]
    assert keys == ["2025", "2026", "2026-Q1", "2026-Q2", "2026-Q3", "all"]
    assert neighbours(period_named("all"), now=NOW) == neighbours(period_named("2026"), now=NOW)
