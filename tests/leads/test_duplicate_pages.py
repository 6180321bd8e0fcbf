"""The pages on which people say who is one person: the list of pairs, the two side by side, and the way back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from leads.duplicates import propose_all
from leads.editing import edit_lead
from leads.models import Duplicate, Event, Lead, Merge
from leads.overriding import override_grade
from tests.cast import Cast, handoff, lead, loaded, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(now: datetime) -> list[Lead]:
    """One person at two addresses: first who was here first."""
    found = [
        lead("ann@firm.test", now - timedelta(days=2), name="Ann Becker", job_title="Buyer", source="fair"),
        lead(
            "a.becker@firm.test", now - timedelta(days=1), name="Ann Becker", job_title="Head", phone="+49 30 90 12 34"
        ),
    ]
    propose_all(at=now)
    return found


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.marketer)
    return client


def url_of(two: list[Lead]) -> str:
    return f"/leads/{two[0].pk}/merge/{two[1].pk}/"


def sent(two: list[Lead], **more: Any) -> dict[str, Any]:
    """What the form sends where nobody chose otherwise."""
    return {"keep": two[0].pk, **{f"version-{one.pk}": one.version for one in two}, **more}


def test_the_likeliest_pair_comes_first_and_pages_go_on_by_key(client: Client, now: datetime) -> None:
    for n in range(52):
        lead(f"p{n}@firm{n // 2}.test", now, name=f"Person of {n // 2}")
    propose_all(at=now)
    best = Duplicate.objects.order_by("pk")[10]
    Duplicate.objects.filter(pk=best.pk).update(score=99)
    page = client.get("/leads/duplicates/").context
    shown = [pair.pk for pair, *_more in page["pairs"]]
    assert (shown[0], len(shown), page["count"]) == (best.pk, 25, 26)
    rest = client.get("/leads/duplicates/", {"after": page["page"].next}).context
    assert {pair.pk for pair, *_more in rest["pairs"]}.isdisjoint(shown)
    assert (len(rest["pairs"]), rest["page"].next) == (1, "")


@pytest.mark.parametrize(("kind", "count"), [("", 1), ("name", 1), ("phone", 0), ("nonsense", 1)])
def test_pairs_of_one_kind_of_evidence_are_shown_alone(client: Client, two: list[Lead], kind: str, count: int) -> None:
    assert client.get("/leads/duplicates/", {"kind": kind}).context["count"] == count


def test_the_result_of_an_import_opens_the_pairs_that_it_counts(
    cast: Cast, client: Client, two: list[Lead], now: datetime
) -> None:
    run = loaded(
        upload("email,name\nab@firm.test,Ann Becker\nbob@bob.test,Bob\n", cast.marketer, now), cast.marketer, now
    )
    [[_label, count, url]] = client.get(f"/imports/{run.pk}/").context["aftermath"].counts
    page = client.get(url).context
    assert (count, page["count"], len(page["pairs"])) == (2, 2, 2)
    assert client.get("/leads/duplicates/").context["count"] == 3


def test_two_people_are_dismissed_and_listed_again(client: Client, two: list[Lead]) -> None:
    pair = Duplicate.objects.get()
    answer = client.post(f"/leads/duplicates/{pair.pk}/decisions/", {"back": "kind=name"}, follow=True)
    assert answer.redirect_chain == [("/leads/duplicates/?kind=name", 302)]
    assert Duplicate.objects.get().state == "dismissed"
    [said] = answer.context["messages"]
    client.post(said.extra_tags)
    assert Duplicate.objects.get().state == "open"
    assert list(Event.objects.filter(kind__in=["not_the_same", "maybe_the_same"]).values_list("lead", flat=True))


def test_the_two_stand_side_by_side_who_was_here_first_is_kept(client: Client, two: list[Lead]) -> None:
    page = client.get(f"/leads/{two[1].pk}/merge/{two[0].pk}/").context
    assert [side.lead for side in page["sides"]] == two
    assert [(side.touches, side.lines) for side in page["sides"]] == [(1, 2), (1, 2)]
    asked = {field.key: [value.chosen for value in field.values] for field in page["fields"] if field.differs}
    assert asked == {"email": [True, False], "job_title": [True, False]}
    assert [v.chosen for f in page["fields"] if f.key == "phone" for v in f.values] == [False, True]


def test_what_was_chosen_stays_and_the_old_address_leads_on(client: Client, two: list[Lead]) -> None:
    answer = client.post(url_of(two), sent(two, **{"field-job_title": two[1].pk, "field-email": two[0].pk}))
    assert answer["Location"] == f"/leads/{two[0].pk}/"
    kept = Lead.objects.get()
    assert (kept.pk, kept.email, kept.job_title, kept.phone) == (two[0].pk, "ann@firm.test", "Head", "+49 30 90 12 34")
    assert client.get(f"/leads/{two[1].pk}/")["Location"] == f"/leads/{kept.pk}/"
    assert client.get("/leads/999999/").status_code == 404


def test_the_other_one_can_be_kept(client: Client, two: list[Lead]) -> None:
    client.post(url_of(two), sent(two, keep=two[1].pk, **{"field-email": two[0].pk}))
    kept = Lead.objects.get()
    assert (kept.pk, kept.email, kept.job_title, kept.source) == (two[1].pk, "ann@firm.test", "Head", "fair")


def test_whoever_may_not_see_the_kept_lead_is_not_led_to_it(
    cast: Cast, client: Client, two: list[Lead], now: datetime
) -> None:
    client.post(url_of(two), sent(two))
    client.force_login(cast.rep)
    assert client.get(f"/leads/{two[1].pk}/").status_code == 404


def test_nothing_is_merged_that_somebody_changed_meanwhile(
    cast: Cast, client: Client, two: list[Lead], now: datetime
) -> None:
    before = sent(two)
    edit_lead(two[1], {"phone": "+49 30 77"}, version=two[1].version, by=cast.marketer, at=now)
    answer = client.post(url_of(two), before)
    assert (answer.status_code, answer.context["error"].code, Lead.objects.count()) == (409, "stale", 2)
    assert client.post(url_of(two), sent([Lead.objects.get(pk=one.pk) for one in two])).status_code == 302


def test_a_lead_is_no_duplicate_of_itself(client: Client, two: list[Lead]) -> None:
    assert client.get(f"/leads/{two[0].pk}/merge/{two[0].pk}/").status_code == 404


def test_a_merge_is_undone_from_its_message_or_from_the_lead(client: Client, two: list[Lead]) -> None:
    for _time in range(2):
        answer = client.post(url_of(two), sent([Lead.objects.get(pk=one.pk) for one in two]), follow=True)
        *_earlier, said = answer.context["messages"]
        assert answer.context["merged"] == Merge.objects.latest("pk")
        assert "Undo this merge" in answer.content.decode()
        client.post(said.extra_tags)
        assert list(Lead.objects.order_by("pk")) == two
    assert "Undo this merge" not in client.get(f"/leads/{two[0].pk}/").content.decode()


def test_no_undo_is_offered_once_somebody_has_worked_on_the_lead(
    cast: Cast, client: Client, two: list[Lead], now: datetime
) -> None:
    client.post(url_of(two), sent(two))
    kept = Lead.objects.get()
    override_grade(kept, grade="A", reason="I know her", by=cast.marketer, at=now)
    assert client.get(f"/leads/{kept.pk}/").context["merged"] is None
    answer = client.post(f"/leads/merges/{Merge.objects.get().pk}/undoings/", follow=True)
    assert [said.level_tag for said in answer.context["messages"]] == ["error"]
    assert Lead.objects.count() == 1


def test_whoever_merges_second_is_led_to_the_one_lead(client: Client, two: list[Lead]) -> None:
    client.post(url_of(two), sent(two))
    for answer in (client.post(url_of(two), sent(two), follow=True), client.get(url_of(two), follow=True)):
        assert answer.redirect_chain[-1][0] == f"/leads/{two[0].pk}/"
        assert "They are one lead already." in answer.content.decode()
    assert (Lead.objects.count(), Merge.objects.count()) == (1, 1)


def test_who_was_merged_is_compared_as_the_lead_they_are_now(client: Client, two: list[Lead], now: datetime) -> None:
    client.post(url_of(two), sent(two))
    third = lead("ann@home.test", now)
    answer = client.get(f"/leads/{two[1].pk}/merge/{third.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/leads/{two[0].pk}/merge/{third.pk}/")


def test_the_lead_page_names_who_may_be_the_same_person(cast: Cast, client: Client, now: datetime) -> None:
    waiting = handoff("ann@firm.test", now, cast.rep, name="Ann Becker")
    twin = handoff("a.b@firm.test", now, cast.rep, name="Ann Becker")
    propose_all(at=now)
    page = client.get(f"/leads/{waiting.lead_id}/")
    assert [(other, why) for other, why in page.context["likely"]] == [(twin.lead, ["same name, same organisation"])]
    assert f"/leads/{waiting.lead_id}/merge/{twin.lead_id}/" in page.content.decode()
    client.force_login(cast.rep)
    with time_machine.travel(now, tick=False):
        assert "Possibly the same person" not in client.get(f"/leads/{waiting.lead_id}/").content.decode()
        assert "likely duplicate" not in client.get("/leads/").content.decode()


def test_the_list_of_leads_says_how_many_pairs_wait(client: Client, two: list[Lead]) -> None:
    assert "1 likely duplicate</a>" in client.get("/leads/").content.decode()
    Duplicate.objects.all().delete()
    assert "likely duplicate" not in client.get("/leads/").content.decode()


def test_reps_neither_see_nor_merge(cast: Cast, client: Client, two: list[Lead]) -> None:
    client.force_login(cast.rep)
    pair = Duplicate.objects.get()
    for url in ("/leads/duplicates/", url_of(two)):
        assert client.get(url).status_code == 403
    for url in (f"/leads/duplicates/{pair.pk}/decisions/", url_of(two), "/leads/merges/1/undoings/"):
        assert client.post(url, sent(two)).status_code == 403
    assert (Lead.objects.count(), Duplicate.objects.get().state) == (2, "open")
