"""Leads through the API: the list, one lead, why its grade, its story, and taking one in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Company
from campaigns.models import Campaign
from feedback.responses import respond
from leads.models import Event, Handoff, Lead
from leads.privacy import erase_person
from leads.regrading import regrade
from tests.api.conftest import Api
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
URL = "/api/v1/leads/"


@pytest.fixture
def marketer(api: Api, cast: Cast) -> APIClient:
    return api(cast.marketer)


def emails(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [row["email"] for row in answer.json()["results"]]


# --- the list -----------------------------------------------------------------------------------


def test_the_list_is_newest_first_and_tells_a_lead_in_full(marketer: APIClient, cast: Cast, now: datetime) -> None:
    Company.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin", "currency": "EUR"})
    lead("old@old.test", now - DAY)
    made = handoff("new@x.test", now, cast.rep, organisation="Kettler", campaign="Autumn fair", source="fair")
    answer = marketer.get(URL).json()
    assert (answer["next"], answer["previous"]) == (None, None)
    first, second = answer["results"]
    assert second["email"] == "old@old.test"
    assert first["captured_at"] == "2026-09-16T14:00:00+02:00"
    assert first["organisation"]["name"] == "Kettler"
    assert first["campaign"] == "autumn-fair"
    assert first["owner"] == {"id": cast.rep.pk, "name": "Rep", "email": cast.rep.email}
    assert (first["id"], first["grade"], first["stage"]) == (made.lead_id, "A", "handed_off")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("grade=A", {"late", "ann"}),
        ("grade=A&grade=C", {"late", "ann", "carl"}),
        ("stage=new", {"carl"}),
        ("campaign=fair", {"carl"}),
        ("source=ADS", {"carl"}),
        ("state=breached", {"late"}),
        ("overdue=true", {"late"}),
        ("overdue=false", {"ann", "carl"}),
        ("q=carl", {"carl"}),
        ("captured_after=2026-09-16T00:00Z", {"ann", "carl"}),
        ("captured_before=2026-09-16T00:00:00Z", {"late"}),
        ("grade=C&overdue=true", set()),
    ],
)
def test_it_filters_like_the_page(
    asked: str, found: set[str], marketer: APIClient, cast: Cast, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    Campaign.objects.create(code="fair", name="Fair")
    handoff("late@x.test", now - 8 * DAY, cast.rep)
    handoff("ann@x.test", now, cast.rep)
    lead("carl@gmail.com", now, "C", campaign="fair", source="ads")
    assert {email.partition("@")[0] for email in emails(marketer.get(f"{URL}?{asked}"))} == found
    owner = Lead.objects.get(email="ann@x.test").owner_id
    assert emails(marketer.get(f"{URL}?owner={owner}&q=ann")) == ["ann@x.test"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("colour=red", "colour"),
        ("grade=E", "grade"),
        ("stage=gone", "stage"),
        ("campaign=none", "campaign"),
        ("owner=99999999999999999999999", "owner"),
        ("owner=x", "owner"),
        ("organisation=Kettler", "organisation"),
        ("state=late", "state"),
        ("overdue=perhaps", "overdue"),
        ("captured_after=yesterday", "captured_after"),
        ("q=%00", "q"),
        ("order=email", "order"),
        ("cursor=x", "cursor"),
        ("cursor=WzAsIG51bGwsIDFd", "cursor"),
        ("cursor=WzAsICIyMDI2LTAxLTAxIiwgMV0", "cursor"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=9999999999999999", "page_size"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(asked: str, field: str, marketer: APIClient) -> None:
    answer = marketer.get(f"{URL}?{asked}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize(
    "asked",
    [
        "organisation=1e400", "organisation=99999999999999999999999", "owner=1&q=%ed%a0%80", "q=%25%5F%5C",
        "cursor=WzAsICIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgMV0",
        "captured_after=0001-01-01T00:00:00%2B14:00", "captured_before=9999-12-31T23:59:59-14:00",
    ],
)  # fmt: skip
def test_odd_questions_are_answered_or_refused(asked: str, marketer: APIClient) -> None:
    assert marketer.get(f"{URL}?{asked}").status_code in (200, 400)


@pytest.mark.parametrize("order", ["-captured_at", "captured_at"])
def test_pages_lead_forward_and_back_through_leads_of_one_moment(
    order: str, marketer: APIClient, now: datetime
) -> None:
    for n in range(7):
        lead(f"p{n}@x.test", now + (n // 4) * DAY)
    whole = emails(marketer.get(f"{URL}?order={order}"))
    assert len(whole) == 7
    pages, link = [], f"{URL}?order={order}&page_size=3"
    while link:
        answer = marketer.get(link)
        pages.append(emails(answer))
        back, link = answer.json()["previous"], answer.json()["next"]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [email for page in pages for email in page] == whole
    for page in reversed(pages[:-1]):
        answer = marketer.get(back)
        assert emails(answer) == page
        assert answer.json()["next"]
        back = answer.json()["previous"]
    assert back is None


def test_a_rep_is_shown_the_leads_of_the_team(api: Api, cast: Cast, now: datetime) -> None:
    handoff("ours@x.test", now, cast.mate)
    handoff("theirs@x.test", now, cast.other_rep)
    lead("nobodys@gmail.com", now)
    assert emails(api(cast.rep).get(URL)) == ["ours@x.test"]


# --- one lead -----------------------------------------------------------------------------------


def test_an_etag_saves_the_second_answer_until_something_changes(
    marketer: APIClient, cast: Cast, now: datetime
) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    url = f"{URL}{made.lead_id}/"
    answer = marketer.get(url)
    etag = answer["ETag"]
    assert answer.json()["version"] == 1
    again = marketer.get(url, HTTP_IF_NONE_MATCH=etag)
    assert (again.status_code, again.content) == (304, b"")
    assert marketer.get(url, HTTP_IF_NONE_MATCH='"other"').status_code == 200
    Lead.objects.filter(pk=made.lead_id).update(stage="accepted")
    assert marketer.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 200
    Lead.objects.filter(pk=made.lead_id).update(stage="handed_off", graded_at=now + DAY)
    assert marketer.get(url, HTTP_IF_NONE_MATCH=etag)["ETag"] != etag


def test_answers_are_not_kept_by_anybody_else(marketer: APIClient, now: datetime) -> None:
    one = lead("ann@x.test", now)
    assert marketer.get(f"{URL}{one.pk}/")["Cache-Control"] == "private, no-cache"
    answer = marketer.get(URL)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer["Vary"]


# --- why, and the story -----------------------------------------------------------------------------


def adds_up(told: dict[str, Any], one: Lead) -> None:
    points = {
        half: sum(c["points"] for c in told["contributions"] if c["kind"] == half) for half in ("fit", "engagement")
    }
    assert points == {"fit": one.fit, "engagement": one.engagement}
    assert (told["grade"], told["fit"], told["engagement"]) == (one.grade, one.fit, one.engagement)


def test_the_explanation_adds_up_to_the_grade_that_is_kept(marketer: APIClient, now: datetime) -> None:
    one = lead("ann@x.test", now, "B")
    regrade(at=now + 40 * DAY, everything=True)
    one.refresh_from_db()
    told = marketer.get(f"{URL}{one.pk}/explanation/").json()
    adds_up(told, one)
    assert {"criterion", "value", "points", "kind"} <= told["contributions"][0].keys()
    assert told["unknown"]
    moments = [c["value"] for c in told["contributions"] if c["kind"] == "engagement"]
    assert "2026-09-16T12:00:00+00:00" in moments


def test_history_is_explained_as_it_was_graded(marketer: APIClient, now: datetime) -> None:
    answer = marketer.post(URL, {"email": "old@x.test", "captured_at": "2020-01-01", "kind": "quote"})
    one = Lead.objects.get(pk=answer.json()["id"])
    assert one.engagement > 0
    adds_up(marketer.get(f"{URL}{one.pk}/explanation/").json(), one)


def test_the_timeline_tells_who_did_what_when(api: Api, cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    respond(made, by=cast.rep, kind="call", at=now + DAY, note="Spoke to her")
    lines = api(cast.rep).get(f"{URL}{made.lead_id}/timeline/").json()["results"]
    assert len(lines) == Event.objects.filter(lead=made.lead_id).count()
    assert lines[0]["at"] == "2026-09-17T12:00:00+00:00"
    assert (lines[0]["by"]["id"], lines[0]["side"]) == (cast.rep.pk, "sales")
    assert lines[0].keys() == {"at", "fact", "detail", "side", "by"}


# --- taking one in ------------------------------------------------------------------------------------


SENT = {
    "email": " Ann@X.test ", "first_name": "Ann", "last_name": "Ek", "job_title": "Head of procurement",
    "employees": 640, "industry": "Machinery", "country": "Germany", "kind": "quote", "campaign": "Autumn fair",
    "source": "fair", "external_id": 17, "facts": {"budget": "high", "seats": 4, "colour": ""},
}  # fmt: skip


def test_a_new_lead_is_created_graded_and_handed_off(marketer: APIClient, cast: Cast) -> None:
    answer = marketer.post(URL, SENT)
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["result"], told["grade"], told["stage"]) == ("created", "A", "handed_off")
    assert (told["email"], told["external_id"], told["name"]) == ("ann@x.test", "17", "Ann Ek")
    assert (told["campaign"], told["facts"]) == ("autumn-fair", {"budget": "high", "seats": "4"})
    assert Handoff.objects.get().lead_id == told["id"]
    assert Event.objects.get(kind="captured").by == cast.marketer


def test_a_known_address_adds_a_touch_and_the_same_again_changes_nothing(marketer: APIClient, now: datetime) -> None:
    one = lead("ann@x.test", now)
    sent = {"email": "ANN@x.test", "captured_at": "2026-09-17T09:00+02:00", "kind": "webinar", "phone": "+49 30 1"}
    answer = marketer.post(URL, sent)
    assert (answer.status_code, answer.json()["result"], answer.json()["id"]) == (200, "updated", one.pk)
    assert answer.json()["phone"] == "+49 30 1"
    again = marketer.post(URL, sent)
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert (Lead.objects.count(), one.touches.count()) == (1, 2)


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, []),
        ({"name": "Ann"}, []),
        ({"email": "ann"}, ["email"]),
        ({"email": "ann@x.test", "employees": "many"}, ["employees"]),
        ({"email": "ann@x.test", "employees": 10**30}, ["employees"]),
        ({"email": "ann@x.test", "employees": -1}, ["employees"]),
        ({"email": "ann@x.test", "captured_at": "soon", "kind": "dance"}, ["captured_at", "kind"]),
        ({"email": "ann@x.test", "captured_at": "0001-01-01T00:00:00+14:00"}, ["captured_at"]),
        ({"email": "ann@x.test", "source": "x" * 121}, ["source"]),
    ],
)
def test_what_a_file_would_refuse_is_refused_with_a_sentence(
    sent: dict[str, Any], fields: list[str], marketer: APIClient
) -> None:
    answer = marketer.post(URL, sent)
    assert answer.status_code == 422, answer.content
    told = answer.json()
    assert (told["code"], list(told["fields"])) == ("refused", fields)
    assert told["message"].endswith(".")
    assert Lead.objects.count() == 0


def test_two_keys_of_two_leads_are_not_guessed_at(marketer: APIClient, now: datetime) -> None:
    lead("ann@x.test", now, external_id="1")
    lead("bob@x.test", now, external_id="2")
    answer = marketer.post(URL, {"email": "ann@x.test", "external_id": "2"})
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"email": ["ann@x.test"]}, "email"),
        ({"email": True}, "email"),
        ({"email": 1.5}, "email"),
        ({"email": {}}, "email"),
        ({"email": "ann@x.test", "note": "x" * 10_001}, "note"),
        ({"email": "ann@x.test", "facts": ["a"]}, "facts"),
        ({"email": "ann@x.test", "facts": {"a": {"b": 1}}}, "facts.a"),
        ({"email": "ann@x.test", "facts": {" ": "b"}}, "facts"),
        ({"email": "ann@x.test", "facts": {f"f{n}": "x" for n in range(101)}}, "facts"),
        ({"email": "ann@x.test", "grade": "A"}, "grade"),
        ({"email": "ann@x.test", "owner": 1}, "owner"),
        ({"email": "ann@x.test", "id": 1}, "id"),
    ],
)
def test_a_wrong_shape_is_refused_by_name(sent: dict[str, Any], field: str, marketer: APIClient) -> None:
    answer = marketer.post(URL, sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.content
    assert list(answer.json()["fields"]) == [field]
    assert Lead.objects.count() == 0


def test_a_rep_may_bring_a_lead_but_learns_nothing_of_others(api: Api, cast: Cast, now: datetime) -> None:
    theirs = handoff("theirs@x.test", now, cast.other_rep).lead
    answer = api(cast.rep).post(URL, {"email": "theirs@x.test", "kind": "call"})
    assert (answer.status_code, answer.json()) == (200, {"id": theirs.pk, "result": "updated"})


@pytest.mark.parametrize("note", ["a\n\\.\nb", '"quoted", and\r\n=1+1', "ä ß 漢字 🎉 \u202eevil", "\\N", "%s {x}"])
def test_texts_are_kept_exactly(note: str, marketer: APIClient) -> None:
    answer = marketer.post(URL, {"email": "ann@x.test", "note": note})
    assert answer.status_code == 201, answer.content
    assert answer.json()["note"] == note


# --- changing one -----------------------------------------------------------------------------------------


def changed(client: APIClient, one: Lead, sent: dict[str, Any], etag: str | None = "") -> Any:
    """The answer to a change of the lead as it is now, or as it was when it had `etag`."""
    url = f"{URL}{one.pk}/"
    headers = {} if etag is None else {"If-Match": etag or client.get(url)["ETag"]}
    return client.patch(url, sent, format="json", headers=headers)


def test_fields_are_changed_and_the_new_tag_is_told(marketer: APIClient, cast: Cast, now: datetime) -> None:
    one = lead("ann@x.test", now, facts={"colour": "blue", "size": "9"})
    sent = {"job_title": "Director", "employees": 640, "phone": None, "facts": {"colour": None, "new": "1"}}
    answer = changed(marketer, one, sent)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["job_title"], told["employees"], told["facts"]) == ("Director", 640, {"size": "9", "new": "1"})
    assert answer["ETag"] == marketer.get(f"{URL}{one.pk}/")["ETag"]
    assert one.events.get(kind="edited").by == cast.marketer


def test_a_tag_is_required_and_an_old_one_is_refused(marketer: APIClient, now: datetime) -> None:
    one = lead("ann@x.test", now)
    read = marketer.get(f"{URL}{one.pk}/")["ETag"]
    assert changed(marketer, one, {"phone": "1"}, read).status_code == 200
    for etag, status, code in ((None, 428, "if_match_missing"), (read, 412, "stale")):
        answer = changed(marketer, one, {"phone": "2"}, etag)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Lead.objects.get().phone == "1"


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"grade": "A"}, 400, "grade"),
        ({"owner": 1}, 400, "owner"),
        ({"version": 7}, 400, "version"),
        ({"captured_at": "2020-01-01"}, 400, "captured_at"),
        ({"email": "nobody"}, 422, "email"),
        ({"email": "bob@x.test"}, 409, "email"),
    ],
)
def test_a_change_that_may_not_be_is_refused(
    sent: dict[str, Any], status: int, field: str, marketer: APIClient, now: datetime
) -> None:
    lead("bob@x.test", now)
    one = lead("ann@x.test", now)
    answer = changed(marketer, one, sent)
    assert (answer.status_code, list(answer.json()["fields"])) == (status, [field])
    assert not one.events.filter(kind="edited").exists()


def test_contact_is_refused_through_the_api_too(marketer: APIClient, now: datetime) -> None:
    one = lead("ann@x.test", now)
    assert changed(marketer, one, {"do_not_contact": True}).json()["do_not_contact"] is True
    assert changed(marketer, one, {"do_not_contact": False}).json()["do_not_contact"] is False
    told = marketer.post(URL, {"email": "bob@x.test", "do_not_contact": True}).json()
    assert (told["result"], told["do_not_contact"]) == ("created", True)


def test_another_team_changes_nothing(api: Api, cast: Cast, now: datetime) -> None:
    one = handoff("ann@x.test", now, cast.rep).lead
    assert changed(api(cast.other_rep), one, {"phone": "1"}, "*").status_code == 404
    assert changed(api(cast.mate), one, {"phone": "1"}).status_code == 200


def test_somebody_erased_comes_back_by_a_new_enquiry(marketer: APIClient, cast: Cast, now: datetime) -> None:
    one = lead("ann@x.test", now)
    erase_person(one, why="asked", by=cast.admin, at=now)
    answer = marketer.post(URL, {"email": "ann@x.test", "kind": "quote"})
    assert (answer.status_code, answer.json()["id"] != one.pk) == (201, True)
