"""One fact, one number, over leads of every sort: every figure is exactly as long as the list it opens."""

import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.quarters import Quarter, quarter_named
from campaigns.models import Campaign, Cost
from feedback.models import Appeal, Outcome, Reason, Response, Verdict
from leads.intake import take_in
from leads.models import Handoff, Lead
from reviews import figures
from reviews.figures import FIGURES
from reviews.slices import Slice
from reviews.values import Unit
from tests.cast import Cast, make_cast, row

DAY = timedelta(days=1)
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
EVIDENCE = Verdict.Evidence.values
STARTS = {"fair": date(2026, 9, 1), "webinar": date(2026, 7, 3)}


@pytest.fixture
def quarter(db: None) -> Quarter:
    return quarter_named("2026-Q3")


@pytest.fixture(scope="module")
def mixture(told_once: Callable[..., Any]) -> Cast:
    """The same leads for every test of this module."""
    return told_once(lambda: make_mixture(make_cast()))


@pytest.fixture
def cast(mixture: Cast, db: None) -> Cast:
    return mixture


@pytest.fixture
def mixed(mixture: Cast, db: None) -> None:
    """They are here."""


def make_mixture(cast: Cast) -> Cast:
    """Two hundred leads of every sort in and around the quarter; some handed off twice."""
    dice = random.Random(7)
    reasons = list(Reason.objects.exclude(group="lost"))
    for code in ("fair", "webinar", "ads"):
        campaign = Campaign.objects.create(code=code, name=code.title(), starts_on=STARTS.get(code))
        Campaign.objects.filter(pk=campaign.pk).update(created_at=NOW - 80 * DAY)
        if code != "ads":
            Cost.objects.create(campaign=campaign, kind="media", actual=Decimal("1000.10"), on=date(2026, 8, 1))
    for batch in range(16):
        at = NOW - timedelta(days=7 * batch + dice.random())
        rows = [row(f"lead@{batch}-{n}.test", at, dice.choice("AABBCD"), **told(dice)) for n in range(13)]
        take_in(rows, at=at)
    Lead.objects.filter(pk__in=Lead.objects.order_by("?")[:5].values("pk")).update(kept_out="test")
    for handoff in list(Handoff.objects.all()):
        tell(handoff, dice, reasons)
    for handoff in list(Handoff.objects.filter(closed_at__isnull=False))[:40]:
        again = Handoff.objects.create(
            lead=handoff.lead, rep=handoff.rep, team=handoff.team, grade="A", at=handoff.closed_at + DAY,
            due_at=handoff.closed_at + 8 * DAY, risk_at=handoff.closed_at + 6 * DAY,
        )  # fmt: skip
        tell(again, dice, reasons)
    for lead in Lead.objects.order_by("pk")[:80]:
        tell_end(lead, dice)
    return cast


def told(dice: random.Random) -> dict[str, str]:
    campaign, source = dice.choice(["fair", "webinar", "ads", ""]), dice.choice(["", "social", "unknown"])
    return {"campaign": campaign, "source": source}


def tell(handoff: Handoff, dice: random.Random, reasons: list[Reason]) -> None:
    if dice.random() < 0.3:
        if dice.random() < 0.2:
            handoff.released_at = handoff.closed_at = handoff.at + DAY
            handoff.released_why = Handoff.Released.PULLED_BACK
            handoff.save()
        return
    at = handoff.at + timedelta(days=dice.uniform(0, 21))
    late = at > handoff.due_at if handoff.due_at else False
    excuse = dice.choice(["", *Response.Excuse.values]) if late else ""
    for _attempt in range(dice.choice([1, 3])):
        Response.objects.create(handoff=handoff, kind="call", at=at, by=handoff.rep, excuse=excuse)
    handoff.responded_at = at
    if dice.random() < 0.8:
        verdict = dice.choice(["accepted", "nurture", "rejected"])
        given = Verdict.objects.create(
            handoff=handoff, verdict=verdict, at=at, reason=None if verdict == "accepted" else dice.choice(reasons),
            wake_up_on=date(2027, 1, 1) if verdict == "nurture" else None, evidence=dice.choice(EVIDENCE),
        )  # fmt: skip
        handoff.verdict_at = handoff.closed_at = at
        if verdict == "rejected":
            appeal(given, dice)
    handoff.save()


def appeal(given: Verdict, dice: random.Random) -> None:
    """Against some rejections; some of them are settled."""
    word = dice.choice(["", "", "upheld", "overturned"])
    settled = {"marketing_word": word, "sales_word": word, "result": word, "settled_at": NOW if word else None}
    if dice.random() < 0.5:
        Appeal.objects.create(verdict=given, evidence="Asked", by=given.handoff.rep, at=given.at, **settled)


def tell_end(lead: Lead, dice: random.Random) -> None:
    at = lead.captured_at + timedelta(days=dice.uniform(-2, 60))
    for kind in dice.choice(
        [["opportunity"], ["opportunity", "won"], ["won"], ["opportunity", "lost"], ["won", "won"]]
    ):
        at += timedelta(hours=1)
        reason = Reason.objects.get(key="price") if kind == "lost" else None
        amount = None if dice.random() < 0.2 else Decimal(dice.randrange(100, 99999)) / 100
        Outcome.objects.create(lead=lead, kind=kind, at=at, amount=amount, reason=reason)


def slices(quarter: Quarter) -> list[Slice]:
    whole = Slice(quarter)
    by_campaign = [whole.narrowed(campaign=campaign) for campaign in Campaign.objects.all()]
    by_campaign.append(whole.narrowed(without_campaign=True))
    by_source = [whole.narrowed(source=source) for source in ("", "social", "unknown")]
    return [whole, *by_campaign, *by_source, *(whole.narrowed(month=month) for month in quarter.months)]


def test_each_figure_is_as_long_as_its_list(mixed: None, quarter: Quarter) -> None:
    compared = 0
    for part in slices(quarter):
        for key, value in figures.figures(part, now=NOW).items():
            figure = FIGURES[key]
            counted = value.numerator if figure.unit == Unit.RATE else value.n
            if figure.opens is None:
                continue
            if figure.unit in (Unit.COUNT, Unit.RATE):
                assert figures.leads_behind(figure, part, now=NOW).count() == counted, (key, part)
                compared += 1
            if figure.unit == Unit.RATE:
                behind = figures.leads_behind(figure, part, now=NOW, denominator=True)
                assert behind.count() == value.denominator, (key, part)
    assert compared > 200
    whole = figures.figures(Slice(quarter), now=NOW)
    # The comparison means nothing over empty figures.
    assert {key for key, value in whole.items() if not value.n} <= {"cost", "pending", "reason_no_contact"}


def test_parts_add_up_to_the_whole(mixed: None, quarter: Quarter) -> None:
    whole = figures.figures(Slice(quarter), now=NOW)
    for dimension in ("campaign", "source", "month"):
        parts = figures.figures_by(dimension, Slice(quarter), now=NOW).values()
        for key in ("leads", "leads_a", "handed_off", "accepted", "pending", "won", "opportunities", "rejected"):
            assert sum(part[key].numerator for part in parts) == whole[key].numerator, (dimension, key)
        assert sum(part["revenue"].numerator or 0 for part in parts) == whole["revenue"].numerator


def test_a_slice_and_its_line_in_the_table_are_the_same(mixed: None, quarter: Quarter) -> None:
    lines = figures.figures_by("campaign", Slice(quarter), now=NOW)
    for campaign in Campaign.objects.all():
        assert figures.figures(Slice(quarter, campaign=campaign), now=NOW) == lines[campaign.pk]


def test_verdicts_part_the_leads_handed_off(mixed: None, quarter: Quarter) -> None:
    values = figures.figures(Slice(quarter), now=NOW)
    judged = Lead.objects.counted().filter(
        captured_at__gte=quarter.start, captured_at__lt=quarter.end, handoffs__verdict_at__isnull=False
    )
    counted = sum(values[key].numerator for key in ("accepted", "rejected", "nurtured"))
    assert counted == judged.distinct().count()


def test_every_number_of_the_page_opens(mixed: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketing_manager)
    page = client.get("/reviews/2026-Q3/?all=campaigns").content.decode()
    addresses = set(re.findall(r'href="(/reviews/2026-Q3/figures/[^"]+)"', page))
    assert len(addresses) > 100
    for address in sorted(addresses)[::4]:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address
    for key in FIGURES:
        assert client.get(f"/reviews/2026-Q3/figures/{key}/?part=denominator").status_code == 200


def test_the_campaign_table_adds_up_with_the_leads_of_no_campaign(mixed: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketing_manager)
    page = client.get("/reviews/2026-Q3/").context
    assert None in [line.about for line in page["campaigns"]]
    assert sum(line.values["leads"].value for line in page["campaigns"]) == page["values"]["leads"].value
    opened = client.get("/reviews/2026-Q3/figures/leads/?campaign=-").context
    assert {lead.campaign for lead in opened["page"].rows} == {None}


def test_the_command_says_what_the_page_says(mixed: None, cast: Cast, client: Client, capsys: Any) -> None:
    import json

    call_command("figures", "2026-Q3", "--json")
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"quarter", "from", "to", "time_zone", "status", "as_of", "figures", "campaigns"}
    assert set(told["figures"]["accepted"]) == {"value", "numerator", "denominator", "n", "low", "high"}
    client.force_login(cast.marketing_manager)
    page = client.get("/reviews/2026-Q3/")
    assert page.status_code == 200
    for key in ("leads", "won", "handed_off"):
        assert page.context["values"][key].value == told["figures"][key]["value"]
        opened = client.get(f"/reviews/2026-Q3/figures/{key}/")
        assert opened.context["count"] == told["figures"][key]["value"]


def test_a_rep_sees_the_figures_but_only_the_own_teams_leads(mixed: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    opened = client.get("/reviews/2026-Q3/figures/handed_off/").context
    assert 0 < opened["count"] < figures.figures(Slice(quarter_named("2026-Q3")), now=NOW)["handed_off"].value
    total = opened["count"] + opened["hidden"]
    assert total == figures.figures(Slice(quarter_named("2026-Q3")), now=NOW)["handed_off"].value
    assert all(lead.handoffs.filter(team=cast.rep.team).exists() for lead in opened["page"].rows)
