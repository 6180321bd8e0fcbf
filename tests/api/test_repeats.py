"""A POST with an Idempotency-Key is done once, however often and however fast it is sent."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import KeptAnswer
from accounts.repeating import tidy
from campaigns.models import Campaign
from feedback.models import Outcome
from leads.models import Event, Lead, Touch
from leads.privacy import erase_person
from tests.alignment.processes import until
from tests.api.conftest import Api
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
URL, ANN = "/api/v1/leads/", {"email": "ann@x.test", "kind": "quote"}
THREADS = 20


def post(client: APIClient, sent: Any = ANN, key: str = "one", url: str = URL) -> Any:
    return client.post(url, sent, headers={"Idempotency-Key": key})


@pytest.fixture
def marketer(api: Api, cast: Cast) -> APIClient:
    return api(cast.marketer)


def test_the_same_again_is_answered_the_same_and_done_once(marketer: APIClient) -> None:
    first, second = post(marketer), post(marketer)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert (second["Content-Type"], second["Cache-Control"]) == (first["Content-Type"], first["Cache-Control"])
    assert (Lead.objects.count(), Touch.objects.count(), Event.objects.filter(kind="captured").count()) == (1, 1, 1)


def test_its_headers_are_those_of_the_first_answer(marketer: APIClient) -> None:
    first, second = (post(marketer, {"name": "Fair"}, url="/api/v1/campaigns/") for _twice in range(2))
    assert (second.status_code, second["ETag"], second.content) == (201, first["ETag"], first.content)


def test_without_a_key_nothing_is_kept(marketer: APIClient) -> None:
    marketer.post(URL, ANN)
    assert not KeptAnswer.objects.exists()


def test_sales_answers_once(api: Api, cast: Cast) -> None:
    made, client = handoff("ann@x.test", timezone.now(), cast.rep), api(cast.rep)
    for url, sent in (
        (f"handoffs/{made.pk}/responses/", {"kind": "call"}),
        (f"handoffs/{made.pk}/verdicts/", {"verdict": "accepted"}),
        (f"leads/{made.lead_id}/outcomes/", {"kind": "won"}),
    ):
        first, second = (post(client, sent, url=f"/api/v1/{url}") for _twice in range(2))
        assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert (Outcome.objects.count(), made.responses.count(), KeptAnswer.objects.count()) == (1, 2, 3)


def test_another_body_is_refused(marketer: APIClient) -> None:
    post(marketer)
    answer = post(marketer, {"email": "bob@x.test"})
    assert (answer.status_code, answer.json()["code"]) == (422, "another_body")
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ö", "a\tb"])
def test_a_key_is_visible_and_short(key: str, marketer: APIClient) -> None:
    answer = post(marketer, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_key")
    assert not Lead.objects.exists()


def test_others_and_other_addresses_may_use_the_same_key(api: Api, cast: Cast, marketer: APIClient) -> None:
    post(marketer)
    assert post(api(cast.marketer)).json()["result"] != "created"
    assert "Idempotency-Replayed" not in post(marketer, {"name": "Fair"}, url="/api/v1/campaigns/")
    signed_in = APIClient()
    signed_in.force_login(cast.admin)
    assert "Idempotency-Replayed" not in post(signed_in)
    assert "Idempotency-Replayed" in post(signed_in)


def test_a_refusal_is_not_kept_and_leaves_nothing(marketer: APIClient) -> None:
    for email, known in (("ann@x.test", "7"), ("bob@x.test", "8")):
        assert post(marketer, {"email": email, "external_id": known}, key=known).status_code == 201
    clash = {"email": "ann@x.test", "external_id": "8", "campaign": "New fair"}
    answer = post(marketer, clash)
    assert (answer.status_code, answer.json()["code"], KeptAnswer.objects.count()) == (422, "refused", 2)
    assert marketer.post(URL, clash).status_code == 422
    assert not Campaign.objects.exists()
    assert post(marketer, {**clash, "external_id": "7"}).json()["result"] == "updated"


def test_what_was_done_a_day_ago_is_done_anew_and_forgotten(marketer: APIClient) -> None:
    now = timezone.now()
    post(marketer)
    KeptAnswer.objects.update(at=now - timedelta(hours=24, seconds=1))
    assert post(marketer).json()["result"] == "updated"
    KeptAnswer.objects.update(at=now - timedelta(hours=24))
    post(marketer, key="two")
    assert (tidy(now=now), tidy(now=now)) == (1, 0)
    assert KeptAnswer.objects.count() == 1


def test_who_is_erased_comes_back_by_no_repeat(marketer: APIClient, cast: Cast) -> None:
    post(marketer)
    erase_person(Lead.objects.get(), why="asked", by=cast.admin, at=timezone.now())
    assert not KeptAnswer.objects.filter(answer__contains="ann").exists()
    answer = post(marketer)
    assert (answer.status_code, answer.json()["code"]) == (409, "answer_erased")
    assert Lead.objects.count() == 1


# --- at the same moment, and when the database goes away -------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_at_once_make_one_lead_and_a_crash_leaves_nothing(api: Api, cast: Cast) -> None:
    secret = api(cast.marketer)._credentials  # type: ignore[attr-defined]
    gate, answers = threading.Barrier(THREADS), []

    def send(*, together: bool = True) -> None:
        client = APIClient(raise_request_exception=False)
        client.credentials(**secret)
        try:
            if together:
                gate.wait()
            answers.append(post(client))
        finally:
            connections.close_all()

    def at_once() -> None:
        threads = [threading.Thread(target=send) for _n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    at_once()
    found = Counter(answer.status_code for answer in answers)
    assert set(found) <= {201, 409}
    assert found[201] >= 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"still_running"}
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    assert (Lead.objects.count(), Touch.objects.count(), KeptAnswer.objects.count()) == (1, 1, 1)

    # The first answer never came: its session died before the commit, while it waited for somebody else's row.
    answers.clear()
    KeptAnswer.objects.all().delete()
    with transaction.atomic():
        Lead.objects.select_for_update().get()
        waiting = threading.Thread(target=send, kwargs={"together": False})
        waiting.start()
        assert until(lambda: _waiting(), seconds=10)
        assert post_once(secret).json()["code"] == "still_running"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
    waiting.join()
    assert answers[0].status_code >= 500
    assert (Touch.objects.count(), KeptAnswer.objects.count()) == (1, 0)
    assert post_once(secret).json()["result"] == "updated"
    assert (Touch.objects.count(), KeptAnswer.objects.count()) == (2, 1)


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def post_once(secret: dict[str, Any]) -> Any:
    """A request over a connection of its own."""
    answers: list[Any] = []

    def send() -> None:
        client = APIClient()
        client.credentials(**secret)
        answers.append(post(client))
        connections.close_all()

    thread = threading.Thread(target=send)
    thread.start()
    thread.join()
    return answers[0]
