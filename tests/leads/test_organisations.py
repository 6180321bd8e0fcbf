"""Organisations: who sees them, who keeps them right, and which are target accounts."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from common.errors import DomainError
from leads.domains import domain_of
from leads.models import Lead, Organisation
from leads.organisations import edit_organisation, mark_target, unmark_target
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast: Cast, now: datetime) -> Organisation:
    """Known by three people, of whom one waits with the rep."""
    for n in range(2):
        lead(f"p{n}@firm.test", now - timedelta(days=n), organisation="Firm", campaign="fair")
    handoff("ann@firm.test", now, cast.rep, organisation="Firm", campaign="fair")
    return Organisation.objects.get()


def as_(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def test_a_rep_sees_the_organisations_of_the_leads_that_they_see(cast: Cast, firm: Organisation, now: datetime) -> None:
    lead("bob@other.test", now, organisation="Other")
    for person, names in ((cast.rep, ["Firm"]), (cast.other_rep, []), (cast.marketer, ["Firm", "Other"])):
        page = as_(person).get("/organisations/").context["page"]
        assert [one.name for one in page.rows] == names
    assert as_(cast.other_rep).get(firm.get_absolute_url()).status_code == 404


def test_people_and_open_handoffs_are_those_that_the_person_may_see(cast: Cast, firm: Organisation) -> None:
    for person, counts in ((cast.rep, (1, 1)), (cast.marketer, (3, 1))):
        [one] = as_(person).get("/organisations/").context["page"].rows
        assert (one.people, one.open_handoffs) == counts
        page = as_(person).get(firm.get_absolute_url()).context
        assert (page["count"], len(page["rows"]), len(page["waiting"])) == (counts[0], counts[0], counts[1])
        assert [(met["campaign__code"], met["people"]) for met in page["met"]] == [("fair", counts[0])]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("q=fir", ["Firm"]),
        ("q=FIRM.TEST", ["Firm"]),
        ("q=firm+nobody", []),
        ("q=%25", []),
        ("target=true", ["Other"]),
        ("owner=me", ["Firm"]),
        ("", ["Firm", "Other"]),
    ],
)
def test_the_list_is_searched_by_name_and_domain_and_narrowed(
    cast: Cast, firm: Organisation, now: datetime, asked: str, names: list[str]
) -> None:
    lead("bob@other.test", now, organisation="Other")
    mark_target(Organisation.objects.get(name="Other"), by=cast.admin, at=now)
    edit_organisation(firm, {"owner": cast.rep}, version=firm.version, by=cast.marketer, at=now)
    person = cast.rep if "owner" in asked else cast.marketer
    rows = as_(person).get(f"/organisations/?{asked}").context["page"].rows
    assert [one.name for one in rows] == names


def test_the_list_pages_by_name_and_shows_each_once(cast: Cast) -> None:
    names = [f"{name} {n // 2}" for n in range(60) for name in ("anna", "Émil")]
    Organisation.objects.bulk_create(Organisation(name=name, domain=f"d{n}.test") for n, name in enumerate(names))
    client, after, seen = as_(cast.marketer), "", []
    for _page in range(3):
        page = client.get("/organisations/", {"after": after} if after else {}).context["page"]
        seen += [one.pk for one in page.rows]
        after = page.next
    assert (len(seen), len(set(seen)), after) == (120, 120, "")


def test_what_it_says_is_edited_and_its_people_are_graded_again(cast: Cast, now: datetime) -> None:
    lead("c@firm.test", now, job_title="Head of procurement", kind="quote", organisation="Firm")
    firm = Organisation.objects.get()
    before = Lead.objects.get().fit
    changes = {"name": "Firm GmbH", "employees": "640", "industry": "Machinery", "country": "Germany"}
    edited = edit_organisation(firm, changes, version=firm.version, by=cast.marketer, at=now)
    assert (edited.name, edited.employees, edited.version) == ("Firm GmbH", 640, firm.version + 1)
    one = Lead.objects.get()
    assert one.fit > before
    assert one.handoffs.open().count() == 1
    assert edit_organisation(edited, changes, version=edited.version, by=cast.marketer, at=now).version == 2


@pytest.mark.parametrize(
    ("changes", "code", "fields"),
    [
        ({"name": " "}, "refused", {"name"}),
        ({"employees": "many"}, "refused", {"employees"}),
        ({"domain": "gmail.com"}, "refused", {"domain"}),
        ({"domain": "other.test"}, "taken", {"domain"}),
        ({"domain": "", "name": "NAMED"}, "taken", {"name"}),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left_behind(
    cast: Cast, firm: Organisation, now: datetime, changes: dict[str, str], code: str, fields: set[str]
) -> None:
    Organisation.objects.create(name="Other", domain="other.test")
    Organisation.objects.create(name="Named")
    with pytest.raises(DomainError) as refused:
        edit_organisation(firm, {"country": "France", **changes}, version=firm.version, by=cast.marketer, at=now)
    assert (refused.value.code, set(refused.value.fields)) == (code, fields)
    firm.refresh_from_db()
    assert (firm.name, firm.country, firm.version) == ("Firm", firm.country, 1)


def test_only_somebody_of_sales_owns_an_account(cast: Cast, firm: Organisation, now: datetime) -> None:
    for owner, by, code in ((cast.marketer, cast.marketer, "not_a_rep"), (cast.rep, cast.rep, "not_yours")):
        with pytest.raises(DomainError) as refused:
            edit_organisation(firm, {"owner": owner}, version=firm.version, by=by, at=now)
        assert refused.value.code == code


def test_a_domain_is_read_as_people_write_it(cast: Cast, firm: Organisation, now: datetime) -> None:
    edited = edit_organisation(
        firm, {"domain": "https://www.Firm-Group.test/about"}, version=1, by=cast.marketer, at=now
    )
    assert edited.domain == "firm-group.test"


def test_the_second_of_two_editors_sees_what_the_first_changed(cast: Cast, firm: Organisation) -> None:
    url = f"{firm.get_absolute_url()}edit/"
    opened = {"version": "1", "initial-name": "Firm", "initial-domain": "firm.test", "initial-employees": "640"}
    opened |= {"initial-industry": "Machinery", "initial-country": "Germany", "initial-owner": ""}
    kept = {name.removeprefix("initial-"): value for name, value in opened.items()}
    Organisation.objects.update(employees=640, industry="Machinery", country="Germany")
    first = as_(cast.marketer).post(url, {**opened, **kept, "employees": "700", "owner": cast.rep.pk})
    assert first.status_code == 302
    second = as_(cast.admin).post(url, {**opened, **kept, "employees": "800", "country": "France"})
    assert second.status_code == 409
    lines = {line["label"]: (line["was"], line["theirs"], line["yours"]) for line in second.context["differences"]}
    assert lines == {"Employees": ("640", "700", "800"), "Account's owner": ("", "Rep", None)}
    form = second.context["form"]
    assert (form["employees"].value(), form["country"].value(), form["owner"].value()) == (
        "800", "France", str(cast.rep.pk),
    )  # fmt: skip
    now = Organisation.objects.get()
    assert (now.employees, now.country, now.version) == (700, "Germany", 2)


def test_managers_mark_target_accounts_and_take_the_mark_back(cast: Cast, firm: Organisation, now: datetime) -> None:
    for by in (cast.rep, cast.marketer):
        with pytest.raises(DomainError) as refused:
            mark_target(firm, by=by, at=now)
        assert refused.value.code == "not_yours"
    marked = mark_target(firm, by=cast.sales_manager, at=now)
    assert (marked.is_target, marked.target_since, marked.target_by) == (True, now, cast.sales_manager)
    with pytest.raises(DomainError) as refused:
        mark_target(firm, by=cast.admin, at=now)
    assert refused.value.code == "marked_already"
    assert unmark_target(firm, by=cast.marketing_manager, at=now).target_since is None
    with pytest.raises(DomainError) as refused:
        unmark_target(firm, by=cast.admin, at=now)
    assert refused.value.code == "not_marked"


def test_a_mark_is_undone_from_its_message(cast: Cast, firm: Organisation) -> None:
    client = as_(cast.sales_manager)
    answer = client.post(f"{firm.get_absolute_url()}target-marks/", follow=True)
    assert Organisation.objects.get().is_target
    [said] = answer.context["messages"]
    client.post(said.extra_tags)
    assert not Organisation.objects.get().is_target


def test_leads_of_target_accounts_are_a_filter_of_the_list(cast: Cast, firm: Organisation, now: datetime) -> None:
    lead("free@gmail.com", now)
    client = as_(cast.marketer)
    assert client.get("/leads/?target=true").context["count"] == 0
    mark_target(firm, by=cast.admin, at=now)
    assert client.get("/leads/?target=true").context["count"] == 3
    assert client.get("/leads/?target=false").context["count"] == 1


def test_mail_services_open_to_everybody_are_no_organisation() -> None:
    for domain in (
        "gmail.com",
        "yahoo.com.br",
        "tutanota.com",
        "ya.ru",
        "163.com",
        "bk.ru",
        "orange.fr",
        "docomo.ne.jp",
    ):
        assert domain_of(email=f"ann@{domain}") is None, domain
    assert domain_of(email="ann@telia.com") == "telia.com"
