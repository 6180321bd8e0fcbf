"""Leads that come by capture addresses: the hosted form, JSON from own sites, and what becomes of each post."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from alignment.cache import ForgivingRedisCache
from campaigns.models import Campaign
from leads.capture import accepting, hosted
from leads.capture.addresses import change_address, open_address
from leads.capture.forgetting import forget_old
from leads.capture.taking import claim, take_waiting
from leads.models import CaptureAddress, Event, Lead, Submission, Touch
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SITE, PAGE = "https://www.acme.test", "https://www.acme.test/thanks"
CONSENT = "Acme may write to me about heat pumps."


@pytest.fixture(scope="module")
def fair(told_once: Callable[..., Any]) -> Campaign:
    return told_once(lambda: Campaign.objects.create(code="fair", name="Fair"))


@pytest.fixture(autouse=True)
def nobody_has_posted(db: None) -> None:
    cache.clear()


@pytest.fixture
def door(fair: Campaign) -> CaptureAddress:
    """A form that asks for an address, a name and a message."""
    asked = [{"name": "email"}, {"name": "name", "required": True}, {"name": "note"}]
    return open_address(
        fair, kind="form", by=None, name="Stand", fields=asked, sites=[SITE], consent=CONSENT, touch_kind="quote"
    )


@pytest.fixture
def site(fair: Campaign) -> CaptureAddress:
    return open_address(fair, kind="site", by=None, name="Our shop", sites=[SITE])


def post(address: CaptureAddress, sent: Any, **headers: str) -> Any:
    return Client().post(address.path, json.dumps(sent), content_type="application/json", headers=headers)


def stamp(address: CaptureAddress, ago: timedelta = timedelta(seconds=30)) -> str:
    return hosted.stamp_of(address, referrer="https://www.acme.test/pumps?gclid=abc123#x", at=timezone.now() - ago)


def send(address: CaptureAddress, ago: timedelta = timedelta(seconds=30), query: str = "", **fields: str) -> Any:
    sent = {"email": "ann@x.test", "name": "Ann Becker", "stamp": stamp(address, ago), **fields}
    return Client(enforce_csrf_checks=True).post(address.path + query, sent)


def taken() -> Any:
    return take_waiting(now=timezone.now() + timedelta(seconds=1))


# --- JSON -------------------------------------------------------------------------------------------


def test_json_becomes_a_lead_with_its_further_fields_as_facts(site: CaptureAddress) -> None:
    answer = post(site, {"email": "Ann@X.test ", "name": "Ann", "employees": 250, "size": 9.5, "facts": {"vip": True}})
    assert (answer.status_code, answer.json(), answer.cookies) == (202, {"result": "accepted"}, {})
    assert not Lead.objects.exists()
    assert (taken().taken, taken().taken) == (1, 0)
    lead = Lead.objects.get()
    assert (lead.email, lead.employees, lead.facts) == ("ann@x.test", 250, {"size": "9.5", "vip": "true"})
    post_kept = Submission.objects.get()
    assert (post_kept.state, post_kept.lead, post_kept.result) == ("taken", lead, "created")
    touch = Touch.objects.get()
    assert (touch.campaign, touch.kind, touch.at) == (site.campaign, "form", post_kept.at)
    assert Event.objects.filter(kind="captured").count() == 1


def test_whoever_posts_chooses_neither_campaign_nor_kind_of_touch(site: CaptureAddress) -> None:
    post(site, {"email": "ann@x.test", "campaign": "other", "kind": "demo"})
    taken()
    assert Campaign.objects.count() == 1
    assert Touch.objects.get().kind == "form"
    assert Lead.objects.get().facts == {"campaign": "other", "kind": "demo"}


def test_the_same_again_adds_nothing_and_is_answered_the_same(site: CaptureAddress) -> None:
    first = post(site, {"email": "ann@x.test", "name": "Ann"})
    taken()
    again = post(site, {"name": "Ann", "email": "ann@x.test"})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    taken()
    assert (Submission.objects.get().repeats, Touch.objects.count()) == (1, 1)


def test_another_enquiry_of_the_same_person_adds_a_touch(site: CaptureAddress) -> None:
    post(site, {"email": "ann@x.test", "note": "A quote"})
    post(site, {"email": "ann@x.test", "note": "And a visit"})
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        post(site, {"email": "ann@x.test", "note": "A quote"})
        taken()
    assert (Lead.objects.count(), Touch.objects.count(), Submission.objects.count()) == (1, 3, 3)


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ("{", 400, None),
        ("[]", 400, None),
        ('{"email": NaN}', 400, None),
        ('{"email": "a\\u0000@x.test"}', 400, None),
        ('{"email": "a@x.test", "note": "\\ud800"}', 400, None),
        ('{"facts": ' * 5000 + "1" + "}" * 5000, 400, None),
        ('{"email": "nonsense"}', 422, "email"),
        ('{"email": {"a": 1}}', 422, "email"),
        ('{"email": "a@x.test", "tags": ["a"]}', 422, "tags"),
        ('{"email": "a@x.test", "facts": 7}', 422, "facts"),
        ('{"name": "Nobody"}', 422, None),
        ('{"email": "a@x.test", "captured_at": "1999-01-01T10:00:00Z"}', 422, "captured_at"),
        ('{"email": "a@x.test", "captured_at": "2999-01-01T10:00:00Z"}', 422, None),
        (json.dumps({"email": "a@x.test", **{f"f{n}": "x" for n in range(10_000)}}), 422, "facts"),
        (json.dumps({"email": "a@x.test", "note": "x" * 20_000}), 422, "note"),
        (json.dumps({"email": "a@x.test", "note": "x" * 2_600_000}), 413, None),
    ],
)  # fmt: skip
def test_what_is_no_lead_is_refused_with_a_sentence(
    body: str, status: int, named: str | None, site: CaptureAddress
) -> None:
    answer = Client().post(site.path, body, content_type="application/json")
    assert answer.status_code == status, answer.content
    assert set(answer.json()) == {"code", "message", "fields"}
    assert named is None or named in answer.json()["fields"]
    assert not Submission.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_other_kinds_of_body_are_not_read(kind: str, site: CaptureAddress) -> None:
    assert Client().post(site.path, b"email=ann@x.test", content_type=kind).status_code == 415


@pytest.mark.parametrize("body", ["&".join(f"f{n}=1" for n in range(10_000)), "email=a%00@x.test", "--x\r\nbroken"])
def test_a_form_that_is_none_is_refused(body: str, site: CaptureAddress) -> None:
    multipart = "multipart/form-data; boundary=x" if body.startswith("--") else "application/x-www-form-urlencoded"
    assert Client().post(site.path, body, content_type=multipart).status_code in (400, 422)
    assert not Submission.objects.exists()


def test_pages_of_listed_sites_may_post_and_read_the_answer(site: CaptureAddress) -> None:
    asked = Client().options(site.path, headers={"Origin": SITE, "Access-Control-Request-Method": "POST"})
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, SITE)
    assert (asked["Access-Control-Allow-Methods"], asked["Access-Control-Allow-Headers"]) == ("POST", "content-type")
    assert "Access-Control-Allow-Credentials" not in asked
    answer = post(site, {"email": "ann@x.test"}, Origin=SITE)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (202, SITE)
    assert "Origin" in answer["Vary"]


@pytest.mark.parametrize("origin", ["https://evil.test", "https://www.acme.test.evil.test", "http://www.acme.test"])
def test_pages_of_other_sites_may_not(origin: str, site: CaptureAddress) -> None:
    asked = Client().options(site.path, headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in asked
    answer = post(site, {"email": "ann@x.test"}, Origin=origin)
    assert (answer.status_code, answer.json()["code"]) == (403, "site_not_listed")
    assert not Submission.objects.exists()


def test_a_form_of_an_own_page_posts_too(site: CaptureAddress) -> None:
    answer = Client().post(f"{site.path}?utm_source=news", {"email": "ann@x.test", "colour": "red"})
    assert (answer.status_code, b"Thank you" in answer.content) == (200, True)
    taken()
    lead = Lead.objects.get()
    assert (lead.facts, lead.source) == ({"colour": "red", "utm_source": "news"}, "news")


# --- the hosted form --------------------------------------------------------------------------------


def test_the_form_asks_for_what_was_chosen_in_that_order_and_sets_no_cookie(door: CaptureAddress) -> None:
    page = Client().get(door.path)
    text = page.content.decode()
    names = ['name="email"', 'name="name"', 'name="note"', 'name="consent_given"']
    places = [text.index(name) for name in names]
    assert places == sorted(places)
    assert CONSENT in text
    assert not page.cookies
    assert "csrf" not in text
    assert page["Cache-Control"] == "private, no-store"
    assert "<script" not in text


def test_what_was_sent_becomes_a_lead_with_its_way_and_its_consent(door: CaptureAddress) -> None:
    answer = send(door, query="?utm_source=news&gclid=Cj0KCQ", note="A quote", consent_given="on")
    assert (answer.status_code, answer["Location"]) == (303, f"{door.path}?sent=1")
    assert "Thank you" in Client().get(answer["Location"]).content.decode()
    taken()
    lead, kept = Lead.objects.get(), Submission.objects.get()
    assert (lead.name, lead.note, lead.source, lead.consent) == ("Ann Becker", "A quote", "news", "given, text 1")
    way = {"utm_source": "news", "gclid": "Cj0KCQ", "referrer": "https://www.acme.test/pumps"}
    assert lead.facts == way
    assert (kept.consent["text"], kept.consent["version"]) == (CONSENT, 1)
    assert timedelta() <= kept.at - datetime.fromisoformat(kept.consent["at"]) < timedelta(seconds=5)
    assert Touch.objects.get().kind == "quote"


def test_errors_bring_the_form_back_with_what_was_typed(door: CaptureAddress) -> None:
    old = stamp(door)
    answer = send(door, email="nonsense", name="", note='<b>"me"</b>', stamp=old)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“nonsense” is not an e-mail address." in text
    assert "Fill this in." in text
    assert "&lt;b&gt;&quot;me&quot;&lt;/b&gt;" in text
    assert "<b>" not in text
    assert old in text
    assert not Submission.objects.exists()


def test_without_a_required_consent_nothing_is_sent(door: CaptureAddress, cast: Cast) -> None:
    change_address(door, {"consent_required": True}, version=1, by=cast.marketer)
    assert send(door).status_code == 422
    assert send(door, consent_given="on").status_code == 303


@pytest.mark.parametrize(
    ("fields", "ago", "said"),
    [
        ({"second_subject": "cheap pills"}, 30, "people don't see"),
        ({}, 0.5, "faster than people write"),
        ({"stamp": "forged"}, 30, "did not come from the form"),
        ({"stamp": ""}, 30, "did not come from the form"),
    ],
)
def test_what_programs_send_is_kept_apart_and_not_told_so(
    fields: dict[str, str], ago: float, said: str, door: CaptureAddress
) -> None:
    answer = send(door, ago=timedelta(seconds=ago), **fields)
    assert (answer.status_code, answer["Location"]) == (303, f"{door.path}?sent=1")
    taken()
    kept = Submission.objects.get()
    assert kept.state == "suspect"
    assert said in kept.sentence
    assert kept.values["email"] == "ann@x.test"
    assert not Lead.objects.exists()


def test_a_stamp_of_another_form_is_none(door: CaptureAddress, fair: Campaign) -> None:
    other = open_address(fair, kind="form", by=None, name="Other")
    send(door, stamp=stamp(other))
    assert Submission.objects.get().state == "suspect"


def test_a_form_that_was_open_for_days_comes_back_with_a_new_stamp(door: CaptureAddress) -> None:
    old = stamp(door, timedelta(days=2))
    answer = send(door, stamp=old)
    text = answer.content.decode()
    assert (answer.status_code, old in text, "Ann Becker" in text) == (422, False, True)
    assert not Submission.objects.exists()


def test_frames_of_listed_sites_alone(door: CaptureAddress, cast: Cast) -> None:
    page = Client().get(door.path)
    assert f"frame-ancestors 'self' {SITE};" in page["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in page
    change_address(door, {"sites": []}, version=1, by=cast.marketer)
    page = Client().get(door.path)
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("wanted", "goal"),
    [
        ("", PAGE),
        ("https://www.acme.test/other", "https://www.acme.test/other"),
        ("https://evil.test/", PAGE),
        ("//evil.test", PAGE),
        ("https://www.acme.test/thanks\r\nSet-Cookie: a=b", PAGE),
    ],
)
def test_people_are_sent_on_to_listed_pages_alone(wanted: str, goal: str, door: CaptureAddress, cast: Cast) -> None:
    change_address(door, {"returns": [PAGE, "https://www.acme.test/other"]}, version=1, by=cast.marketer)
    answer = send(door, return_to=wanted)
    assert (answer.status_code, answer["Location"], answer.cookies) == (303, goal, {})
    assert "form-action 'self' https://www.acme.test" in answer["Content-Security-Policy"]


def test_a_closed_address_takes_nothing(door: CaptureAddress, cast: Cast) -> None:
    change_address(door, {"is_on": False}, version=1, by=cast.marketer)
    assert (Client().get(door.path).status_code, send(door).status_code) == (410, 410)
    assert not Submission.objects.exists()


def test_an_unknown_address_is_none(client: Client, fair: Campaign) -> None:
    assert client.get("/capture/aaaaaaaaaaaaaaaaaaaaaa/").status_code == 404
    assert client.put("/capture/aaaaaaaaaaaaaaaaaaaaaa/").status_code == 404


def test_other_methods_are_not_known(door: CaptureAddress, site: CaptureAddress) -> None:
    assert Client().put(door.path).status_code == 405
    assert Client().get(site.path).status_code == 405
    # A body in a GET is nothing that anybody reads.
    assert Client().generic("GET", door.path, b'{"email": "ann@x.test"}', "application/json").status_code == 200
    assert not Submission.objects.exists()


# --- floods -----------------------------------------------------------------------------------------


def test_an_address_takes_so_many_posts_in_a_minute(site: CaptureAddress, cast: Cast) -> None:
    change_address(site, {"per_minute": 3}, version=1, by=cast.marketer)
    with time_machine.travel(timezone.now().replace(second=20, microsecond=0), tick=False):
        answers = [post(site, {"email": f"{n}@x.test"}) for n in range(5)]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 429, 429]
        assert (answers[-1]["Retry-After"], answers[-1].json()["code"]) == ("40", "throttled")
    with time_machine.travel(timezone.now().replace(second=20) + timedelta(minutes=1)):
        assert post(site, {"email": "later@x.test"}).status_code == 202
    assert Submission.objects.count() == 4


def test_one_client_does_not_use_up_what_others_may_send(site: CaptureAddress, cast: Cast) -> None:
    change_address(site, {"per_client": 1, "per_minute": 2}, version=1, by=cast.marketer)

    def asked(client: str) -> int:
        sent = json.dumps({"email": "ann@x.test"})
        return Client().post(site.path, sent, content_type="application/json", REMOTE_ADDR=client).status_code

    with time_machine.travel(timezone.now().replace(second=20), tick=False):
        assert [asked("2001:db8::1"), *(asked(f"2001:db8::{n}") for n in range(4))] == [202, 429, 429, 429, 429]
        assert [asked("192.0.2.1"), asked("192.0.2.2")] == [202, 429]


# --- taking in --------------------------------------------------------------------------------------


def test_what_the_intake_refuses_says_why_and_is_kept(site: CaptureAddress) -> None:
    post(site, {"email": "ann@x.test", "external_id": "7"})
    post(site, {"email": "ben@x.test", "external_id": "7"})
    done = taken()
    assert (done.taken, done.refused) == (1, 1)
    kept = Submission.objects.get(state="refused")
    assert "belongs to a lead with another e-mail address" in kept.sentence
    assert kept.values["email"] == "ben@x.test"


def test_a_bad_row_holds_up_nobody_and_ends_with_a_sentence(site: CaptureAddress) -> None:
    post(site, {"email": "ann@x.test"})
    post(site, {"email": "bad@x.test"})
    # What no check foresees: the row itself breaks the statement that takes it in.
    Submission.objects.filter(values__email="bad@x.test").update(consent={"no": "version"})
    now = timezone.now() + timedelta(seconds=1)
    assert take_waiting(now=now).taken == 1
    for n in range(1, 9):
        take_waiting(now=now + timedelta(minutes=3 * n))
    kept = Submission.objects.get(values__email="bad@x.test")
    assert (kept.state, kept.attempts) == ("refused", 6)
    assert "could not be taken in" in kept.sentence


def test_a_worker_that_dies_leaves_what_it_claimed_to_the_next(site: CaptureAddress) -> None:
    post(site, {"email": "ann@x.test"})
    now = timezone.now() + timedelta(seconds=1)
    assert len(claim(now)) == 1
    assert take_waiting(now=now).taken == 0
    assert take_waiting(now=now + timedelta(minutes=3)).taken == 1


def test_a_post_costs_few_queries(site: CaptureAddress, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(6):
        post(site, {"email": "ann@x.test"})


def test_of_a_burst_the_first_post_wakes_the_worker_for_all(site: CaptureAddress, monkeypatch: Any) -> None:
    woken: list[str] = []
    monkeypatch.setattr(current_app, "send_task", woken.append)
    for _n in range(3):
        accepting.wake()
    assert woken == [accepting.TASK]
    # A worker that begins to look may miss what comes from then on.
    accepting.woken()
    accepting.wake()
    assert len(woken) == 2


def test_after_90_days_a_post_is_counted_and_says_no_more_than_the_consent(door: CaptureAddress) -> None:
    send(door, consent_given="on")
    send(door, email="bot@x.test", second_subject="pills")
    taken()
    now = timezone.now()
    assert (forget_old(now=now + timedelta(days=89)), forget_old(now=now + timedelta(days=91))) == (0, 1)
    kept, suspect = Submission.objects.order_by("pk")
    assert (kept.values, kept.facts, kept.consent["text"], kept.lead.email) == ({}, {}, CONSENT, "ann@x.test")
    assert suspect.values["email"] == "bot@x.test"
    assert forget_old(now=now + timedelta(days=91)) == 0


# --- faults -----------------------------------------------------------------------------------------


def test_while_redis_is_away_posts_are_taken_and_nobody_waits_for_it(
    site: CaptureAddress, cast: Cast, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    change_address(site, {"per_minute": 1}, version=1, by=cast.marketer)
    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", asked.append)
    monkeypatch.setattr(ForgivingRedisCache, "resting_until", time.monotonic() + 60)
    with django_capture_on_commit_callbacks(execute=True):
        answers = [post(site, {"email": f"{n}@x.test"}).status_code for n in range(3)]
    assert (answers, asked, Submission.objects.count()) == ([202, 202, 202], [], 3)
