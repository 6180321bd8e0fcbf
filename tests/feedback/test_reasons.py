"""The shared list of reasons: kept by managers of both sides, with a row for each change."""

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Change
from common.errors import DomainError
from feedback.models import Reason
from feedback.reasons import add_reason, change_reason, move_reason, offer_reason
from feedback.verdicts import Judgement, give_verdict
from leads.models import Handoff
from tests.cast import Cast, handoff, make_cast

pytestmark = pytest.mark.django_db
FACTS = {"label": "No travel budget", "group": "no_compelling_need", "needs_note": False}


def of(key: str) -> Reason:
    return Reason.objects.get(key=key)


def facts_of(reason: Reason, **anew: Any) -> dict[str, Any]:
    return {"label": reason.label, "group": reason.group, "needs_note": reason.needs_note, **anew}


def lines(*names: str) -> list[tuple[Any, ...]]:
    return list(Change.objects.filter(what="feedback.reason").values_list(*names))


def offered(group: str) -> list[str]:
    return list(Reason.objects.filter(group=group, is_active=True).values_list("key", flat=True))


@pytest.mark.parametrize("who", ["sales_manager", "marketing_manager", "admin"])
def test_managers_of_both_sides_add_a_reason_as_the_last_of_its_group(cast: Cast, now: datetime, who: str) -> None:
    made = add_reason(FACTS, by=cast.everybody[who])
    assert (made.key, offered("no_compelling_need")[-1]) == ("no_travel_budget", "no_travel_budget")
    assert lines("object_id", "act", "by") == [(made.pk, "added", cast.everybody[who].pk)]


def test_its_key_is_its_own_and_stays_when_the_name_changes(cast: Cast, now: datetime) -> None:
    boss = cast.sales_manager
    first = add_reason({**FACTS, "label": "Too small!"}, by=boss)
    nameless = add_reason({**FACTS, "label": "未定"}, by=boss)
    assert (first.key, nameless.key) == ("too_small_2", "reason")
    change_reason(first, facts_of(first, label="Below ten people"), version=1, by=boss)
    assert of("too_small_2").label == "Below ten people"


def test_a_change_is_kept_from_what_to_what(cast: Cast, now: datetime) -> None:
    reason = of("too_small")
    change_reason(reason, facts_of(reason, needs_note=True), version=1, by=cast.sales_manager)
    change_reason(reason, facts_of(reason, needs_note=True), version=2, by=cast.sales_manager)
    assert lines("act", "changes") == [("changed", {"needs_note": [False, True]})]
    assert of("too_small").version == 2


def test_retiring_keeps_what_was_said_and_offers_it_no_more(cast: Cast, now: datetime, client: Client) -> None:
    made, other = handoff("ann@x.test", now, cast.rep), handoff("bob@y.test", now, cast.rep)
    give_verdict(made, Judgement(verdict="rejected", reason=of("too_small")), by=cast.rep, at=now)
    offer_reason(of("too_small"), offered=False, by=cast.marketing_manager)
    assert made.verdict.reason == of("too_small")
    client.force_login(cast.rep)
    assert "too_small" not in client.get(f"/handoffs/{other.pk}/panel/").content.decode()
    with pytest.raises(DomainError) as refused:
        give_verdict(other, Judgement(verdict="rejected", reason=of("too_small")), by=cast.rep, at=now)
    assert refused.value.code == "reason_retired"
    offer_reason(of("too_small"), offered=True, by=cast.marketing_manager)
    assert "too_small" in client.get(f"/handoffs/{other.pk}/panel/").content.decode()
    assert lines("act") == [("brought_back",), ("retired",)]


def test_it_moves_within_its_group_and_stops_at_the_ends(cast: Cast, now: datetime) -> None:
    before = offered("timing")
    move_reason(of(before[2]), up=True, by=cast.sales_manager)
    assert offered("timing") == [before[0], before[2], before[1]]
    move_reason(of(before[0]), up=True, by=cast.sales_manager)
    move_reason(of(before[1]), up=False, by=cast.sales_manager)
    assert offered("timing") == [before[0], before[2], before[1]]
    assert lines("act", "changes") == [("moved", {"place": [3, 2]})]


@pytest.mark.parametrize("who", ["rep", "mate", "marketer"])
def test_nobody_else_changes_the_list(cast: Cast, now: datetime, who: str) -> None:
    by, reason = cast.everybody[who], of("too_small")
    before = list(Reason.objects.values())
    for act in (
        lambda: add_reason(FACTS, by=by),
        lambda: change_reason(reason, facts_of(reason, label="X"), version=1, by=by),
        lambda: move_reason(reason, up=True, by=by),
        lambda: offer_reason(reason, offered=False, by=by),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "not_yours"
    assert (list(Reason.objects.values()), lines("act")) == (before, [])


def refusal(act: Any) -> str:
    before = list(Reason.objects.values())
    with pytest.raises(DomainError) as refused:
        act()
    assert (list(Reason.objects.values()), lines("act")) == (before, [])
    return refused.value.code


def test_what_would_break_the_list_is_refused(cast: Cast, now: datetime) -> None:
    boss, small, price = cast.sales_manager, of("too_small"), of("price")
    made = handoff("ann@x.test", now, cast.rep)
    give_verdict(made, Judgement(verdict="rejected", reason=small), by=cast.rep, at=now)
    last, same = of("no_answer"), {**FACTS, "label": "too SMALL"}
    to_lost, to_need = facts_of(small, group="lost"), facts_of(last, group="timing")
    assert refusal(lambda: add_reason(same, by=boss)) == "bad_value"
    assert refusal(lambda: add_reason({**FACTS, "label": ""}, by=boss)) == "bad_value"
    assert refusal(lambda: add_reason({**FACTS, "group": "weather"}, by=boss)) == "bad_value"
    assert refusal(lambda: change_reason(small, to_lost, version=1, by=boss)) == "in_use"
    assert refusal(lambda: change_reason(price, facts_of(price, label="X"), version=7, by=boss)) == "stale"
    assert refusal(lambda: offer_reason(last, offered=False, by=boss)) == "last_of_group"
    assert refusal(lambda: change_reason(last, to_need, version=1, by=boss)) == "last_of_group"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_add_the_same_at_once_add_one(now: datetime) -> None:
    cast = make_cast()
    codes: list[str] = []
    gate = threading.Barrier(4)

    def run() -> None:
        try:
            gate.wait()
            add_reason(FACTS, by=cast.sales_manager)
            codes.append("added")
        except DomainError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["added", *["bad_value"] * 3]


# --- the pages ------------------------------------------------------------------------------------


def test_the_list_is_kept_in_forms(cast: Cast, client: Client) -> None:
    client.force_login(cast.marketing_manager)
    sent = {"version": 1, "label": "Merger", "group": "timing"}
    assert client.post("/settings/reasons/new/", sent)["Location"] == "/settings/reasons/"
    url = f"/settings/reasons/{of('merger').pk}/"
    assert client.post(url, {**sent, "label": "In a merger"}).status_code == 302
    stale = client.post(url, {**sent, "label": "Being bought"})
    assert stale.status_code == 409
    assert "Now it says: In a merger" in stale.content.decode()
    assert "Being bought" in stale.content.decode()
    client.post(f"{url}moves/", {"to": "up"})
    client.post(f"{url}uses/", {"use": "0"})
    page = client.get("/settings/reasons/").content.decode()
    assert "In a merger" in page.partition("Retired")[2]
    assert "label: from “Merger” to “In a merger”" in page
    assert "Retarget" in page


def test_a_rep_reads_the_list_and_changes_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    page = client.get("/settings/reasons/").content.decode()
    assert "Too small" in page
    assert "/moves/" not in page
    assert client.post(f"/settings/reasons/{of('price').pk}/uses/", {"use": "0"}).status_code == 403
    assert not Handoff.objects.exists()
