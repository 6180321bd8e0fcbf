"""Quarters and their figures through the API."""

import csv
import json
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from campaigns.models import Campaign
from feedback.outcomes import record_outcome
from feedback.responses import respond
from leads.models import Lead
from reviews.figures import FIGURES
from reviews.planning import add_line
from tests.api.conftest import Api
from tests.cast import Cast, handoff, lead
from tests.reviews.signed import OVER, signed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
URL = "/api/v1/reviews/"


@pytest.fixture
def told(cast: Cast, now: datetime, time_machine: Any) -> None:
    """A quarter with something of everything."""
    late = handoff("late@one.test", now - 10 * DAY, cast.other_rep, campaign="Fair", source="fair")
    met = handoff("met@two.test", now - 9 * DAY, cast.rep, "B", campaign="Fair", source="ads")
    respond(met, by=cast.rep, kind="call", at=now - 8 * DAY)
    lead("cold@three.test", now - 40 * DAY, "D")
    time_machine.move_to(now, tick=False)
    record_outcome(late.lead, by=cast.other_rep, kind="won", at=now, amount=1000)  # type: ignore[arg-type]


@pytest.fixture
def manager(api: Api, cast: Cast) -> APIClient:
    return api(cast.marketing_manager)


def test_quarters_since_the_first_lead_are_listed(manager: APIClient, told: None) -> None:
    (quarter,) = manager.get(URL).json()["results"]
    assert (quarter["quarter"], quarter["status"]) == ("2026-Q3", "preparing")
    assert (quarter["from"], quarter["to"]) == ("2026-07-01T00:00:00+00:00", "2026-10-01T00:00:00+00:00")


def test_a_review_has_the_figures_of_the_command(manager: APIClient, told: None, capsys: Any) -> None:
    answer = manager.get(f"{URL}2026-Q3/").json()
    call_command("figures", "2026-Q3", "--json")
    said = json.loads(capsys.readouterr().out)
    assert answer["figures"] == said["figures"]
    assert [(c["code"], c["figures"]) for c in answer["campaigns"]] == [
        (c["code"], c["figures"]) for c in said["campaigns"]
    ]
    nothing = {"goals": [], "agreement": None, "decisions": [], "agreed_plan": [], "plan": None, "signatures": []}
    assert {name: answer[name] for name in nothing} == nothing
    assert (answer["status"], answer["currency"], answer["figures"]["revenue"]["value"]) == (
        "preparing",
        "EUR",
        "1000.00",
    )


def test_every_count_opens_exactly_its_leads(manager: APIClient, told: None) -> None:
    figures = manager.get(f"{URL}2026-Q3/").json()["figures"]
    for key, figure in FIGURES.items():
        answer = manager.get(f"{URL}2026-Q3/figures/{key}/leads/")
        assert answer.status_code == 200, key
        if figure.opens == figure.numerator:
            assert len(answer.json()["results"]) == figures[key]["numerator"], key
        if figure.denominator and figure.unit == "rate":
            below = manager.get(f"{URL}2026-Q3/figures/{key}/leads/?part=denominator").json()["results"]
            assert len(below) == figures[key]["denominator"], key


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"late", "met", "cold"}), ("campaign=fair", {"late", "met"}), ("source=ads", {"met"}),
        ("source=", {"cold"}), ("month=2026-08", {"cold"}), ("campaign=fair&source=fair", {"late"}),
        ("month=2026-07", set()),
    ],
)  # fmt: skip
def test_campaign_source_and_month_narrow_it(asked: str, found: set[str], manager: APIClient, told: None) -> None:
    rows = manager.get(f"{URL}2026-Q3/figures/leads/leads/?{asked}").json()["results"]
    assert {row["email"].partition("@")[0] for row in rows} == found


def test_a_rep_is_shown_those_of_the_team(api: Api, cast: Cast, told: None) -> None:
    rows = api(cast.rep).get(f"{URL}2026-Q3/figures/handed_off/leads/").json()["results"]
    assert [row["email"] for row in rows] == ["met@two.test"]
    assert Lead.objects.count() == 3


@pytest.mark.parametrize(
    ("path", "status", "code", "fields"),
    [
        ("2026-Q5/", 404, "no_such_quarter", []),
        ("now/", 404, "no_such_quarter", []),
        ("1900-Q1/", 404, "no_such_quarter", []),
        ("2026-Q3/?all=campaigns", 400, "invalid", ["all"]),
        ("2026-Q3/figures/none/leads/", 404, "no_such_figure", []),
        ("2026-Q5/figures/leads/leads/", 404, "no_such_quarter", []),
        ("2026-Q3/figures/leads/leads/?campaign=none", 404, "not_found", []),
        ("2026-Q3/figures/leads/leads/?campaign=%00", 400, "invalid", ["campaign"]),
        ("2026-Q3/figures/leads/leads/?source=%00", 400, "invalid", ["source"]),
        ("2026-Q3/figures/leads/leads/?month=2026-10", 400, "invalid", ["month"]),
        ("2026-Q3/figures/leads/leads/?month=July", 400, "invalid", ["month"]),
        ("2026-Q3/figures/leads/leads/?part=half", 400, "invalid", ["part"]),
        ("2026-Q3/figures/leads/leads/?colour=red", 400, "invalid", ["colour"]),
    ],
)
def test_what_is_none_is_refused(path: str, status: int, code: str, fields: list[str], manager: APIClient) -> None:
    answer = manager.get(URL + path)
    told = answer.json()
    assert (answer.status_code, told["code"], list(told["fields"])) == (status, code, fields)


def test_a_signed_quarter_answers_as_it_was_frozen(
    manager: APIClient, cast: Cast, told: None, time_machine: Any, capsys: Any
) -> None:
    live = manager.get(f"{URL}2026-Q3/").json()
    time_machine.move_to(OVER, tick=False)
    assert manager.get(f"{URL}2026-Q3/").json()["signatures"] == []
    before = manager.get(f"{URL}2026-Q3/").json()
    snapshot = signed(cast).snapshot
    won = Lead.objects.get(email="met@two.test")
    record_outcome(won, by=cast.rep, kind="won", at=OVER, amount=70)  # type: ignore[arg-type]
    answer = manager.get(f"{URL}2026-Q3/").json()
    assert (answer["status"], answer["digest"]) == ("signed", snapshot.digest)
    assert [(s["side"], s["by"]) for s in answer["signatures"]] == [
        ("marketing", "Marketing Manager"), ("sales", "Sales Manager"),
    ]  # fmt: skip
    assert answer["figures"] == before["figures"]
    assert (answer["campaigns"], answer["from"], answer["to"]) == (before["campaigns"], live["from"], live["to"])
    call_command("figures", "2026-Q3", "--json")
    assert json.loads(capsys.readouterr().out)["figures"] == answer["figures"]
    call_command("figures", "2026-Q3", "--campaign", "fair", "--json")
    assert json.loads(capsys.readouterr().out)["figures"] == answer["campaigns"][0]["figures"]
    leads = f"{URL}2026-Q3/figures/won/leads/"
    for asked, found in {
        "": {"late"},
        "?campaign=fair": {"late"},
        "?as_of=now": {"late", "met"},
        "?month=2026-08": set(),
    }.items():
        rows = manager.get(leads + asked).json()["results"]
        assert {row["email"].partition("@")[0] for row in rows} == found, asked


def test_page_file_api_and_command_agree_on_every_figure(
    manager: APIClient, cast: Cast, told: None, client: Client, time_machine: Any, capsys: Any
) -> None:
    """Live, and as they were frozen."""
    for moment in (None, OVER):
        if moment:
            time_machine.move_to(moment, tick=False)
            signed(cast)
        client.force_login(cast.marketing_manager)
        answer = manager.get(f"{URL}2026-Q3/").json()["figures"]
        assert set(answer) == set(FIGURES)
        call_command("figures", "2026-Q3", "--json")
        assert json.loads(capsys.readouterr().out)["figures"] == answer
        file = client.get("/reviews/2026-Q3/tables/figures.csv").getvalue().decode("utf-8-sig")
        rows = {row["figure"]: row for row in csv.DictReader(StringIO(file))}
        told_by_file = {key: {name: row[name] for name in answer[key]} for key, row in rows.items()}
        assert told_by_file == {key: {n: _cell(one) for n, one in found.items()} for key, found in answer.items()}
        page = client.get("/reviews/2026-Q3/").context["values"]
        assert {key: value.as_json() for key, value in page.items()} == {key: answer[key] for key in page}
        assert len(page) > 20


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def test_the_plan_is_told_live_and_as_it_was_frozen(
    manager: APIClient, cast: Cast, told: None, time_machine: Any
) -> None:
    time_machine.move_to(OVER, tick=False)
    fair = Campaign.objects.get(code="fair")
    said = {"campaign": fair, "budget": Decimal(4000), "owner": cast.marketer, "note": "Twice the stand"}
    add_line("2026-Q3", said, by=cast.marketing_manager, at=OVER)
    live = manager.get(f"{URL}2026-Q3/").json()["plan"]
    assert (live["quarter"], live["given"], live["total"]) == ("2026-Q4", None, "4000.00")
    (one,) = live["lines"]
    assert (one["campaign"], one["budget"], one["owner"], one["note"]) == (
        "fair", "4000.00", "Marketer", "Twice the stand",
    )  # fmt: skip
    signed(cast)
    Campaign.objects.filter(pk=fair.pk).update(name="Another name")
    assert manager.get(f"{URL}2026-Q3/").json()["plan"] == live
    (agreed,) = manager.get(f"{URL}2026-Q4/").json()["agreed_plan"]
    assert (agreed["campaign"], agreed["budget"], agreed["cost"]) == ("fair", "4000.00", None)
