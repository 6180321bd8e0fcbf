"""Which campaigns reach a lead and an organisation next, and why they are thought to."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.keeping import create_campaign
from campaigns.models import Campaign
from leads.models import Lead, Organisation
from leads.privacy import erase_person
from leads.reaching import reaching_lead, reaching_organisation
from leads.touching import add_touch
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def campaign(cast: Cast, now: datetime, name: str, begins: int = 10, **facts: Any) -> Campaign:
    """One that begins so many days from `now`."""
    return create_campaign(name=name, starts_on=now.date() + begins * DAY, by=cast.marketer, **facts)


def reached(ann: Lead, now: datetime) -> list[tuple[str, str]]:
    ann = Lead.objects.get(pk=ann.pk)
    return [(one.campaign.name, one.ground) for one in reaching_lead(ann, now.date())]


def test_a_campaign_for_the_leads_country_reaches_the_lead(cast: Cast, now: datetime) -> None:
    campaign(cast, now, "Germany", countries=["DE", "AT"])
    campaign(cast, now, "France", countries=["FR"])
    campaign(cast, now, "Everywhere")
    ann = lead("ann@x.test", now, country="Deutschland")
    assert reached(ann, now) == [("Germany", "for Germany")], "one for everywhere says nothing about this lead"


def test_the_lead_wins_over_its_organisation(cast: Cast, now: datetime) -> None:
    campaign(cast, now, "Germany", countries=["DE"])
    ann = lead("ann@x.test", now, organisation="X")
    Organisation.objects.update(country="Germany")
    assert reached(ann, now) == [("Germany", "for Germany")]
    Lead.objects.update(country="France")
    assert reached(ann, now) == []


def test_whom_a_campaign_or_its_programme_met_it_reaches_again(cast: Cast, now: datetime) -> None:
    fairs = campaign(cast, now, "Fairs", -400)
    campaign(cast, now, "Fair 2026", -30, parent=fairs, countries=["FR"])
    campaign(cast, now, "Fair 2027", 300, parent=fairs, countries=["FR"])
    ann = lead("ann@x.test", now, country="Germany", campaign="Fair 2026")
    assert reached(ann, now) == [
        ("Fair 2027", "met its programme before"), ("Fair 2026", "met it before"),
    ]  # fmt: skip


def test_one_for_target_accounts_reaches_them_alone(cast: Cast, now: datetime) -> None:
    campaign(cast, now, "Visits", for_targets=True)
    campaign(cast, now, "Visits in France", for_targets=True, countries=["FR"])
    ann = lead("ann@x.test", now, organisation="X", country="Germany")
    assert reached(ann, now) == []
    Organisation.objects.update(is_target=True, target_since=now)
    assert reached(ann, now) == [("Visits", "for target accounts")]


def test_no_mail_reaches_who_must_not_be_contacted_or_has_no_address(cast: Cast, now: datetime) -> None:
    campaign(cast, now, "Mails", countries=["DE"], channel="email")
    campaign(cast, now, "Fair", 20, countries=["DE"], channel="event")
    ann = lead("ann@x.test", now, country="Germany")
    assert [name for name, _ground in reached(ann, now)] == ["Mails", "Fair"]
    Lead.objects.update(do_not_contact=True)
    assert [name for name, _ground in reached(ann, now)] == ["Fair"]
    Lead.objects.update(do_not_contact=False, email=None, external_id="9")
    assert [name for name, _ground in reached(ann, now)] == ["Fair"]


def test_what_is_over_and_who_is_erased_is_left_out(cast: Cast, now: datetime) -> None:
    campaign(cast, now, "Over", -20, ends_on=now.date() - DAY, countries=["DE"])
    campaign(cast, now, "Fair", countries=["DE"])
    ann = lead("ann@x.test", now, country="Germany")
    assert [name for name, _ground in reached(ann, now)] == ["Fair"]
    erase_person(ann, why="asked", by=cast.sales_manager, at=now)
    assert reached(ann, now) == []


def test_an_organisation_is_reached_through_its_people(cast: Cast, now: datetime) -> None:
    fair = campaign(cast, now, "Fair", -1)
    campaign(cast, now, "Germany", countries=["DE"])
    ann = lead("ann@x.test", now, organisation="X", country="Germany")
    add_touch(ann, campaign=fair, kind="event", at=now - DAY, by=cast.marketer)
    kettler, people = Organisation.objects.get(), Lead.objects.all()
    found = reaching_organisation(kettler, people, now.date())
    assert [one.campaign.name for one in found] == ["Germany", "Fair"]
    unseen = reaching_organisation(kettler, people.none(), now.date())
    assert [one.campaign.name for one in unseen] == ["Germany"], "whom the reader may not see tells nothing"


def test_the_pages_of_lead_and_organisation_show_it(client: Client, cast: Cast) -> None:
    now = timezone.now()
    ann = lead("ann@x.test", now, organisation="X", country="Germany")
    client.force_login(cast.marketer)
    pages = (ann.get_absolute_url(), Organisation.objects.get().get_absolute_url())
    assert all("No campaign that runs or is planned." in client.get(page).content.decode() for page in pages)
    campaign(cast, now, "Fair", countries=["DE"])
    for page in pages:
        assert "for Germany, from" in client.get(page).content.decode()
