"""The lead list: each filter, chips, and the page itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from campaigns.models import Campaign
from imports.models import Import
from leads.filtering import LeadFilter
from leads.intake import take_in
from leads.models import Lead, Organisation
from tests.cast import Cast, handoff, lead, make_cast, row

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def everybody(told_once: Callable[..., Any], now: datetime) -> Cast:
    """The same people and leads for every test of this module."""
    return told_once(lambda: make_people(make_cast(), now))


@pytest.fixture
def cast(everybody: Cast, db: None) -> Cast:
    return everybody


@pytest.fixture
def people(cast: Cast, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)


def make_people(cast: Cast, now: datetime) -> Cast:
    handoff("ann@kettler.test", now, cast.rep, campaign="fair", organisation="Kettler", phone="+49 30 123456")
    handoff("late@x.test", now - 8 * DAY, cast.other_rep, name="Zoe", job_title="Head of Sales Operations")
    carl = lead(
        "carl@gmail.com",
        now - DAY,
        "C",
        source="ads",
        campaign="ads",
        facts={"budget": "Yes", "a__b": "1"},
        employees=12,
    )
    lead("carl@gmail.com", now, "D", campaign="fair", kind="visit")
    lead("ex@gmail.com", now - 40 * DAY, name="Ex")
    Lead.objects.filter(email="ex@gmail.com").update(kept_out="test", do_not_contact=True, tags=["vip", "old"])
    Lead.objects.filter(pk=carl.pk).update(wake_up_on=now.date())
    Organisation.objects.filter(domain="kettler.test").update(country="Norway", industry="Paper", employees=900)
    Lead.objects.filter(email="ann@kettler.test").update(country="", industry="", employees=None)
    return cast


def found(cast: Cast, query: str) -> set[str]:
    asked = LeadFilter.of(cast.marketer, QueryDict(query))
    assert asked.is_valid(), asked.form.errors
    return {str(one.email).partition("@")[0] for one in asked.qs}


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("touched_campaign=fair", {"ann", "carl"}),
        ("campaign=fair", {"ann"}),
        ("owner=nobody", {"carl", "ex"}),
        ("owner=me", set()),
        ("country=norway", {"ann"}),
        ("industry=PAPER", {"ann"}),
        ("employees_min=900&employees_max=900", {"ann"}),
        ("employees_max=50", {"carl"}),
        ("job_title=operations head", {"late"}),
        ("touched_after=2026-09-16T00:00Z", {"ann", "carl"}),
        ("touched_before=2026-09-16T00:00Z", {"late", "ex"}),
        ("handed_off_after=2026-09-10T00:00Z", {"ann"}),
        ("handed_off_before=2026-09-10T00:00Z", {"late"}),
        ("handed_off_after=2026-09-01T00:00Z&handed_off_before=2026-09-10T00:00Z", {"late"}),
        ("captured_before=2026-09-01", {"ex"}),
        ("wakes_before=2026-09-17", {"carl"}),
        ("tag=VIP", {"ex"}),
        ("kept_out=true", {"ex"}),
        ("kept_out=false&has_phone=true", {"ann"}),
        ("do_not_contact=true", {"ex"}),
        ("has_email=false", set()),
        ("fact=budget=yes", {"carl"}),
        ("fact=a__b=1", {"carl"}),
        ("fact=budget__regex=.*", set()),
        ("overdue=true", {"late"}),
        ("state=pending&grade=A", {"ann"}),
    ],
)
def test_each_filter_finds_its_leads(query: str, who: set[str], people: None, cast: Cast) -> None:
    assert found(cast, query) == who


def test_owner_team_ids_and_import_are_objects(people: None, cast: Cast) -> None:
    ann = Lead.objects.get(email="ann@kettler.test")
    assert found(cast, f"owner={cast.rep.pk}") == found(cast, f"ids={ann.pk}") == {"ann"}
    assert found(cast, f"team={cast.rep.team_id}") == {"ann"}
    assert found(cast, f"organisation={ann.organisation_id}") == {"ann"}
    assert found(cast, "imported=4711") == set()


def test_me_is_who_asks(people: None, cast: Cast) -> None:
    asked = LeadFilter.of(cast.rep, QueryDict("owner=me"))
    assert [one.email for one in asked.qs] == ["ann@kettler.test"]


@pytest.mark.parametrize(
    "query",
    [
        "owner=x",
        "team=0",
        "fact=budget",
        "employees_min=-1",
        "ids=a",
        "kept_out=perhaps",
        "touched_after=soon",
        "state=x",
    ],
)
def test_what_cannot_be_read_is_refused(query: str, cast: Cast) -> None:
    assert not LeadFilter.of(cast.marketer, QueryDict(query)).is_valid()


def test_the_same_question_is_the_same_text(cast: Cast) -> None:
    texts = {
        LeadFilter.of(cast.marketer, QueryDict(q)).normalised()
        for q in ("grade=B&grade=A&q=&after=x", "grade=A&grade=B&nothing=1")
    }
    assert texts == {"grade=A&grade=B"}


# --- the page -------------------------------------------------------------------------------------


def test_the_filters_stand_in_words_and_can_be_taken_away(people: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    page = client.get(f"/leads/?grade=A&owner={cast.rep.pk}&overdue=false&q=ann").content.decode()
    assert "Grade: A" in page
    assert "Owner: Rep" in page
    assert "Overdue: No" in page
    assert "?grade=A&amp;overdue=false&amp;q=ann" in page


def test_the_list_shows_the_columns_that_are_asked_for(people: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    page = client.get("/leads/?column=phone&column=touched&column=due&column=colour").content.decode()
    assert "+49 30 123456" in page
    assert "Last touch" in page
    assert "Answer due" in page


def test_a_misspelt_search_says_so(people: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    page = client.get("/leads/?q=ketller").content.decode()
    assert "Nobody is spelt “ketller”" in page
    assert "ann@kettler.test" in page


def test_a_lead_that_must_not_be_contacted_is_marked(people: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    assert "Do not contact</span>" in client.get("/leads/?q=ex").content.decode().replace("\n", "")


def test_a_rep_finds_only_leads_of_the_team(people: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.other_rep)
    for query in ("q=kettler", "order=name", "order=due", "order=-touched", "order=organisation", "has_phone=true"):
        assert "ann@kettler.test" not in client.get(f"/leads/?{query}").content.decode(), query


def test_the_leads_an_import_brought_and_those_it_updated_are_found_apart(
    people: None, cast: Cast, now: datetime
) -> None:
    run = Import.objects.create(kind="leads", file_name="fair.csv", started_at=now)
    touched = row("ann@kettler.test", now + DAY / 2)
    filled = row("carl@gmail.com", now, kind="visit", campaign="fair", industry="Tin")
    unchanged = row("late@x.test", now - 8 * DAY, "A")
    take_in([touched, filled, unchanged, row("new@kettler.test", now)], at=now + DAY, run=run.pk)
    assert found(cast, f"imported={run.pk}") == {"new"}
    assert found(cast, f"updated_by={run.pk}") == {"ann", "carl"}


def test_a_chosen_campaign_stays_chosen_however_many_there_are(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.views.list.MOST_CAMPAIGNS", 2)
    Campaign.objects.bulk_create(Campaign(code=f"c{n}", name=f"Campaign {n}") for n in range(5))
    client.force_login(cast.marketer)
    last = Campaign.objects.visible_to(cast.marketer).last()
    page = client.get(f"/leads/?campaign={last.code}").content.decode()
    assert page.count(f'<option value="{last.code}" selected>{last.name}</option>') == 1
    left_out = list(Campaign.objects.visible_to(cast.marketer))[2:-1]
    assert left_out
    assert not [one for one in left_out if f'<option value="{one.code}"' in page]


def test_what_takes_long_to_find_is_said_first_and_looked_for_then(people: None, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    plain = client.get("/leads/?stage=new").content.decode()
    with connection.cursor() as cursor:  # the same leads, each time after a third of a second
        cursor.execute("CREATE TEMPORARY VIEW leads_lead AS SELECT * FROM public.leads_lead"
                       " WHERE (SELECT count(*) FROM generate_series(1, 2000000)) > 0")  # fmt: skip
    soon = client.get("/leads/?stage=new&order=captured").content.decode()
    assert "Looking through all leads" in soon
    assert "carl@gmail.com" not in soon
    assert 'hx-get="/leads/?stage=new&amp;order=captured&amp;thorough=1"' in soon
    whole = client.get("/leads/?stage=new&order=captured&thorough=1", headers={"HX-Request": "true"}).content.decode()
    assert "carl@gmail.com" in plain
    assert "carl@gmail.com" in whole
    assert "Looking through" not in whole
    assert "stage=new" not in chips_of(whole)
    assert "thorough" not in chips_of(whole)


def chips_of(page: str) -> str:
    return page.partition('class="cluster small chips"')[2].partition("</ul>")[0]
