"""What is known of a lead is corrected by people, who never overwrite each other."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from common.errors import DomainError
from leads.editing import TakenError, edit_lead
from leads.models import Duplicate, Event, Lead, LeadAlias, Organisation
from tests.cast import FACTS_OF, Cast, handoff, lead

pytestmark = pytest.mark.django_db


def edited(one: Lead, cast: Cast, at: datetime, **changes: Any) -> Lead:
    return edit_lead(one, changes, version=Lead.objects.get(pk=one.pk).version, by=cast.marketer, at=at)


def refused(one: Lead, cast: Cast, at: datetime, **changes: Any) -> DomainError:
    before = Lead.objects.filter(pk=one.pk).values().get()
    with pytest.raises(DomainError) as caught:
        edited(one, cast, at, **changes)
    assert Lead.objects.filter(pk=one.pk).values().get() == before
    assert not one.events.filter(kind="edited").exists()
    return caught.value


def test_changes_are_kept_and_told_once_with_what_was_before(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, job_title="Buyer", facts={"colour": "blue", "size": "9"})
    later = now + timedelta(hours=1)
    found = edited(ann, cast, later, job_title="Director", phone="123", facts={"colour": "", "size": "10", "new": "1"})
    assert (found.job_title, found.phone, found.facts) == ("Director", "123", {"size": "10", "new": "1"})
    told = ann.events.get(kind="edited")
    assert (told.at, told.by) == (later, cast.marketer)
    assert told.data["changes"] == {
        "job_title": ["Buyer", "Director"], "phone": ["", "123"], "facts.colour": ["blue", None],
        "facts.size": ["9", "10"], "facts.new": [None, "1"],
    }  # fmt: skip


def test_the_same_again_changes_nothing(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, job_title="Buyer")
    before = (Event.objects.count(), Lead.objects.get().version)
    edited(ann, cast, now, job_title=" Buyer ", email="Ann@X.test", facts={"none": ""})
    assert (Event.objects.count(), Lead.objects.get().version) == before


def test_an_old_version_is_refused(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now)
    opened = Lead.objects.get().version
    edited(ann, cast, now, phone="1")
    with pytest.raises(DomainError) as caught:
        edit_lead(ann, {"phone": "2"}, version=opened, by=cast.marketer, at=now)
    assert caught.value.code == "stale"
    assert (Lead.objects.get().phone, ann.events.filter(kind="edited").count()) == ("1", 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"employees": "many"}, "employees"),
        ({"name": "x" * 251}, "name"),
        ({"facts": {"x" * 121: "1"}}, "facts"),
        ({"facts": {"big": "x" * 10_001}}, "facts"),
        ({"email": ""}, "email"),
    ],
)
def test_what_a_file_would_refuse_is_refused_by_field(
    changes: dict[str, Any], field: str, cast: Cast, now: datetime
) -> None:
    error = refused(lead("ann@x.test", now), cast, now, **changes)
    assert (error.code, list(error.fields)) == ("refused", [field])


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"email": "BOB@x.test"}, "address_taken"), ({"external_id": "7"}, "external_id_taken")],
)
def test_a_key_of_another_lead_is_refused_and_names_it(
    changes: dict[str, str], code: str, cast: Cast, now: datetime
) -> None:
    bob = lead("bob@x.test", now, external_id="7")
    error = refused(lead("ann@x.test", now), cast, now, **changes)
    assert isinstance(error, TakenError)
    assert (error.code, error.lead) == (code, bob)


def test_the_old_address_of_a_merged_lead_is_taken_too(cast: Cast, now: datetime) -> None:
    bob = lead("bob@x.test", now)
    LeadAlias.objects.create(lead=bob, kind="email", value="old@x.test")
    error = refused(lead("ann@x.test", now), cast, now, email="old@x.test")
    assert isinstance(error, TakenError)
    assert error.lead == bob
    assert edited(bob, cast, now, email="old@x.test").email == "old@x.test"


def test_a_phone_is_known_by_its_number_and_proposes_the_twin(cast: Cast, now: datetime) -> None:
    bob = lead("bob@y.test", now, phone_e164="+493012345678")
    ann = edited(lead("ann@x.test", now), cast, now, phone="030 12345678", country="Germany")
    assert ann.phone_e164 == "+493012345678"
    assert {*Duplicate.objects.of(ann).values_list("first", "second")} == {tuple(sorted((ann.pk, bob.pk)))}
    assert edited(ann, cast, now, phone="").phone_e164 == ""


def test_an_address_may_go_where_an_external_id_stays(cast: Cast, now: datetime) -> None:
    ann = edited(lead("ann@x.test", now, external_id="7"), cast, now, email="")
    assert (ann.email, ann.external_id) == (None, "7")


def test_the_full_name_follows_its_parts_until_somebody_writes_another(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, first_name="Ann", last_name="Ek")
    assert edited(ann, cast, now, last_name="Berg").name == "Ann Berg"
    assert edited(ann, cast, now, name="Dr. Ann Berg").name == "Dr. Ann Berg"
    assert edited(ann, cast, now, first_name="Anna").name == "Dr. Ann Berg"


# --- what follows from a change -----------------------------------------------------------------------


def test_facts_that_lift_the_grade_hand_the_lead_off(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, kind="quote")
    assert ann.grade not in "AB"
    facts = {name: str(value) for name, value in FACTS_OF["A"].items() if name != "kind"}
    found = edited(ann, cast, now + timedelta(hours=1), **facts)
    assert (found.grade, found.stage, found.handoffs.get().rep) == ("A", "handed_off", found.owner)
    assert found.handoffs.get().at == now + timedelta(hours=1)


def test_facts_that_lower_the_grade_release_what_nobody_answered(cast: Cast, now: datetime) -> None:
    ann = handoff("ann@gmail.com", now, cast.rep).lead
    found = edited(ann, cast, now, job_title="", employees="", industry="", country="")
    assert found.grade in "CD"
    assert (found.stage, found.owner, found.handoffs.get().released_why) == ("new", None, "grade_fell")


def test_an_old_lead_is_handed_off_now_and_not_as_history(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now - timedelta(days=30), kind="quote")
    facts = {name: str(value) for name, value in FACTS_OF["A"].items() if name != "kind"}
    made = edited(ann, cast, now, **facts).handoffs.get()
    assert (made.historic, made.at, made.closed_at) == (False, now, None)


# --- the organisation ---------------------------------------------------------------------------------


def test_another_address_leads_to_its_organisation(cast: Cast, now: datetime) -> None:
    ann = lead("ann@kettler.test", now, organisation="Kettler")
    lead("bob@brandt.test", now, organisation="Brandt")
    assert str(edited(ann, cast, now, email="ann@brandt.test").organisation) == "Brandt"
    assert str(edited(ann, cast, now, website="www.kettler.test").organisation) == "Kettler"
    assert Organisation.objects.count() == 2


def test_an_organisation_that_somebody_named_stays(cast: Cast, now: datetime) -> None:
    ann = lead("ann@kettler.test", now, organisation="Kettler")
    found = edited(ann, cast, now, organisation="Köhler & Co")
    assert (found.organisation.name, found.organisation.domain) == ("Köhler & Co", None)
    assert str(edited(ann, cast, now, email="ann@brandt.test").organisation) == "Köhler & Co"
    assert (
        edited(ann, cast, now, organisation="kettler", email="ann@kettler.test").organisation.domain == "kettler.test"
    )
    assert edited(ann, cast, now, organisation="").organisation is None


def test_a_name_alone_is_one_organisation(cast: Cast, now: datetime) -> None:
    bob = lead("bob@gmail.com", now, organisation="Köhler & Co")
    found = edited(lead("ann@gmail.com", now), cast, now, organisation="KÖHLER & Co")
    assert found.organisation == bob.organisation


# --- who may, and the page ----------------------------------------------------------------------------


def test_a_rep_edits_the_leads_of_the_team_alone(cast: Cast, now: datetime) -> None:
    ann = handoff("ann@x.test", now, cast.rep).lead
    assert edit_lead(ann, {"phone": "1"}, version=ann.version, by=cast.mate, at=now).phone == "1"
    with pytest.raises(DomainError) as caught:
        edit_lead(ann, {"phone": "2"}, version=ann.version + 1, by=cast.other_rep, at=now)
    assert (caught.value.code, Lead.objects.get().phone) == ("not_yours", "1")


def sent(one: Lead, **typed: str) -> dict[str, str]:
    """A form as it was opened on `one`, with `typed` written over it."""
    now = {"version": str(one.version), "job_title": one.job_title, "phone": one.phone, "email": one.email or ""}
    opened = {f"initial-{name}": value for name, value in now.items() if name != "version"}
    return {**now, **opened, **typed}


def test_two_people_at_once_the_second_sees_both_and_saves_over_neither(
    cast: Cast, now: datetime, client: Client
) -> None:
    ann = lead("ann@x.test", now, job_title="Buyer", phone="1")
    edited(ann, cast, now, job_title="Director", phone="2")
    client.force_login(cast.marketing_manager)
    url = f"/leads/{ann.pk}/edit/"
    answer = client.post(url, sent(ann, phone="3"))
    assert answer.status_code == 409
    lines = {line["label"]: (line["was"], line["theirs"], line["yours"]) for line in answer.context["differences"]}
    assert lines == {"Job title": ("Buyer", "Director", None), "Phone": ("1", "2", "3")}
    form = answer.context["form"]
    assert (form["job_title"].value(), form["phone"].value()) == ("Director", "3")
    assert Lead.objects.get().phone == "2"
    again = Lead.objects.get()
    assert client.post(url, sent(again, phone="3")).status_code == 302
    assert (Lead.objects.get().job_title, Lead.objects.get().phone) == ("Director", "3")


def test_the_page_links_to_the_lead_that_has_the_address_where_it_may_be_seen(
    cast: Cast, now: datetime, client: Client
) -> None:
    theirs = handoff("theirs@x.test", now, cast.other_rep).lead
    mine = handoff("mine@x.test", now, cast.rep).lead
    for person, linked in ((cast.rep, False), (cast.marketer, True)):
        client.force_login(person)
        answer = client.post(f"/leads/{mine.pk}/edit/", sent(mine, email="theirs@x.test"))
        assert answer.status_code == 422
        assert (theirs.get_absolute_url() in answer.content.decode()) is linked


def test_facts_are_added_changed_and_taken_away_by_the_form(cast: Cast, now: datetime, client: Client) -> None:
    ann = lead("ann@x.test", now, facts={"colour": "blue", "size": "9"})
    client.force_login(cast.marketer)
    facts = {
        "fact_name": ["colour", "size", "budget", ""], "fact_value": ["", "9", "high", ""],
        "fact_was": ["blue", "9", "", ""],
    }  # fmt: skip
    assert client.post(f"/leads/{ann.pk}/edit/", {**sent(ann), **facts}).status_code == 302
    assert Lead.objects.get().facts == {"size": "9", "budget": "high"}
