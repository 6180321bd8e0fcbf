"""The calendar shows what runs, what is planned and what was done, in a month or a quarter of the company."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Company, User
from campaigns.activities import log_activity
from campaigns.calendar import days_named, runs
from campaigns.ending import abandon_campaign, end_campaign
from campaigns.keeping import create_campaign
from campaigns.models import Campaign
from common.errors import DomainError
from leads.models import Organisation
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db
URL = "/campaigns/calendar/"


@pytest.fixture
def plan(cast: Cast) -> dict[str, Campaign]:
    """A programme with a fair in Germany, mails for everywhere, an open website, and what is over."""

    def made(name: str, first: date | None, last: date | None = None, **facts: Any) -> Campaign:
        return create_campaign(name=name, starts_on=first, ends_on=last, by=cast.marketer, **facts)

    fairs = made("Fairs", None)
    return {
        "fair": made("Fair", date(2026, 4, 20), date(2026, 4, 24), channel="event", parent=fairs, countries=["DE"]),
        "mails": made("Mails", date(2026, 4, 30), date(2026, 5, 2), channel="email"),
        "site": made("Site", date(2020, 1, 1), countries=["pl", "Poland"]),
        "over": made("Over", date(2026, 3, 1), date(2026, 3, 31), countries=["FR"]),
    }


def shown(client: Client, person: User, query: str = "") -> list[str]:
    client.force_login(person)
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200
    return [run.campaign.name for run in answer.context["runs"]]


def test_a_month_shows_what_runs_on_any_of_its_days(client: Client, cast: Cast, plan: Any) -> None:
    assert shown(client, cast.rep, "on=2026-04") == ["Fair", "Mails", "Site"]
    assert shown(client, cast.rep, "on=2026-05") == ["Site", "Mails"], (
        "what begins in these days comes first, then what has run"
    )
    assert shown(client, cast.rep, "on=2026-03") == ["Over", "Site"]
    assert shown(client, cast.rep, "on=2019-12") == []


def test_a_quarter_is_one_of_the_companys_fiscal_year(client: Client, cast: Cast, plan: Any) -> None:
    assert shown(client, cast.rep, "on=2026-Q2") == ["Fair", "Mails", "Site"]
    Company.objects.update_or_create(pk=1, defaults={"fiscal_year_start": 4, "time_zone": "UTC", "currency": "EUR"})
    assert shown(client, cast.rep, "on=2027-Q1") == ["Fair", "Mails", "Site"]
    page = client.get(f"{URL}?on=2027-Q1").content.decode()
    for neighbour in ("2026-Q4", "2027-Q2", "2026-04"):
        assert f'href="?on={neighbour}"' in page
    with time_machine.travel(datetime.fromisoformat("2026-03-31T23:30+00:00"), tick=False):
        assert client.get(URL).context["days"].key == "2026-03"


@pytest.mark.parametrize("key", ["2026-13", "2026-00", "2026-Q5", "0000-01", "9999-12", "soon", "2026-1"])
def test_days_that_are_none_are_not_there(key: str, client: Client, cast: Cast) -> None:
    with pytest.raises(DomainError):
        days_named(key)
    client.force_login(cast.rep)
    assert client.get(URL, {"on": key}).status_code == 404


def test_it_is_narrowed_by_region_channel_and_programme(client: Client, cast: Cast, plan: Any) -> None:
    assert shown(client, cast.rep, "on=2026-Q2&region=DE") == ["Fair", "Mails"], "and what is for everywhere"
    assert shown(client, cast.rep, "on=2026-Q2&region=PL") == ["Mails", "Site"]
    assert shown(client, cast.rep, "on=2026-Q2&channel=email") == ["Mails"]
    assert shown(client, cast.rep, "on=2026-Q2&programme=fairs&channel=event") == ["Fair"]
    page = client.get(f"{URL}?on=2026-Q2&region=PL&mine=on").content.decode()
    assert 'href="?on=2026-Q3&amp;region=PL&amp;mine=on"' in page, "other days stay narrowed"
    assert client.get(f"{URL}?region=XX").status_code == 422


def test_it_shows_what_touches_my_accounts(client: Client, cast: Cast, plan: Any, now: datetime) -> None:
    made = handoff("ann@kettler.test", now, cast.rep, organisation="Kettler", country="France", campaign="site")
    lead("bob@other.test", now, organisation="Other", country="Germany")
    assert shown(client, cast.rep, "on=2026-Q2&mine=on") == ["Site"], "it met it, though it is not for France"
    assert shown(client, cast.other_rep, "on=2026-Q2&mine=on") == []
    assert shown(client, cast.rep, "on=2026-03&mine=on") == ["Over", "Site"], "and what is for France"
    assert shown(client, cast.mate, "on=2026-03&mine=on") == [], "a colleague's account is none of mine"
    Organisation.objects.filter(pk=made.lead.organisation_id).update(is_target=True, target_since=now)
    assert shown(client, cast.mate, "on=2026-03&mine=on") == ["Over", "Site"], "but a target account of the team is"
    assert shown(client, cast.other_rep, "on=2026-03&mine=on") == []
    assert shown(client, cast.marketer, "on=2026-03&mine=on") == ["Over", "Site"], "without a team: all of them"
    Organisation.objects.filter(name="Other").update(owner=cast.marketer)
    assert shown(client, cast.marketer, "on=2026-04&mine=on&channel=event") == ["Fair"], "and an account of one's own"


def test_what_was_abandoned_is_left_out_and_what_was_ended_runs_no_longer(
    client: Client, cast: Cast, plan: Any
) -> None:
    at = datetime.fromisoformat("2026-04-22T12:00+00:00")
    with time_machine.travel(at, tick=False):
        end_campaign(plan["site"], why="No budget", version=1, by=cast.marketer, at=at)
        abandon_campaign(plan["mails"], why="No budget", version=1, by=cast.marketer, at=at)
        assert shown(client, cast.rep, "on=2026-04") == ["Fair", "Site"]
        assert shown(client, cast.rep, "on=2026-05") == []
        days = days_named("2026-04")
        site = Campaign.objects.get(code="site")
        (run,) = runs(days, [site], [], at.date())
        assert (run.start, run.start + run.width) == (0, days.place(date(2026, 4, 23)))


def test_a_bar_covers_its_days_and_what_was_done_stands_on_it(client: Client, cast: Cast, plan: Any) -> None:
    log_activity(plan["fair"], by=cast.marketer, what="Stand <b>built</b>", on=date(2026, 4, 21))
    log_activity(plan["over"], by=cast.marketer, what="Thank-you mail", on=date(2026, 4, 1))
    client.force_login(cast.rep)
    answer = client.get(f"{URL}?on=2026-04")
    fair = answer.context["runs"][0]
    assert (fair.start, fair.start + fair.width) == (round(1900 / 30, 2), 80)
    assert [at for _one, at in fair.done] == [round(2000 / 30, 2)]
    page = answer.content.decode()
    assert "Stand &lt;b&gt;built&lt;/b&gt;" in page
    assert "Thank-you mail" in page, "also of a campaign that is over"
    assert 'href="/campaigns/over/#activities"' in page


def test_countries_are_kept_by_their_letters_and_an_unknown_one_is_refused(cast: Cast, plan: Any) -> None:
    assert Campaign.objects.get(code="site").countries == ["PL"]
    with pytest.raises(DomainError) as refused:
        create_campaign(name="Moon", countries=["Germany", "The Moon"], by=cast.marketer)
    assert (refused.value.code, list(refused.value.fields)) == ("unknown_country", ["countries"])
    assert not Campaign.objects.filter(name="Moon").exists()


def test_the_region_is_edited_by_names(client: Client, cast: Cast, plan: Any) -> None:
    client.force_login(cast.marketer)
    page = client.get("/campaigns/fair/edit/").content.decode()
    assert 'value="Germany"' in page
    sent = {"name": "Fair", "channel": "event", "owner": cast.marketer.pk, "priority": "normal", "version": 1}
    answer = client.post("/campaigns/fair/edit/", {**sent, "countries": "Austria, DE", "for_targets": "on"})
    assert answer.status_code == 302
    kept = Campaign.objects.get(code="fair")
    assert (kept.countries, kept.for_targets) == (["AT", "DE"], True)
    page = client.get("/campaigns/fair/").content.decode()
    assert "Austria, Germany, target accounts alone" in page
    assert "region: from “DE” to “AT, DE”" in page
    answer = client.post("/campaigns/fair/edit/", {**sent, "version": 2, "countries": "Atlantis"})
    assert "“Atlantis” is no country that is known here." in answer.content.decode()


def test_the_days_of_a_month_are_placed_from_the_first_to_the_last() -> None:
    days = days_named("2026-02")
    assert (days.first, days.last, days.place(date(2026, 1, 1)), days.place(date(2026, 6, 1))) == (
        date(2026, 2, 1), date(2026, 2, 28), 0, 100,
    )  # fmt: skip
    assert [label for label, *_place in days.ticks] == ["2", "9", "16", "23"]
    assert days_named("2028-02").last - days_named("2028-02").first == timedelta(days=28)
