"""A frozen quarter has every section of the live page: the same numbers, from the snapshot alone."""

import csv
import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.quarters import quarter_named
from campaigns.models import Campaign, Cost
from feedback.adjusting import open_adjustment
from feedback.models import Outcome, Reason
from leads.models import Handoff, Lead, Organisation, Touch
from reviews.charts import charts
from reviews.digests import canonical
from reviews.frozen import frozen_drawings
from reviews.initiatives import begin_initiative
from reviews.models import Initiative, Piece, Plan, PlanLine, Restatement, Review, Snapshot
from reviews.planning import add_line
from reviews.restating import restate_all
from tests.cast import Cast, make_cast
from tests.reviews.signed import KEY, OVER, signed, unguarded
from tests.reviews.test_figures_add_up import make_mixture
from tests.reviews.test_frozen_pages import PAGE, numbers, shown

DAY = timedelta(days=1)
LINK = re.compile(r'href="(/reviews/[^"]+)">([^<]+)<')


@pytest.fixture(scope="module")
def world(told_once: Callable[..., Any]) -> Cast:
    """The same quarter for every test of this module."""
    return told_once(lambda: make_world(make_mixture(make_cast())))


@pytest.fixture
def cast(world: Cast, db: None) -> Cast:
    return world


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    client.force_login(cast.sales_manager)
    return client


def make_world(cast: Cast) -> Cast:
    """With an initiative, target accounts, adjustments, a plan for this quarter and one for the next."""
    fair = Campaign.objects.get(code="fair")
    given: Any = {"by": cast.admin, "at": OVER}
    said = {"name": "Retrofit first", "owner": cast.marketer, "state": "running", "note": "", "campaigns": [fair]}
    begin_initiative(KEY, said, **given)
    add_line(KEY, {"campaign": fair, "budget": Decimal(4000), "owner": cast.marketer, "note": "Smaller stand"}, **given)
    with_sales = Handoff.objects.open().filter(rep=cast.rep).values_list("lead", flat=True)[:2]
    for name, leads in (("Firm", list(with_sales)), ("Other", Lead.objects.filter(outcomes__kind="won")[:3])):
        made = Organisation.objects.create(name=name, is_target=True, target_since=OVER)
        Lead.objects.filter(pk__in=[getattr(lead, "pk", lead) for lead in leads]).update(organisation=made)
    before = Review.objects.create(quarter="2026-Q2", status="signed", opened_at=OVER, signed_at=OVER)
    plan = Plan.objects.create(review=before)
    PlanLine.objects.create(plan=plan, campaign=fair, budget=1500, owner=cast.marketer)
    PlanLine.objects.create(plan=plan, name="Autumn mail", channel="email", budget=200, owner=cast.marketer)
    asked: Any = {"group": Reason.Group.TIMING, "reason": None, "campaign": fair, "owner": cast.marketer}
    for title, at in (("Wake them later", OVER - 40 * DAY), ("Ask the budget", OVER - 130 * DAY)):
        open_adjustment(title=title, due_on=(at + 20 * DAY).date(), by=cast.marketing_manager, at=at, **asked)
    return cast


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def section(page: str, name: str) -> str:
    return words(page.split(f'id="{name}"')[1].split("</section>")[0]).split("> ", 1)[-1]


def test_every_section_says_the_same_frozen_as_live(client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer)
    live = shown(client)
    signed(cast, at=timezone.now())
    Initiative.objects.update(name="Another")
    Organisation.objects.filter(name="Firm").update(name="Another")
    Cost.objects.update(actual=1)
    PlanLine.objects.update(budget=1)
    page = shown(client)
    for name in ("initiatives", "accounts", "agreed-plan", "came-of", "reasons", "grade-check"):
        assert section(page, name) == section(live, name), name
    for said in ("Retrofit first", "Firm", "Autumn mail", "Ask the budget", "Smaller stand", "€4,000"):
        assert said in page
    assert "not kept yet" not in page


def test_charts_follow_up_and_credit_are_those_of_then(manager: Client, cast: Cast) -> None:
    paths = [f"{PAGE}charts/", f"{PAGE}follow-up/", f"/reviews/credit/{KEY}/?model=linear&all=campaigns"]
    at = timezone.now()
    live = [shown(manager, path) for path in paths]
    drawn = charts(quarter_named(KEY), now=at)
    signed(cast, at=at)
    Lead.objects.filter(campaign__code="fair").update(kept_out="spam")
    Outcome.objects.all().delete()
    Touch.objects.update(campaign=None)
    page = [shown(manager, path) for path in paths]
    found = frozen_drawings(Snapshot.objects.get())
    assert found is not None
    assert [found[key] for key in ("funnel", "cohorts", "flow")] == [
        drawn[key] for key in ("funnel", "cohorts", "flow")
    ]
    assert [t.points for t in found["trends"]] == [t.points for t in drawn["trends"]]
    assert numbers(page[1]) == numbers(live[1])
    assert len(numbers(page[1])) > 10
    assert numbers(page[0]) == [one for one in numbers(live[0]) if KEY in one[0]]
    amounts = [re.findall(r"€[\d,.]+", text.split('id="campaigns"')[1]) for text in (live[2], page[2])]
    assert amounts[0] == amounts[1] != []
    assert "As frozen on" in page[2]
    assert "As frozen on" not in shown(manager, f"{paths[2]}&as_of=now")


def test_numbers_of_teams_accounts_and_credit_open_what_was_counted(manager: Client, cast: Cast) -> None:
    signed(cast, at=timezone.now())
    pages = [shown(manager), shown(manager, f"{PAGE}follow-up/")]
    links = {url.replace("&amp;", "&"): text for page in pages for url, text in LINK.findall(page)}
    accounts = {url: text for url, text in links.items() if "/accounts/" in url}
    teams = {url: text for url, text in links.items() if "team=" in url and text.isdecimal()}
    assert len(accounts) > 4
    assert len(teams) == 2
    credit = LINK.findall(shown(manager, f"/reviews/credit/{KEY}/"))
    deals = {url.replace("&amp;", "&"): text for url, text in credit if "/deals/" in url}
    Handoff.objects.update(team=None)
    Lead.objects.update(organisation=None)
    Outcome.objects.update(amount=1)
    for url, text in (accounts | teams).items():
        assert f'data-count="{text}"' in shown(manager, url), url
    assert deals
    for url, text in deals.items():
        assert text in words(shown(manager, url)), url
    assert 'data-count="0"' in shown(manager, f"{PAGE}accounts/won/?as_of=now")


def test_a_rep_sees_the_own_accounts_frozen_too(client: Client, cast: Cast) -> None:
    signed(cast)
    firm = Organisation.objects.get(name="Firm")
    client.force_login(cast.other_rep)
    page = shown(client)
    assert ">Firm<" not in page
    assert "2 target accounts" in page
    assert client.get(f"{PAGE}accounts/with_sales/?account={firm.pk}").status_code == 404
    names = [said["name"] for said in client.get(f"{PAGE}export.json").json()["parts"]["accounts"]]
    assert "Firm" not in names


def test_a_frozen_page_is_rendered_once_for_all_who_see_the_same(
    client: Client, cast: Cast, settings: Any, django_assert_max_num_queries: Any
) -> None:
    signed(cast)
    for person in (cast.marketer, cast.sales_manager):
        client.force_login(person)
        first = shown(client)
    assert ">Firm<" in first
    with django_assert_max_num_queries(9) as asked:
        assert words(shown(client)) == words(first)
    assert not [query for query in asked.captured_queries if "reviews_piece" in query["sql"]]
    client.force_login(cast.other_rep)
    assert ">Firm<" not in shown(client)
    client.force_login(cast.sales_manager)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert words(shown(client)) == words(first)


def test_files_have_the_new_parts(manager: Client, cast: Cast) -> None:
    live = manager.get(f"{PAGE}export.json").json()["parts"]
    signed(cast, at=timezone.now())
    kept = manager.get(f"{PAGE}export.json").json()["parts"]
    for part in (
        "teams",
        "initiatives",
        "accounts",
        "agreed_plan",
        "plan",
        "adjusted",
        "credit",
        "deals",
        "funnel",
        "flow",
    ):
        assert kept[part] == live[part], part
        assert kept[part], part
    rows = list(csv.DictReader(StringIO(manager.get(f"{PAGE}tables/credit.csv").content.decode("utf-8-sig"))))
    assert sum(Decimal(row["amount"]) for row in rows if (row["model"], row["kind"]) == ("linear", "won")) == Decimal(
        kept["whole"]["figures"]["revenue_in_period"]["value"]
    )


def test_later_facts_of_teams_and_of_credit_are_restated(manager: Client, cast: Cast) -> None:
    snapshot = signed(cast, at=timezone.now()).snapshot
    handed = Handoff.objects.filter(team=cast.rep.team, lead__kept_out="", lead__captured_at__month=8).first()
    assert handed
    lead = handed.lead
    Touch.objects.filter(lead=lead).update(campaign=Campaign.objects.get(code="ads"))
    Outcome.objects.create(lead=lead, kind="won", amount=7000, at=snapshot.review.opened_at - 20 * DAY)
    Lead.objects.filter(pk=lead.pk).update(kept_out="")
    Handoff.objects.filter(team=cast.rep.team).exclude(pk=handed.pk).update(team=cast.other_rep.team)
    restate_all(now=timezone.now())
    by_team = Restatement.objects.get(figure=f"handed_off:team-{cast.rep.team_id}")
    assert (by_team.campaign, by_team.now["value"]) == ("", 1)
    credit = Restatement.objects.get(figure="credit:linear", campaign="ads")
    assert Decimal(credit.now["value"]) - Decimal(credit.frozen["value"]) >= 7000
    page = words(shown(manager))
    assert "Credit by linear" in page
    assert "Handed off North" in page


def test_a_snapshot_of_before_opens_and_says_what_it_goes_without(manager: Client, cast: Cast) -> None:
    snapshot = signed(cast).snapshot
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    unguarded(lambda: _as_of_old(snapshot))
    page = shown(manager)
    assert page.count("not kept yet") == 6
    assert "Wake them later" in page
    assert "€4,000" in page
    for path in (f"{PAGE}charts/", f"{PAGE}follow-up/"):
        assert "not kept yet" in shown(manager, path)
    assert manager.get(f"{PAGE}accounts/won/").status_code == 404
    assert "By campaign" in shown(manager, f"/reviews/credit/{KEY}/")
    assert manager.get(f"{PAGE}export.json").json()["parts"]["accounts"] == []
    assert manager.get(f"{PAGE}tables/teams.csv").status_code == 200
    assert restate_all(now=timezone.now()) >= 0


def _as_of_old(snapshot: Snapshot) -> None:
    """As snapshots were made at first."""
    new = (
        "accounts", "accounts_together", "adjusted", "agreed_plan", "cohorts", "deals", "flow", "funnel", "initiatives",
        "plan_together", "teams", "trends", "waits",
    )  # fmt: skip
    Piece.objects.filter(snapshot=snapshot, part__in=new)._raw_delete("default")
    kept: dict[str, tuple[str, ...]] = {
        "calendar": ("parts",), "credit": ("campaigns", "without_amount"),
        "plan": ("decision", "cost", "expected", "judged_by"),
        "adjustments": ("id", "about", "state", "campaign_name", "owner_side", "before", "after", "effect"),
    }  # fmt: skip
    for part, added in kept.items():
        for piece in Piece.objects.filter(snapshot=snapshot, part=part):
            said = {name: value for name, value in json.loads(piece.text).items() if name not in added}
            Piece.objects.filter(pk=piece.pk).update(text=canonical(said))
