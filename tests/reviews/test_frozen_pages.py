"""A quarter that was frozen, as people and programs read it: the numbers of then, and the leads of then."""

import csv
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from feedback.models import Outcome
from leads.merging import merge
from leads.models import Lead
from reviews.deciding import decide, overrule
from reviews.digests import digest_of
from reviews.exporting import TABLES
from reviews.models import Restatement, Review, Snapshot
from reviews.restating import restate_all
from reviews.signing import sign
from tests.cast import Cast, make_cast
from tests.reviews.signed import KEY, OVER, frozen, signed
from tests.reviews.test_figures_add_up import make_mixture

DAY = timedelta(days=1)
PAGE = f"/reviews/{KEY}/"
LINK = re.compile(r'href="(/reviews/[^"]+/figures/[^"]+)">([\d,./]+)<')


@pytest.fixture(scope="module")
def mixture(told_once: Callable[..., Any]) -> Cast:
    """The same leads for every test of this module."""
    return told_once(lambda: make_mixture(make_cast()))


@pytest.fixture
def cast(mixture: Cast, db: None) -> Cast:
    return mixture


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    client.force_login(cast.sales_manager)
    return client


def shown(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(page: str) -> list[tuple[str, str]]:
    return [
        (re.sub(r"&?as_of=now", "", url.replace("&amp;", "&")).replace("?&", "?").rstrip("?"), text)
        for url, text in LINK.findall(page)
    ]


def test_the_page_shows_the_same_numbers_frozen_as_live_and_later_ones_nowhere(manager: Client, cast: Cast) -> None:
    live = numbers(shown(manager))
    assert len(live) > 40
    signed(cast, at=_now())
    won = Lead.objects.filter(outcomes=None, campaign__code="fair", captured_at__month=8).first()
    Outcome.objects.create(lead=won, kind="won", amount=5000, at=_now())
    assert numbers(shown(manager)) == live


def _now() -> datetime:
    """After the quarter, and no clock moves between this and what the page reads."""
    return timezone.now()


def test_every_frozen_number_opens_the_leads_that_were_counted(manager: Client, cast: Cast) -> None:
    signed(cast)
    found = numbers(shown(manager))
    Lead.objects.filter(campaign__code="fair").update(campaign=None, kept_out="spam")
    for url, text in {url: text for url, text in found if "/" not in text}.items():
        count = int(text.replace(",", ""))
        assert f'data-count="{count}"' in shown(manager, url), url
    narrowed = next(url for url, text in found if "campaign=fair" in url and "figures/leads/" in url)
    assert 'data-count="0"' in shown(manager, f"{narrowed}&as_of=now")
    assert manager.get(f"{PAGE}figures/none/").status_code == 404
    assert manager.get(f"{PAGE}figures/leads/?month=2026-01").status_code == 404


def test_leads_that_become_one_are_opened_as_the_one_that_stays(manager: Client, cast: Cast) -> None:
    snapshot = signed(cast).snapshot
    keep, drop = Lead.objects.filter(captured_at__month=8, kept_out="").order_by("pk")[:2]
    before = int(re.findall(r'data-count="(\d+)"', shown(manager, f"{PAGE}figures/leads/"))[0])
    merge(keep, drop, by=cast.sales_manager, at=OVER + DAY)
    page = shown(manager, f"{PAGE}figures/leads/")
    assert f'data-count="{before - 1}"' in page
    assert f"when they were {before} leads" in page
    assert digest_of(snapshot) == snapshot.digest


def test_a_rep_sees_the_leads_of_the_team_and_how_many_others_there_are(client: Client, cast: Cast) -> None:
    signed(cast)
    client.force_login(cast.other_rep)
    assert "belong to other teams" in shown(client, f"{PAGE}figures/handed_off/")


def test_both_sign_on_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep)
    assert "Sign for sales" not in shown(client)
    client.force_login(cast.sales_manager)
    page = shown(client)
    assert "Sign for sales" in page
    seen = {name: re.findall(rf'name="{name}" value="(\w*)"', page)[-1] for name in ("version", "digest")}
    assert client.post(f"{PAGE}signatures/", seen | {"version": "9"}).status_code == 302
    assert "Somebody changed this" in shown(client)
    client.post(f"{PAGE}signatures/", seen)
    page = shown(client)
    assert ("Figures frozen" in page, "Sign for sales" in page) == (True, False)
    assert "Take the freeze back" in page
    client.force_login(cast.marketing_manager)
    digest = re.findall(r'name="digest" value="(\w+)"', shown(client))[0]
    client.post(f"{PAGE}signatures/", {"digest": digest})
    page = shown(client)
    assert Review.objects.get().is_signed
    assert digest in page
    assert "Take the freeze back" not in page


def test_the_freeze_is_taken_back_on_the_page(manager: Client, cast: Cast) -> None:
    frozen(cast)
    manager.post(f"{PAGE}freeze-removals/")
    assert not Snapshot.objects.exists()
    manager.post(f"{PAGE}freeze-removals/")
    assert "Nothing is frozen" in shown(manager)


def test_a_frozen_decision_and_diagnosis_stand_as_they_were(manager: Client, cast: Cast) -> None:
    fair = Campaign.objects.get(code="fair")
    facts = {
        "kind": "fix",
        "rationale": "Ask the budget",
        "owner": cast.marketer,
        "figure": "accepted",
        "hoped": Decimal("0.6"),
    }
    decide(KEY, fair, facts, version=0, by=cast.admin, at=OVER)
    overrule(KEY, fair, "working", "We know them", version=0, by=cast.admin, at=OVER)
    snapshot = frozen(cast)
    Campaign.objects.filter(pk=fair.pk).update(name="Another name")
    page = shown(manager)
    for words in ("Ask the budget", "We know them", ">Fair<", "60"):
        assert words in page
    assert "Another name" not in page
    assert 'data-dialog="deciding"' not in page
    sign(KEY, snapshot.digest, by=cast.sales_manager, at=OVER)
    assert "Ask the budget" in shown(manager)


def test_what_comes_later_is_listed_beside_the_frozen_number(manager: Client, cast: Cast) -> None:
    snapshot = signed(cast, at=_now()).snapshot
    restate_all(now=_now())
    assert not Restatement.objects.filter(figure__in=["won", "leads", "accepted"]).exists()
    won = Lead.objects.filter(outcomes=None, campaign__code="fair", kept_out="", captured_at__month=8).first()
    told = Outcome.objects.create(lead=won, kind="won", amount=5000, at=_now())
    restate_all(now=OVER + DAY)
    restate_all(now=OVER + 2 * DAY)
    (one,) = Restatement.objects.filter(figure="won", campaign="fair")
    assert (one.now["value"], one.since) == (one.frozen["value"] + 1, OVER + DAY)
    assert {"", "fair"} == set(Restatement.objects.filter(figure="revenue").values_list("campaign", flat=True))
    page = shown(manager)
    assert "Known since" in page
    assert f'campaign=fair&amp;as_of=now">{one.now["value"]}<' in page
    assert digest_of(snapshot) == snapshot.digest
    told.delete()
    restate_all(now=OVER + 3 * DAY)
    assert not Restatement.objects.filter(figure="won").exists()


def test_every_table_goes_out_as_a_file_with_the_numbers_of_the_page(manager: Client, cast: Cast) -> None:
    live = manager.get(f"{PAGE}export.json").json()
    assert (live["digest"], live["signatures"]) == (None, [])
    snapshot = signed(cast, at=_now()).snapshot
    found = manager.get(f"{PAGE}export.json").json()
    assert (found["digest"], len(found["signatures"])) == (snapshot.digest, 2)
    assert found["parts"]["whole"]["figures"] == live["parts"]["whole"]["figures"]
    assert set(found["parts"]) <= set(live["parts"])
    for table in TABLES:
        assert manager.get(f"{PAGE}tables/{table}.xlsx").content.startswith(b"PK")
        assert manager.get(f"{PAGE}tables/{table}.csv").status_code == 200
    rows = list(csv.DictReader(StringIO(manager.get(f"{PAGE}tables/campaigns.csv").content.decode("utf-8-sig"))))
    fair = next(row for row in rows if row["code"] == "fair")
    told = next(one for one in found["parts"]["campaigns"] if one["code"] == "fair")["figures"]
    assert (fair["leads"], fair["revenue"]) == (str(told["leads"]["value"]), told["revenue"]["value"])
    assert manager.get(f"{PAGE}tables/none.csv").status_code == 404
    assert manager.get(f"{PAGE}tables/campaigns.pdf").status_code == 404
