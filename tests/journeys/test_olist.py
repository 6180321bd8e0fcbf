"""The real case: 8,000 leads and 842 deals come in, and every page agrees with what is known of them."""

import json
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.quarters import quarter_named
from campaigns.models import Campaign
from feedback.models import Outcome
from leads.models import Handoff, Lead
from leads.sweeping import Swept, sweep
from notices.models import Notification
from reviews.models import Snapshot
from reviews.restating import restate_all
from reviews.signing import freeze, sign
from tests.cast import Cast
from tests.reviews.signed import check_sums, frozen_figures
from tests.shared import DATA, needs_olist

OLIST = DATA / "olist"
LEADS = OLIST / "olist_marketing_qualified_leads_dataset.csv"
DEALS = OLIST / "olist_closed_deals_dataset.csv"
QUARTERS = ["2017-Q2", "2017-Q3", "2017-Q4", "2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]
# By hand: OLIST_SIGNED=2018-Q1,2018-Q2 and further quarters in which leads came.
SIGNED = os.environ.get("OLIST_SIGNED", "2017-Q4").split(",")
Run = Callable[..., dict[str, Any]]

pytestmark = [pytest.mark.django_db, pytest.mark.slow, needs_olist]


@pytest.fixture
def run(capsys: Any) -> Run:
    def command(*words: str) -> dict[str, Any]:
        call_command(*words, "--json")
        return json.loads(capsys.readouterr().out)

    return command


def counts(told: dict[str, Any]) -> list[int]:
    return [told[key] for key in ("rows", "created", "updated", "unchanged", "refused")]


def test_the_real_case(cast: Cast, client: Client, run: Run) -> None:
    assert counts(run("import_file", "leads", str(LEADS))) == [8000, 8000, 0, 0, 0]
    assert counts(run("import_file", "outcomes", str(DEALS))) == [842, 842, 0, 0, 0]
    check_what_came_in()
    truth = json.loads((OLIST / "ground_truth.json").read_text())
    check_figures(run, truth)
    check_pages(client, cast, truth)
    check_the_contradiction(client, cast)
    check_again(run)
    check_that_history_is_silent()
    check_signed_quarters(client, cast, truth)


def check_what_came_in() -> None:
    assert (Lead.objects.count(), Campaign.objects.count(), Outcome.objects.count()) == (8000, 495, 842)
    named = User.objects.filter(email=None)
    # 32 development reps and 22 sales reps, 13 of them the same.
    assert (named.count(), named.filter(is_active=True).count(), named.exclude(side="sales").count()) == (41, 0, 0)


def check_figures(run: Run, truth: dict[str, Any]) -> None:
    total: Counter[str] = Counter()
    by_campaign: Counter[tuple[str, str]] = Counter()
    for quarter in QUARTERS:
        told = run("figures", quarter)
        total.update(
            {key: told["figures"][key]["value"] for key in ("leads", "won", "won_in_period", "contradictions")}
        )
        for campaign in told["campaigns"]:
            for key in ("leads", "won"):
                by_campaign[campaign["code"], key] += campaign["figures"][key]["value"]
    assert total == {"leads": 8000, "won": 842, "won_in_period": 842, "contradictions": 1}
    for code, (leads, won) in truth["top5_landing_pages"].items():
        assert (by_campaign[code, "leads"], by_campaign[code, "won"]) == (leads, won)


def check_pages(client: Client, cast: Cast, truth: dict[str, Any]) -> None:
    client.force_login(cast.marketing_manager)
    leads: Counter[str] = Counter()
    won: Counter[str] = Counter()
    months: dict[str, tuple[int, int, int]] = {}
    for quarter in QUARTERS:
        page = client.get(f"/reviews/{quarter}/")
        assert page.status_code == 200
        for line in page.context.get("sources", []):
            leads[line.about or "(blank)"] += line.values["leads"].value
            won[line.about or "(blank)"] += line.values["won"].value
        for line in page.context.get("months", []):
            values = line.values
            months[f"{line.about:%Y-%m}"] = (values["leads"].value, values["won"].value, values["won_in_period"].value)
    assert leads == {origin: told["leads"] for origin, told in truth["by_origin"].items()}
    assert won == {origin: told["won"] for origin, told in truth["by_origin"].items()}
    assert {m: found[0] for m, found in months.items() if found[0]} == truth["leads_by_month"]
    assert {m: found[2] for m, found in months.items() if found[2]} == truth["won_by_month"]
    assert sum(found[1] for found in months.values()) == truth["won"]
    opened = client.get("/reviews/2018-Q1/figures/won/?source=social&month=2018-02")
    assert opened.context["count"] == len(opened.context["page"].rows) > 0


def check_signed_quarters(client: Client, cast: Cast, truth: dict[str, Any]) -> None:
    """What both heads sign is the truth, and the frozen leads add up to it; what was told since changes no figure."""
    for key in SIGNED:
        made = freeze(key, version=1, by=cast.marketing_manager, at=timezone.now())
        sign(key, made.digest, by=cast.sales_manager, at=timezone.now())
        snapshot = Snapshot.objects.get(review__quarter=key)
        check_sums(snapshot, frozen_figures(snapshot, "whole"))
        for first in quarter_named(key).months:
            month = f"{first:%Y-%m}"
            known = [truth[name].get(month, 0) for name in ("leads_by_month", "won_by_month")]
            if any(known):
                told = frozen_figures(snapshot, "months", first.isoformat())
                check_sums(snapshot, told, month=first)
                assert [told[name]["value"] for name in ("leads", "won_in_period")] == known
        page = client.get(f"/reviews/{key}/").content.decode()
        leads = frozen_figures(snapshot, "whole")["leads"]["value"]
        assert f"{leads:,}<" in page
        assert client.get(f"/reviews/{key}/figures/leads/").context["frozen_count"] == leads
    assert restate_all(now=timezone.now()) == 0


def check_the_contradiction(client: Client, cast: Cast) -> None:
    told = Outcome.objects.contradictions().get()
    page = client.get(f"/leads/{told.lead_id}/")
    assert page.context["contradictions"] == [told]
    assert "Both are kept as told" in page.content.decode()


def check_again(run: Run) -> None:
    assert counts(run("import_file", "leads", str(LEADS))) == [8000, 0, 0, 8000, 0]
    assert counts(run("import_file", "outcomes", str(DEALS))) == [842, 0, 0, 842, 0]
    check_what_came_in()


def check_that_history_is_silent() -> None:
    assert Handoff.objects.count() == Handoff.objects.filter(historic=True, released_why="not_recorded").count() == 842
    assert sweep(now=timezone.now()) == Swept()
    assert not Notification.objects.exists()
