"""What integrators need beside leads and campaigns: the doors and verbs are those of the pages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from campaigns.models import Campaign
from feedback.models import Comment, Reason
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from imports.models import Import
from imports.running import go_on
from leads.models import Event, Handoff, Lead, Touch
from reviews.planning import add_line
from tests.api.conftest import Api
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
DAY = timedelta(days=1)


@pytest.fixture
def made(cast: Cast, now: datetime) -> Handoff:
    return handoff("ann@firm.test", now - DAY, cast.rep, campaign="Fair", organisation="Firm")


@pytest.fixture
def marketer(api: Api, cast: Cast) -> APIClient:
    return api(cast.marketer)


@pytest.fixture
def rep(api: Api, cast: Cast) -> APIClient:
    return api(cast.rep)


def rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.json().keys() == {"code", "message", "fields"}
    return answer.status_code, answer.json()["code"]


def test_one_handoff_is_told_as_in_the_list(rep: APIClient, made: Handoff) -> None:
    assert rep.get(f"{V1}handoffs/{made.pk}/").json() == rows(rep.get(f"{V1}handoffs/"))[0]


# --- touches --------------------------------------------------------------------------------------


def test_a_touch_is_written_down_and_told(marketer: APIClient, made: Handoff, now: datetime) -> None:
    url = f"{V1}leads/{made.lead_id}/touches/"
    sent = {"kind": "visit", "campaign": "fair", "at": (now - timedelta(hours=1)).isoformat(), "note": "Stand 7"}
    answer = marketer.post(url, sent)
    assert (answer.status_code, answer.json()["campaign"], answer.json()["note"]) == (201, "fair", "Stand 7")
    assert [row["kind"] for row in rows(marketer.get(url))] == ["visit", "quote"]
    assert Event.objects.filter(kind="touched").count() == 1
    assert refusal(marketer.post(url, sent)) == (409, "told_already")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, (400, "invalid")),
        ({"kind": "dream"}, (422, "unknown_kind")),
        ({"kind": "visit", "campaign": "none"}, (400, "invalid")),
        ({"kind": "visit", "campaign": 7}, (400, "invalid")),
        ({"kind": "visit", "at": "2999-01-01T00:00Z"}, (422, "in_future")),
        ({"kind": "visit", "lead": 1}, (400, "invalid")),
    ],
)
def test_a_touch_that_is_none_is_refused(sent: Any, said: Any, marketer: APIClient, made: Handoff) -> None:
    assert refusal(marketer.post(f"{V1}leads/{made.lead_id}/touches/", sent)) == said
    assert Touch.objects.count() == 1


# --- what happens to a lead beside answers --------------------------------------------------------


def test_a_handoff_is_passed_on_and_given_to_another(rep: APIClient, api: Api, made: Handoff, cast: Cast) -> None:
    url = f"{V1}handoffs/{made.pk}/transfers/"
    assert refusal(rep.post(url, {"rep": cast.mate.pk})) == (422, "why_missing")
    assert refusal(rep.post(url, {"rep": cast.other_rep.pk, "why": "x"})) == (422, "not_a_mate")
    assert refusal(rep.post(url, {"rep": 99_999, "why": "x"})) == (400, "invalid")
    assert rep.post(url, {"rep": cast.mate.pk, "why": "Speaks French"}).json()["rep"]["id"] == cast.mate.pk
    assert refusal(rep.post(url, {"why": "Not mine"})) == (403, "not_yours")
    # Whoever is next in turn gets what is handed back.
    assert api(cast.mate).post(url, {"why": "Too many"}).json()["rep"]["id"] != cast.mate.pk
    given = api(cast.sales_manager).post(url, {"rep": cast.other_rep.pk})
    assert (given.status_code, given.json()["rep"]["id"]) == (200, cast.other_rep.pk)
    assert list(Event.objects.filter(handoff=made).values_list("by", flat=True).order_by("pk"))[-3:] == [
        cast.rep.pk, cast.mate.pk, cast.sales_manager.pk,
    ]  # fmt: skip


def test_a_lead_is_pulled_back_graded_and_marked(marketer: APIClient, rep: APIClient, made: Handoff) -> None:
    url = f"{V1}leads/{made.lead_id}/"
    assert refusal(marketer.post(f"{url}pull-backs/", {})) == (422, "why_missing")
    back = marketer.post(f"{url}pull-backs/", {"why": "Called off"})
    assert (back.status_code, back.json()["closed_at"] is not None) == (200, True)
    assert refusal(marketer.post(f"{url}pull-backs/", {"why": "Called off"})) == (409, "not_with_sales")
    assert refusal(marketer.post(f"{url}grades/", {"grade": "A", "reason": "x"})) == (409, "same_grade")
    assert refusal(marketer.post(f"{url}grades/", {"grade": "Z", "reason": "x"})) == (422, "no_grade")
    assert marketer.post(f"{url}grades/", {"grade": "C", "reason": "Small"}).json()["grade"] == "C"
    assert refusal(rep.post(f"{url}marks/", {"kept_out": "dull"})) == (422, "unknown_mark")
    assert rep.post(f"{url}marks/", {"kept_out": "spam"}).json()["kept_out"] == "spam"
    assert rep.post(f"{url}marks/", {"kept_out": ""}).json()["kept_out"] == ""


# --- people, teams, organisations, the definition -------------------------------------------------


def test_people_and_teams_are_listed_for_whoever_names_them_by_id(rep: APIClient, cast: Cast) -> None:
    User.objects.create(name="Only in a file", side="sales", is_active=False)
    found = {row["name"]: row for row in rows(rep.get(f"{V1}people/?side=sales"))}
    assert set(found) == {"Rep", "Mate", "Other Rep", "Sales Manager"}
    assert found["Rep"]["team"]["name"] == "North"
    assert "password" not in found["Rep"]
    (one,) = rows(rep.get(f"{V1}people/?email={cast.mate.email.upper() if cast.mate.email else ''}"))
    assert rep.get(f"{V1}people/{one['id']}/").json() == one
    assert [row["name"] for row in rows(rep.get(f"{V1}teams/"))] == ["North", "South"]
    assert rows(rep.get(f"{V1}people/?is_active=false")) == []


def test_an_organisation_is_found_and_changed_by_the_version_that_was_read(
    marketer: APIClient, rep: APIClient, api: Api, made: Handoff, cast: Cast
) -> None:
    (found,) = rows(rep.get(f"{V1}organisations/?q=firm&is_target=false"))
    assert rows(api(cast.other_rep).get(f"{V1}organisations/")) == []
    url = f"{V1}organisations/{found['id']}/"
    read = marketer.get(url)
    sent = {"industry": "Mining", "employees": 70, "owner": cast.rep.pk, "country": None}
    changed = marketer.patch(url, sent, headers={"If-Match": read["ETag"]})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    told = changed.json()
    assert (told["industry"], told["employees"], told["owner"]["id"]) == ("Mining", 70, cast.rep.pk)
    assert refusal(marketer.patch(url, sent, headers={"If-Match": read["ETag"]})) == (412, "stale")
    wrong = marketer.patch(url, {"employees": "many"}, headers={"If-Match": "*"})
    assert (*refusal(wrong), list(wrong.json()["fields"])) == (422, "refused", ["employees"])
    assert refusal(rep.patch(url, sent, headers={"If-Match": "*"})) == (403, "not_yours")


def test_the_definition_tells_its_criteria_and_where_grades_start(rep: APIClient) -> None:
    told = rep.get(f"{V1}definitions/current/").json()
    assert told["thresholds"] == {"A": 70, "B": 45, "C": 20}
    assert {row["kind"] for row in told["criteria"]} == {"fit", "engagement"}
    assert rep.get(f"{V1}definitions/{told['version']}/").json() == told
    assert rows(rep.get(f"{V1}definitions/")) == [told]
    for version in ("0", "99", "x", "9" * 5000):
        assert refusal(rep.get(f"{V1}definitions/{version}/")) == (404, "not_found")


# --- what both sides say --------------------------------------------------------------------------


def test_marketing_asks_back_and_sales_replies(marketer: APIClient, rep: APIClient, made: Handoff, cast: Cast) -> None:
    url = f"{V1}handoffs/{made.pk}/comments/"
    assert refusal(marketer.post(url, {"kind": "thanks"})) == (422, "not_answered")
    respond(made, by=cast.rep, kind="call")
    assert marketer.post(url, {"kind": "thanks"}).status_code == 201
    assert refusal(marketer.post(url, {"kind": "thanks"})) == (409, "thanked")
    assert marketer.post(url, {"kind": "question", "text": "Which plant?"}).status_code == 201
    assert refusal(rep.post(url, {"kind": "question", "text": "Why?"})) == (403, "not_marketing")
    assert refusal(rep.post(url, {"kind": "reply", "text": " "})) == (422, "text_missing")
    assert refusal(rep.post(url, {"kind": "shout", "text": "x"})) == (400, "invalid")
    assert rep.post(url, {"kind": "reply", "text": "The one in Lyon"}).json()["by"]["id"] == cast.rep.pk
    assert [row["kind"] for row in rows(rep.get(url))] == ["thanks", "question", "reply"]
    assert Comment.objects.count() == 3


def test_adjustments_tell_what_came_of_a_reason(rep: APIClient, made: Handoff, cast: Cast, now: datetime) -> None:
    from feedback.adjusting import open_adjustment

    reason = Reason.objects.get(key="too_small")
    give_verdict(made, Judgement(verdict="rejected", reason=reason), by=cast.rep, at=now)
    facts = {"group": reason.group, "reason": reason, "owner": cast.marketer, "by": cast.marketer}
    due = (now + 9 * DAY).date()
    opened = open_adjustment(Campaign.objects.get(), title="Ask the size", due_on=due, at=now, **facts)
    (row,) = rows(rep.get(f"{V1}adjustments/?state=open&campaign=fair&owner={cast.marketer.pk}"))
    assert (row["id"], row["reason"], row["state"]) == (opened.pk, "too_small", "open")
    told = rep.get(f"{V1}adjustments/{opened.pk}/").json()
    assert row.items() <= told.items()
    assert (told["before"], told["after"], told["effect"]) == ({"numerator": 1, "denominator": 1}, None, None)
    assert rows(rep.get(f"{V1}adjustments/?state=done")) == []
    assert rep.get(f"{V1}adjustments/?state=odd").status_code == 400


def test_the_plan_of_a_quarter_is_told(rep: APIClient, made: Handoff, cast: Cast, now: datetime) -> None:
    assert rep.get(f"{V1}reviews/2026-Q3/plan/").json()["lines"] == []
    line = {"campaign": Campaign.objects.get(), "budget": 1200, "owner": cast.marketer}
    add_line("2026-Q3", line, by=cast.sales_manager, at=now)
    told = rep.get(f"{V1}reviews/2026-Q3/plan/").json()
    assert (told["quarter"], told["given"], told["currency"]) == ("2026-Q4", None, "EUR")
    assert [(row["campaign"], row["budget"]) for row in told["lines"]] == [("fair", "1200.00")]


def test_campaigns_are_filtered_as_on_the_page(rep: APIClient, cast: Cast) -> None:
    begun, over = {"starts_on": "2020-01-01"}, {"ends_on": "2020-01-01"}
    for code, channel, facts in (("a", "event", begun), ("b", "email", over)):
        Campaign.objects.create(code=code, name=code.upper(), channel=channel, owner=cast.marketer, **facts)

    def found(asked: str) -> list[str]:
        return [row["code"] for row in rows(rep.get(f"{V1}campaigns/?{asked}"))]

    assert (found("channel=event"), found("status=ended"), found("q=B")) == (["a"], ["b"], ["b"])
    assert found(f"status=running&owner={cast.marketer.pk}") == ["a"]
    assert rep.get(f"{V1}campaigns/?status=odd").status_code == 400


# --- files ----------------------------------------------------------------------------------------


def sent_file(client: APIClient, text: str, **fields: Any) -> Any:
    file = SimpleUploadedFile("fair.csv", text.encode())
    return client.post(f"{V1}imports/", {"kind": "leads", "file": file, **fields}, format="multipart")


def test_a_file_is_sent_loaded_and_asked_about(marketer: APIClient, cast: Cast, now: datetime) -> None:
    text = "email,name\nann@x.test,Ann\nnobody,Bob\n"
    answer = sent_file(marketer, text, campaign="Autumn fair")
    assert (answer.status_code, answer.json()["state"], answer.json()["total"]) == (201, "running", 2), answer.json()
    run = Import.objects.get()
    go_on(run.pk, at=now, seconds=60)
    read = marketer.get(f"{V1}imports/{run.pk}/")
    told = read.json()
    assert (told["state"], told["rows"], told["created"], told["refused"]) == ("done", 2, 1, 1)
    (refused,) = rows(marketer.get(f"{V1}imports/{run.pk}/refused/"))
    assert (refused["number"], refused["values"]) == (3, ["nobody", "Bob"])
    assert "nobody" in refused["sentence"] or "e-mail" in refused["sentence"]
    assert Lead.objects.get().campaign.name == "Autumn fair"  # type: ignore[union-attr]
    assert [row["id"] for row in rows(marketer.get(f"{V1}imports/?kind=leads&state=done"))] == [run.pk]


def test_a_file_that_can_not_be_loaded_leaves_nothing(marketer: APIClient, rep: APIClient) -> None:
    text = "email,captured_at\nann@x.test,03/04/2026\n"
    assert refusal(sent_file(marketer, text)) == (422, "unanswered")
    assert refusal(sent_file(marketer, text, kind="dreams")) == (422, "no_such_kind")
    assert refusal(sent_file(marketer, text, kind="outcomes", campaign="x")) == (422, "no_such_column")
    assert refusal(sent_file(rep, text)) == (403, "may_not_load")
    assert refusal(marketer.post(f"{V1}imports/", {"kind": "leads"}, format="multipart")) == (400, "invalid")
    assert refusal(marketer.post(f"{V1}imports/", {"kind": "leads"})) == (415, "unsupported_media_type")
    assert Import.objects.count() == 0
    assert sent_file(marketer, text, day_first="true").status_code == 201
