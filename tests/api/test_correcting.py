"""Verdicts and outcomes are corrected through the API by whoever has read their latest version."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from feedback.models import Outcome, Reason, Verdict
from feedback.outcomes import record_outcome
from feedback.verdicts import Judgement, give_verdict
from leads.models import Event
from tests.api.conftest import Api
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def verdict(cast: Cast) -> Verdict:
    made = handoff("ann@x.test", datetime.now(UTC) - 2 * DAY, cast.rep)
    said = Judgement(verdict="rejected", reason=Reason.objects.get(key="too_small"), note="Ten people")
    return give_verdict(made, said, by=cast.rep)


@pytest.fixture
def outcome(cast: Cast) -> Outcome:
    made = handoff("bob@x.test", datetime.now(UTC) - 2 * DAY, cast.rep)
    return record_outcome(made.lead, by=cast.rep, kind="opportunity")


@pytest.fixture
def rep(api: Api, cast: Cast) -> APIClient:
    return api(cast.rep)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_verdict_is_changed_with_the_tag_it_was_read_with(rep: APIClient, verdict: Verdict) -> None:
    url = f"/api/v1/handoffs/{verdict.handoff_id}/verdict/"
    read = rep.get(url)
    assert (read.status_code, read["ETag"][:3], read.json()["reason"]) == (200, '"1-', "too_small")
    sent = {"reason": "wrong_region", "grade_opinion": "too_high"}
    answer = rep.patch(url, sent, headers={"If-Match": read["ETag"]})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    told = answer.json()
    assert (told["verdict"], told["reason"], told["note"], told["grade_opinion"]) == (
        "rejected", "wrong_region", "Ten people", "too_high",
    )  # fmt: skip
    assert Event.objects.filter(kind="verdict_corrected").count() == 1
    assert code(rep.patch(url, sent, headers={"If-Match": read["ETag"]})) == (412, "stale")
    assert code(rep.patch(url, sent)) == (428, "if_match_missing")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"verdict": "perhaps"}, (422, "unknown_verdict")),
        ({"reason": None}, (422, "reason_missing")),
        ({"reason": "because"}, (422, "unknown_reason")),
        ({"verdict": "nurture"}, (422, "wake_up_missing")),
        ({"at": "2026-01-01T00:00Z"}, (400, "invalid")),
        ({"by": 1}, (400, "invalid")),
    ],
)
def test_a_correction_that_is_none_is_refused(
    rep: APIClient, verdict: Verdict, sent: dict[str, Any], said: tuple[int, str]
) -> None:
    url = f"/api/v1/handoffs/{verdict.handoff_id}/verdict/"
    assert code(rep.patch(url, sent, headers={"If-Match": "*"})) == said
    verdict.refresh_from_db()
    assert verdict.version == 1


@pytest.mark.parametrize("who", ["mate", "marketer", "marketing_manager"])
def test_nobody_else_corrects(api: Api, cast: Cast, verdict: Verdict, outcome: Outcome, who: str) -> None:
    client, any_version = api(cast.everybody[who]), {"If-Match": "*"}
    for url in (f"/api/v1/handoffs/{verdict.handoff_id}/verdict/", f"/api/v1/outcomes/{outcome.pk}/"):
        assert code(client.patch(url, {"note": "x"}, headers=any_version)) == (403, "not_yours")


def test_an_outcome_is_changed_and_the_stage_follows(rep: APIClient, outcome: Outcome) -> None:
    url = f"/api/v1/outcomes/{outcome.pk}/"
    day = (datetime.now(UTC) + 30 * DAY).date().isoformat()
    answer = rep.patch(url, {"amount": "900.50", "expected_on": day}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["amount"], answer.json()["expected_on"], answer["ETag"]) == ("900.50", day, '"2"')
    lost = {"kind": "lost", "reason": "competitor", "competitor": "Acme"}
    told = rep.patch(url, lost, headers={"If-Match": '"2"'}).json()
    assert (told["kind"], told["competitor"], told["expected_on"]) == ("lost", "Acme", None)
    assert rep.get(f"/api/v1/leads/{outcome.lead_id}/").json()["stage"] == "lost"
    assert code(rep.patch(url, lost, headers={"If-Match": '"2"'})) == (412, "stale")


def test_answers_and_outcomes_take_what_they_may_say(rep: APIClient, cast: Cast) -> None:
    late = handoff("eve@x.test", datetime.now(UTC) - 9 * DAY, cast.rep)
    answer = rep.post(f"/api/v1/handoffs/{late.pk}/responses/", {"kind": "call", "excuse": "absent"})
    assert (answer.status_code, answer.json()["excuse"]) == (201, "absent")
    other = handoff("tom@x.test", datetime.now(UTC) - 9 * DAY, cast.rep)
    url = f"/api/v1/handoffs/{other.pk}/verdicts/"
    assert code(rep.post(url, {"verdict": "accepted", "excuse": "rain"})) == (422, "unknown_excuse")
    assert rep.post(url, {"verdict": "accepted", "excuse": "forgot"}).status_code == 201
    assert other.responses.get().excuse == "forgot"
    sent = {"kind": "lost", "reason": "competitor", "competitor": "Acme"}
    answer = rep.post(f"/api/v1/leads/{other.lead_id}/outcomes/", sent)
    assert (answer.status_code, answer.json()["competitor"]) == (201, "Acme")
