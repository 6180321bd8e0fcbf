"""A campaign is logged, changed and copied, and each change is one line of its trail."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from campaigns.keeping import change_campaign, create_campaign, next_year
from campaigns.models import Campaign
from common.errors import DomainError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 20)


@pytest.fixture
def fair(cast: Cast) -> Campaign:
    return create_campaign(name="Fair 2026", channel="event", starts_on=DAY, by=cast.marketer)


@pytest.fixture
def marketer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.marketer)
    return client


def lines() -> list[tuple[Any, ...]]:
    found = Change.objects.filter(what="campaigns.campaign").order_by("pk")
    return list(found.values_list("act", "label", "by__email", "changes"))


def code_of(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        verb(*args, **given)
    return refused.value.code


def sent(cast: Cast, **facts: Any) -> dict[str, Any]:
    usual = {"name": "Fair 2026", "channel": "event", "owner": cast.marketer.pk, "priority": "normal", "version": 1}
    return usual | facts


def test_each_change_is_one_line_with_what_was_and_what_is(fair: Campaign, cast: Cast) -> None:
    facts: Any = {"budget": Decimal("12000.00"), "sales_partner": cast.rep, "audience": " Plant managers "}
    changed = change_campaign(fair, facts, version=1, by=cast.marketing_manager)
    assert (changed.version, changed.audience) == (2, "Plant managers")
    change_campaign(changed, facts, version=2, by=cast.marketer)
    assert lines() == [
        ("added", "Fair 2026", cast.marketer.email, {}),
        ("changed", "Fair 2026", cast.marketing_manager.email, {
            "budget": [None, "12000.00"], "sales_partner": [None, "Rep"], "audience": ["", "Plant managers"],
            "partner_state": ["", "asked"],
        }),
    ]  # fmt: skip


def test_who_has_not_seen_the_latest_version_and_who_is_of_sales_changes_nothing(fair: Campaign, cast: Cast) -> None:
    change_campaign(fair, {"name": "Fair"}, version=1, by=cast.marketer)
    assert code_of(change_campaign, fair, {"name": "Stand"}, version=1, by=cast.marketer) == "stale"
    assert code_of(change_campaign, fair, {"name": "Stand"}, version=2, by=cast.sales_manager) == "not_marketing"
    assert Campaign.objects.get().name == "Fair"
    assert len(lines()) == 2


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"ends_on": date(2026, 4, 19)}, "ends_before_start"),
        ({"channel": "pigeon"}, "unknown_channel"),
        ({"priority": "urgent"}, "unknown_priority"),
        ({"budget": Decimal(-1)}, "amount_out_of_range"),
        ({"expected_a": -1}, "bad_value"),
        ({"links": ["javascript:alert(1)"]}, "bad_link"),
        ({"links": ["https://a.test"] * 21}, "bad_link"),
        ({"audience": "x" * 301}, "text_too_long"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(facts: Any, code: str, fair: Campaign, cast: Cast) -> None:
    before = Campaign.objects.values().get()
    assert code_of(change_campaign, fair, facts, version=1, by=cast.marketer) == code
    assert Campaign.objects.values().get() == before
    assert len(lines()) == 1


def test_a_programme_stands_under_nothing(fair: Campaign, cast: Cast) -> None:
    fairs, season = (create_campaign(name=name, by=cast.marketer) for name in ("Fairs", "Season"))
    change_campaign(fair, {"parent": fairs}, version=1, by=cast.marketer)
    for campaign, parent in ((fairs, season), (season, fair), (season, season), (fairs, fair)):
        assert code_of(change_campaign, campaign, {"parent": parent}, version=1, by=cast.marketer) == "wrong_programme"
    assert code_of(create_campaign, name="Stand", parent=fair, by=cast.marketer) == "wrong_programme"


def test_a_code_that_is_a_page_is_refused_and_never_proposed(cast: Cast) -> None:
    assert code_of(create_campaign, name="Fair", code="calendar", by=cast.marketer) == "bad_code"
    assert create_campaign(name="New", by=cast.marketer).code == "c-new"


def test_next_year_has_the_same_facts_a_year_later(cast: Cast) -> None:
    leap = create_campaign(
        name="Fair 2028", channel="event", starts_on=date(2028, 2, 29), ends_on=date(2028, 3, 2), by=cast.marketer,
        budget=Decimal("0.10"), expected_a=0, links=["https://a.test/x"],
    )  # fmt: skip
    copy = create_campaign(by=cast.marketing_manager, **next_year(leap))
    assert (copy.name, copy.code, copy.starts_on, copy.ends_on) == (
        "Fair 2029", "fair-2029", date(2029, 2, 28), date(2029, 3, 2),
    )  # fmt: skip
    assert (copy.owner, copy.budget, copy.expected_a, copy.links) == (cast.marketer, Decimal("0.10"), 0, leap.links)
    assert next_year(Campaign(name="Stand", starts_on=DAY))["name"] == "Stand 2027"
    assert next_year(Campaign(name="Stand"))["starts_on"] is None


def test_five_fields_log_a_campaign(marketer: Client, cast: Cast) -> None:
    page = marketer.get("/campaigns/new/")
    assert b'<details class="change">' in page.content, "what is more stays closed"
    facts = {"starts_on": "2026-04-20", "ends_on": "2026-04-24", "budget": "12000"}
    answer = marketer.post("/campaigns/new/", sent(cast, **facts))
    assert answer["Location"] == "/campaigns/fair-2026/"
    made = Campaign.objects.get()
    assert (made.starts_on, made.budget, made.owner, made.created_at is None) == (DAY, 12000, cast.marketer, False)
    assert b"Fair 2026" in marketer.get(answer["Location"]).content


def test_a_code_that_is_taken_gives_way_to_one_that_is_free(marketer: Client, cast: Cast, fair: Campaign) -> None:
    answer = marketer.post("/campaigns/new/", sent(cast))
    assert answer.status_code == 422
    assert "“fair-2026-2” is free." in answer.content.decode()
    assert marketer.post("/campaigns/new/", sent(cast, code="fair-2026-2"))["Location"] == "/campaigns/fair-2026-2/"


def test_a_copy_begins_with_the_facts_of_next_year(marketer: Client, cast: Cast, fair: Campaign) -> None:
    page = marketer.get("/campaigns/new/?from=fair-2026").content.decode()
    assert 'value="Fair 2027"' in page
    assert 'value="2027-04-20"' in page
    assert marketer.get("/campaigns/new/?from=none").status_code == 404


def test_every_fact_is_edited_on_the_page(marketer: Client, cast: Cast, fair: Campaign) -> None:
    create_campaign(name="Fairs", by=cast.marketer)
    facts = {
        "parent": "fairs", "sales_partner": cast.rep.pk, "audience": "Buyers", "offer": "Demo", "priority": "high",
        "expected_a": "5", "expected_d": "0", "links": "https://a.test/1\r\n\r\nhttps://a.test/2",
    }  # fmt: skip
    assert marketer.post("/campaigns/fair-2026/edit/", sent(cast, **facts))["Location"] == "/campaigns/fair-2026/"
    kept = Campaign.objects.get(code="fair-2026")
    assert (kept.parent.code, kept.sales_partner, kept.audience, kept.offer) == ("fairs", cast.rep, "Buyers", "Demo")  # type: ignore[union-attr]
    assert (kept.priority, kept.expected_a, kept.expected_b, kept.expected_d) == ("high", 5, None, 0)
    assert kept.links == ["https://a.test/1", "https://a.test/2"]
    page = marketer.get("/campaigns/fair-2026/").content.decode()
    assert 'href="https://a.test/2"' in page
    assert "sales partner: from nothing to “Rep”" in page


def test_the_second_writer_sees_what_the_first_wrote(marketer: Client, cast: Cast, fair: Campaign) -> None:
    facts: Any = {"name": "Fair of spring", "sales_partner": cast.rep, "links": ["https://a.test/1"]}
    change_campaign(fair, facts, version=1, by=cast.marketing_manager)
    answer = marketer.post("/campaigns/fair-2026/edit/", sent(cast, name="Stand", links="https://a.test/1\r\n"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Now it says: Fair of spring" in page
    assert "Now it says: Rep" in page
    assert page.count("Now it says") == 3, "name, partner and first day"
    assert Campaign.objects.get().name == "Fair of spring"
    again = marketer.post("/campaigns/fair-2026/edit/", sent(cast, name="Stand", version=2))
    assert again.status_code == 302
    assert Campaign.objects.get().name == "Stand"


def test_sales_reads_the_facts_and_changes_none(client: Client, cast: Cast, fair: Campaign) -> None:
    client.force_login(cast.rep)
    assert client.get("/campaigns/new/").status_code == 403
    assert b"Save the campaign" not in client.get("/campaigns/fair-2026/edit/").content
    assert client.post("/campaigns/fair-2026/edit/", sent(cast, name="Stand")).status_code == 403
    assert Campaign.objects.get().name == "Fair 2026"
