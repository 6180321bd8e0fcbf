"""What came of campaigns: any set of them, any period, live and kept, and the list of all."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from campaigns.models import Alias, Campaign, Cost
from leads.models import Lead
from reviews import figures, results
from reviews.listing import COLUMNS
from reviews.measures import measure
from reviews.models import CampaignMonth, Keeping
from reviews.periods import period_named
from reviews.results import COUNTS, SPANS, added, keep_results, totals, weeks
from reviews.slices import Slice
from tests.cast import Cast, make_cast
from tests.reviews.test_figures_add_up import NOW, make_mixture

pytestmark = pytest.mark.django_db
PERIODS = ("all", "2026", "2026-Q3", "2026-Q2")
KEYS = (*COUNTS, *SPANS, "cost")


@pytest.fixture(scope="module")
def mixture(told_once: Callable[..., Any]) -> Cast:
    """The same leads for every test of this module."""
    return told_once(world)


def world() -> Cast:
    cast = make_mixture(make_cast())
    fairs = Campaign.objects.create(code="fairs", name="Fairs", channel="event", owner=cast.marketing_manager)
    facts = {"channel": "event", "parent": fairs, "owner": cast.marketer, "starts_on": date(2026, 5, 1)}
    Campaign.objects.filter(code="fair").update(**facts)
    Campaign.objects.filter(code="webinar").update(
        channel="webinar", starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 9), countries=["PL"]
    )
    Alias.objects.create(campaign=Campaign.objects.get(code="ads"), name="=spring_2026", key="=spring_2026")
    return cast


@pytest.fixture
def cast(mixture: Cast, db: None) -> Cast:
    return mixture


@pytest.fixture
def many_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as a page can't ask live."""
    monkeypatch.setattr(results, "LIVE_UP_TO", -2)


def test_some_campaigns_together_are_the_sum_of_each(cast: Cast) -> None:
    ids = list(Campaign.objects.filter(code__in=["fair", "ads"]).values_list("pk", flat=True))
    for key in PERIODS:
        period = period_named(key)
        whole = measure(Slice(period, campaigns=frozenset(ids)), now=NOW)
        parts = added(measure(Slice(period, campaign=one), now=NOW) for one in Campaign.objects.filter(pk__in=ids))
        for name in COUNTS:
            assert (parts.get(name) or 0) == (whole[name] or 0), (key, name)
        assert sorted(parts.get("days_to_win", [])) == sorted(whole["days_to_win"] or [])


def test_totals_are_the_figures_of_each_campaign(cast: Cast) -> None:
    for key in PERIODS:
        period = period_named(key)
        found = totals(period, now=NOW)
        for campaign in Campaign.objects.all():
            values = figures.figures(Slice(period, campaign=campaign), now=NOW)
            told = figures.valued(found.by_campaign.get(campaign.pk, {}), COLUMNS)
            assert told == {name: values[name] for name in COLUMNS}, (key, campaign)
        every = figures.figures(Slice(period), now=NOW)
        assert figures.valued(found.of(), COLUMNS)["leads"] == every["leads"]
        assert found.kept_at is None


def test_kept_results_are_those_that_were_live(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = list(Campaign.objects.filter(code__in=["fair", "webinar"]).values_list("pk", flat=True))
    live = {(key, some): totals(period_named(key), now=NOW, campaigns=ids if some else None)
            for key in PERIODS for some in (False, True)}  # fmt: skip
    live_weeks = weeks(ids, now=NOW)
    monkeypatch.setattr(results, "LIVE_UP_TO", -2)
    assert keep_results(at=NOW) == keep_results(at=NOW) == CampaignMonth.objects.count() > 8
    for (key, some), expected in live.items():
        found = totals(period_named(key), now=NOW, campaigns=ids if some else None)
        assert found.kept_at == NOW
        assert plain(found) == plain(expected), (key, some)
    assert weeks(ids, now=NOW) == live_weeks
    assert sum(map(sum, live_weeks.values())) > 50


def plain(found: results.Totals) -> dict[Any, Any]:
    """Zeros and what is absent are the same; times to win in order."""
    return {
        pk: {key: sorted(map(float, value)) if key in SPANS else value for key, value in told.items() if value}
        for pk, told in found.by_campaign.items()
        if any(told.values())
    }


def test_costs_are_live_also_beside_kept_results(cast: Cast, many_leads: None) -> None:
    keep_results(at=NOW)
    fair = Campaign.objects.get(code="fair")
    Cost.objects.create(campaign=fair, kind="media", actual=5, on=NOW.date())
    assert str(totals(period_named("all"), now=NOW).by_campaign[fair.pk]["cost"]) == "1005.10"


def test_few_leads_are_asked_live_and_nothing_is_kept(cast: Cast) -> None:
    assert keep_results(at=NOW) == 0
    assert not Keeping.objects.exists()


def test_before_the_first_keeping_leads_are_asked_live(cast: Cast, many_leads: None) -> None:
    assert totals(period_named("all"), now=NOW).kept_at is None


def test_weeks_end_now_and_begin_twelve_weeks_ago(cast: Cast) -> None:
    ads = Campaign.objects.get(code="ads")
    Lead.objects.filter(campaign=ads).update(kept_out="test")
    for days in (0, 6.9, 7.1, 83.9, 84.1):
        Lead.objects.create(email=f"w{days}@w.test", campaign=ads, captured_at=NOW - timedelta(days=days))
    assert weeks([ads.pk], now=NOW)[ads.pk] == [1, *[0] * 9, 1, 2]


# --- the list -------------------------------------------------------------------------------------


def read(client: Client, address: str, **headers: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client.get(f"/reviews/campaigns/{address}", headers=headers)


@pytest.fixture
def marketer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.marketer)
    return client


def names(answer: Any) -> list[str]:
    return [str(row.campaign) for row in answer.context["listing"].rows]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("?q=AIR", {"fair", "fairs"}),
        ("?q=Spring_2026", {"ads"}),
        ("?channel=event", {"fair", "fairs"}),
        ("?status=running", {"fair"}),
        ("?status=ended", {"webinar"}),
        ("?status=undated", {"ads", "fairs"}),
        ("?status=planned", set()),
        ("?programme=fairs", {"fair", "fairs"}),
        ("?region=PL&channel=webinar", {"webinar"}),
        ("?region=DE", set()),
        ("?since=2026-08-10", {"fair", "fairs", "ads"}),
        ("?until=2026-08-01", {"fair", "webinar"}),
        ("?until=2026-07-31&channel=event", {"fair"}),
        ("?owner={marketer}", {"fair"}),
        ("?channel=television", set()),
        ("?since=soon", set()),
    ],
)
def test_the_list_is_filtered(cast: Cast, marketer: Client, asked: str, codes: set[str]) -> None:
    listing = read(marketer, asked.format(marketer=cast.marketer.pk)).context["listing"]
    assert {row.campaign.code for row in listing.rows} == codes
    known = {one.pk for one in Campaign.objects.filter(code__in=codes)}
    assert listing.whole == figures.valued(totals(period_named("all"), now=NOW).of(known), listing.whole)


def test_a_filter_that_is_none_says_what_to_write(marketer: Client) -> None:
    page = read(marketer, "?since=soon").content.decode()
    assert "Write a date, such as 2026-07-31." in page
    assert "No campaign matches." in page


@pytest.mark.parametrize("column", COLUMNS)
def test_the_list_is_sorted_by_any_column_and_what_has_none_comes_last(marketer: Client, column: str) -> None:
    asked = f"?column={column}&order="
    falling, rising = (read(marketer, asked + order).context["listing"].rows[:-1] for order in (f"-{column}", column))
    told = [row.values[column].value for row in falling]
    known = [value for value in told if value is not None]
    assert known == sorted(known, reverse=True)
    assert told[len(known) :] == [None] * (len(told) - len(known))
    assert [v for row in rising if (v := row.values[column].value) is not None] == known[::-1]


def test_an_order_or_a_column_that_is_none_is_passed_over(marketer: Client) -> None:
    usual, odd = read(marketer, ""), read(marketer, "?order=password&column=secret&page=x&period=never")
    assert names(usual) == names(odd)
    assert usual.context["listing"].whole.keys() == odd.context["listing"].whole.keys()


def test_each_number_of_the_list_opens_its_leads(cast: Cast, marketer: Client) -> None:
    every = "&".join(f"column={key}" for key in ("leads", "leads_a", "handed_off", "won", "opportunities"))
    opened = 0
    for key in ("all", "2026", "2026-Q3"):
        page = unescape(read(marketer, f"?period={key}&{every}").content.decode())
        doors = re.findall(rf'href="(/reviews/{key}/figures/[^"]+)">([\d,]+)<', page)
        for address, shown in doors[::5]:
            with time_machine.travel(NOW, tick=False):
                assert marketer.get(address).context["count"] == int(shown), address
            opened += 1
    assert opened > 9


def test_the_last_line_adds_up_all_leads_with_those_of_no_campaign(marketer: Client) -> None:
    listing = read(marketer, "?period=2026-Q3").context["listing"]
    assert listing.rows[-1].campaign is None
    for key in ("leads", "leads_a", "won", "opportunities"):
        assert sum(row.values[key].value for row in listing.rows) == listing.whole[key].value


def test_the_file_has_what_the_list_has_and_runs_no_formula(marketer: Client) -> None:
    Campaign.objects.filter(code="ads").update(name="=cmd()")
    answer = read(marketer, "table.csv?order=name&column=leads&column=cost&period=2026-Q3&q=a")
    assert answer["Content-Disposition"] == 'attachment; filename="campaigns-2026-Q3.csv"'
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    shown = read(marketer, "?order=name&column=leads&column=cost&period=2026-Q3&q=a").context["listing"]
    assert [row["Leads"] for row in rows] == [str(row.values["leads"].value) for row in shown.rows]
    assert {row["Campaign"] for row in rows} >= {"'=cmd()", "Fair"}
    assert {row["Code"]: row["Cost"] for row in rows}["ads"] == ""


def test_the_part_on_campaigns_keeps_its_question_in_the_address(marketer: Client) -> None:
    answer = read(marketer, "?q=fair", **{"HX-Request": "true", "HX-Target": "campaign-results"})
    assert answer["HX-Push-Url"] == "/campaigns/?q=fair"
    with time_machine.travel(NOW, tick=False):
        page = marketer.get("/campaigns/?q=fair&channel=event").content.decode()
    assert 'hx-get="/reviews/campaigns/?q=fair&amp;channel=event"' in page


def test_kept_results_say_as_of_when(cast: Cast, marketer: Client, many_leads: None) -> None:
    keep_results(at=NOW - timedelta(minutes=40))
    page = read(marketer, "").content.decode()
    assert "Kept once an hour" in page
    assert "16 Sep 2026, 11:20" in page


def test_a_long_list_has_pages(marketer: Client) -> None:
    Campaign.objects.bulk_create(Campaign(code=f"x{n}", name=f"X {n:03}") for n in range(60))
    first, second = (read(marketer, f"?order=name&page={n}") for n in (1, 2))
    assert (len(names(first)), len(names(second))) == (30, 30)
    assert "page 2 of 3" in second.content.decode()
    assert not set(names(first)) & set(names(second))
