"""Decisions and diagnoses of a meeting: written once, corrected by the version that was seen, never silently over."""

from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Change
from accounts.quarters import quarter_named
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Outcome
from reviews.deciding import decide, follow_rules, overrule, take_back
from reviews.models import Decision, Review
from reviews.signing import freeze
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
KEY = "2026-Q3"
DAY = timedelta(days=1)


@pytest.fixture
def fair(cast: Cast) -> Campaign:
    return Campaign.objects.create(code="fair", name="Fair")


def facts(cast: Cast, **others: Any) -> dict[str, Any]:
    return {"kind": "fix", "rationale": "Ask the budget", "owner": cast.marketer, **others}


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def test_a_decision_is_written_changed_and_taken_back(cast: Cast, fair: Campaign, now: datetime) -> None:
    aim = {"figure": "accepted", "hoped": Decimal("0.6")}
    made = decide(KEY, fair, facts(cast, **aim), version=0, by=cast.sales_manager, at=now)
    assert (made.kind, made.hoped, made.by, made.version) == ("fix", Decimal("0.6"), cast.sales_manager, 1)
    changed = decide(KEY, fair, facts(cast, kind="keep"), version=1, by=cast.marketing_manager, at=now + DAY)
    assert (changed.kind, changed.figure, changed.hoped) == ("keep", "", None)
    assert (changed.by, changed.at) == (cast.marketing_manager, now + DAY)
    back = take_back(KEY, fair, version=2, by=cast.admin, at=now)
    assert (back.kind, back.version) == ("", 3)
    told = Change.objects.filter(what="reviews.decision").order_by("pk").values_list("act", "by")
    assert list(told) == [
        ("added", cast.sales_manager.pk), ("changed", cast.marketing_manager.pk), ("changed", cast.admin.pk),
    ]  # fmt: skip
    assert decide(KEY, fair, facts(cast), version=3, by=cast.admin, at=now).kind == "fix"


def test_the_same_again_changes_nothing(cast: Cast, fair: Campaign, now: datetime) -> None:
    decide(KEY, fair, facts(cast), version=0, by=cast.sales_manager, at=now)
    again = decide(KEY, fair, facts(cast), version=1, by=cast.admin, at=now + DAY)
    assert (again.by, again.at, again.version) == (cast.sales_manager, now, 1)
    assert Change.objects.filter(what="reviews.decision").count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "sell"}, "bad_value"), ({"rationale": " "}, "bad_value"), ({"figure": "accepted"}, "bad_value"),
        ({"hoped": Decimal(1)}, "bad_value"), ({"figure": "luck", "hoped": Decimal(1)}, "no_such_figure"),
        ({"figure": "won", "hoped": Decimal(10) ** 13}, "bad_value"),
    ],
)  # fmt: skip
def test_what_is_no_decision_leaves_nothing(
    wrong: dict[str, Any], code: str, cast: Cast, fair: Campaign, now: datetime
) -> None:
    assert refused(decide, KEY, fair, facts(cast, **wrong), version=0, by=cast.admin, at=now) == code
    assert not Decision.objects.exists()


def test_only_managers_decide_and_nobody_once_it_is_signed(cast: Cast, fair: Campaign, now: datetime) -> None:
    for by in (cast.rep, cast.marketer):
        assert refused(decide, KEY, fair, facts(cast), version=0, by=by, at=now) == "not_yours"
        assert refused(overrule, KEY, fair, "working", "Ours", version=0, by=by, at=now) == "not_yours"
    Review.objects.create(quarter="2026-Q2", status="signed", opened_at=now, signed_at=now)
    assert refused(decide, "2026-Q2", fair, facts(cast), version=0, by=cast.admin, at=now) == "signed"


def test_abandoning_what_still_matures_is_asked_about(cast: Cast, fair: Campaign, now: datetime) -> None:
    made = handoff("ann@x.test", now - 5 * DAY, cast.rep, campaign="fair")
    gone = facts(cast, kind="abandon")
    assert refused(decide, KEY, fair, gone, version=0, by=cast.admin, at=now) == "still_maturing"
    assert decide(KEY, fair, gone | {"confirmed": True}, version=0, by=cast.admin, at=now).kind == "abandon"
    # Where wins take two days, five are enough.
    type(made.lead).objects.filter(pk=made.lead_id).update(captured_at=now - 5 * DAY)
    Outcome.objects.bulk_create(
        Outcome(lead=made.lead, kind="won", at=now - 3 * DAY + timedelta(seconds=n)) for n in range(20)
    )
    assert take_back(KEY, fair, version=1, by=cast.admin, at=now).version == 2
    assert decide(KEY, fair, gone, version=2, by=cast.admin, at=now).kind == "abandon"


def test_a_diagnosis_is_overruled_with_a_note_and_left_to_the_rules_again(
    cast: Cast, fair: Campaign, now: datetime
) -> None:
    assert refused(overrule, KEY, fair, "bad luck", "It rained", version=0, by=cast.admin, at=now)
    assert refused(overrule, KEY, fair, "working", " ", version=0, by=cast.admin, at=now) == "bad_value"
    made = overrule(KEY, fair, "too_few_leads", "It rained", version=0, by=cast.admin, at=now)
    assert (made.diagnosis, made.note) == ("too_few_leads", "It rained")
    assert refused(follow_rules, KEY, fair, version=0, by=cast.admin, at=now) == "gone"
    assert refused(follow_rules, KEY, fair, version=7, by=cast.admin, at=now) == "stale"
    assert follow_rules(KEY, fair, version=1, by=cast.admin, at=now).diagnosis == ""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_at_once_have_one_winner(cast: Cast, fair: Campaign, now: datetime) -> None:
    gate, said = Barrier(2), []

    def write(kind: str) -> None:
        gate.wait()
        try:
            said.append(decide(KEY, fair, facts(cast, kind=kind), version=0, by=cast.admin, at=now).kind)
        except DomainError as error:
            said.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=write, args=[kind]) for kind in ("fix", "keep")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) in (["fix", "stale"], ["keep", "stale"])
    assert Decision.objects.count() == 1


def test_the_page_shows_diagnosis_and_decision(client: Client, cast: Cast, now: datetime) -> None:
    handoff("ann@x.test", now - DAY, cast.rep, campaign="fair")
    fair = Campaign.objects.get(code="fair")
    page = f"/reviews/{KEY}/decisions/fair/"
    client.force_login(cast.sales_manager)
    sent = {"kind": "fix", "rationale": "Ask the budget", "owner": cast.marketer.pk, "version": 0}
    empty = client.post(page, sent | {"rationale": ""})
    assert (empty.status_code, Decision.objects.count()) == (422, 0)
    aim = {"figure": "accepted", "hoped": "62.5"}
    assert client.post(page, sent | aim).status_code == 302
    assert Decision.objects.get().hoped == Decimal("0.625")
    assert 'value="62.5"' in client.get(page).content.decode()
    shown = client.get(f"/reviews/{KEY}/").content.decode()
    assert "Too few to judge" in shown
    assert "Ask the budget" in shown
    stale = client.post(page, sent | {"rationale": "Something else"})
    assert (stale.status_code, "Now it says: Ask the budget" in stale.content.decode()) == (409, True)
    overrule(KEY, fair, "working", "We know them", version=0, by=cast.admin, at=now)
    assert "We know them" in client.get(f"/reviews/{KEY}/").content.decode()
    assert client.post(f"{page}removals/", {"version": 1}).status_code == 302
    assert "Ask the budget" not in client.get(f"/reviews/{KEY}/").content.decode()


def test_what_others_write_is_shown_to_whoever_has_the_page_open(client: Client, cast: Cast, fair: Campaign) -> None:
    at = timezone.now()
    key = Review.objects.create(quarter=KEY, opened_at=at).quarter
    client.force_login(cast.rep)
    since = f"/reviews/{key}/decisions/?since={(at - timedelta(seconds=5)).isoformat().replace('+00:00', 'Z')}"
    assert client.get(since).status_code == 204
    assert client.get(f"/reviews/{key}/decisions/?since=yesterday").status_code == 204
    decide(KEY, fair, facts(cast), version=0, by=cast.admin, at=at)
    news = client.get(since)
    assert news.status_code == 200
    assert 'id="decision-fair" hx-swap-oob="true"' in news.content.decode()
    assert "wrote about Fair" in news.content.decode()
    assert "Change" not in news.content.decode()


def test_campaigns_of_the_quarter_stand_there_before_their_first_lead(
    client: Client, cast: Cast, now: datetime
) -> None:
    handoff("ann@x.test", now - DAY, cast.rep, campaign="with leads")
    days = {
        "runs": (-100, 1),
        "comes": (3, 9),
        "past": (-300, -90),
        "later": (60, 90),
        "stopped": (-2, 9),
        "said": (-300, -200),
    }
    for code, (first, last) in days.items():
        dates = {"starts_on": (now + first * DAY).date(), "ends_on": (now + last * DAY).date()}
        Campaign.objects.create(code=code, name=f"Campaign {code}", **dates)
    Campaign.objects.filter(code="stopped").update(set_status="abandoned", status_why="No budget")
    for code in ("comes", "said"):
        decide(KEY, Campaign.objects.get(code=code), facts(cast, kind="keep"), version=0, by=cast.admin, at=now)
    client.force_login(cast.sales_manager)
    with time_machine.travel(now, tick=False):
        lines = client.get(f"/reviews/{KEY}/").context["campaigns"]
        told = client.get(f"/api/v1/reviews/{KEY}/").json()["campaigns"]
        ahead = client.get("/reviews/2026-Q4/").content.decode()
    assert [(line.about.code, line.status) for line in lines] == [
        ("with-leads", ""), ("runs", "running"), ("comes", "planned"), ("said", ""),
    ]  # fmt: skip
    assert [line.told.is_decided for line in lines] == [False, False, True, True]
    assert lines[1].values["leads"].value == 0
    assert [line["code"] for line in told] == [line.about.code for line in lines]
    assert ("Campaign later" in ahead, "Campaign runs" in ahead, "Decide" in ahead) == (True, False, True)
    client.force_login(cast.rep)
    end = quarter_named(KEY).end
    review = Review.objects.get(quarter=KEY)
    freeze(KEY, version=review.version, by=cast.marketing_manager, at=end)
    kept = client.get(f"/reviews/{KEY}/").context["campaigns"]
    assert [line.about.code for line in kept] == [line.about.code for line in lines]
    assert ("planned" in {line.status for line in kept}, kept[1].values["leads"].value) == (False, 0)
