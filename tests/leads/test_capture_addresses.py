"""Marketing keeps capture addresses; what was refused is mended or dismissed on their page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from campaigns.models import Campaign
from common.errors import DomainError
from leads.capture.addresses import change_address, open_address
from leads.models import CaptureAddress, Submission
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def fair(told_once: Callable[..., Any]) -> Campaign:
    return told_once(lambda: Campaign.objects.create(code="fair", name="Fair"))


@pytest.fixture
def door(fair: Campaign, cast: Cast) -> CaptureAddress:
    return open_address(fair, kind="form", by=cast.marketer, name="Stand", consent="Yes to mails.")


def stuck(door: CaptureAddress, now: datetime, **facts: Any) -> Submission:
    said = {"values": {"email": "ann@x.test"}, "state": "suspect", "sentence": "Too fast.", "ended_at": now}
    return Submission.objects.create(address=door, at=now, next_at=now, digest="", **said | facts)


def test_each_address_has_a_key_of_its_own_that_nobody_guesses(door: CaptureAddress, fair: Campaign) -> None:
    other = open_address(fair, kind="site", by=None, name="Shop")
    assert (len(door.key), len(other.key), door.key == other.key) == (22, 22, False)
    assert door.fields == [{"name": "email", "required": True}]
    assert Change.objects.filter(what="leads.captureaddress", act="added").count() == 2


def test_a_changed_consent_text_is_a_new_version_and_the_trail_tells_it(door: CaptureAddress, cast: Cast) -> None:
    assert door.consent_version == 1
    change_address(door, {"intro": "Hello"}, version=1, by=cast.marketer)
    change_address(door, {"consent": "Yes to mails and calls."}, version=2, by=cast.marketing_manager)
    door.refresh_from_db()
    assert (door.consent_version, door.version) == (2, 3)
    change_address(door, {"consent": "Yes to mails and calls. "}, version=3, by=cast.admin)
    door.refresh_from_db()
    assert (door.consent_version, door.version) == (2, 3)
    latest = Change.objects.filter(what="leads.captureaddress").latest("pk")
    assert (latest.by, latest.changes["consent"][0]) == (cast.marketing_manager, "Yes to mails.")


def test_whoever_has_not_seen_the_latest_version_changes_nothing(door: CaptureAddress, cast: Cast) -> None:
    change_address(door, {"name": "Fair stand"}, version=1, by=cast.marketer)
    with pytest.raises(DomainError) as refused:
        change_address(door, {"name": "Booth"}, version=1, by=cast.marketer)
    door.refresh_from_db()
    assert (refused.value.code, door.name) == ("stale", "Fair stand")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"sites": ["http://acme.test"]}, "bad_site"),
        ({"sites": ["https://acme.test/shop"]}, "bad_site"),
        ({"sites": ["https://acme.test; script-src *"]}, "bad_site"),
        ({"sites": ["https://*"]}, "bad_site"),
        ({"sites": ["https://user@acme.test"]}, "bad_site"),
        ({"sites": [f"https://a{n}.test" for n in range(21)]}, "bad_site"),
        ({"returns": ["javascript:alert(1)"]}, "bad_return"),
        ({"returns": ["http://acme.test/thanks"]}, "bad_return"),
        ({"returns": ["//acme.test"]}, "bad_return"),
        ({"returns": ["https://acme.test\\@evil.test"]}, "bad_return"),
        ({"returns": ["https://acme.test/a\r\nSet-Cookie: x=1"]}, "bad_return"),
        ({"fields": [{"name": "kept_out"}]}, "bad_fields"),
        ({"name": " "}, "bad_value"),
        ({"per_minute": 0}, "bad_value"),
        ({"touch_kind": "handshake"}, "bad_value"),
    ],
)
def test_what_an_address_may_not_say_is_refused(facts: Any, code: str, door: CaptureAddress, cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        change_address(door, facts, version=1, by=cast.marketer)
    assert refused.value.code == code
    door.refresh_from_db()
    assert door.version == 1


def test_sites_are_kept_as_browsers_name_them(door: CaptureAddress, cast: Cast) -> None:
    sites = ["https://WWW.Acme.test/", " https://bücher.test ", "https://www.acme.test", "https://a.test:8443", ""]
    change_address(door, {"sites": sites}, version=1, by=cast.marketer)
    door.refresh_from_db()
    assert door.sites == ["https://www.acme.test", "https://xn--bcher-kva.test", "https://a.test:8443"]


@pytest.mark.parametrize("who", ["rep", "sales_manager"])
def test_sales_opens_and_changes_none(who: str, door: CaptureAddress, fair: Campaign, cast: Cast) -> None:
    with pytest.raises(DomainError, match="kept by marketing"):
        open_address(fair, kind="form", by=cast.everybody[who], name="Mine")
    with pytest.raises(DomainError, match="kept by marketing"):
        change_address(door, {"is_on": False}, version=1, by=cast.everybody[who])


def test_the_page_asks_for_fields_in_the_order_of_their_places(fair: Campaign, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    sent = {
        "kind": "form", "version": 1, "name": "Stand", "touch_kind": "demo", "per_minute": 600, "per_client": 60,
        "is_on": "on", "ask_note": "optional", "place_note": 1, "ask_phone": "required", "place_phone": 2,
        "place_email": 3, "ask_name": "", "place_name": 9, "sites": "https://acme.test\r\nhttps://b.test",
    }  # fmt: skip
    answer = client.post("/campaigns/fair/capture/new/", sent)
    made = CaptureAddress.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, made.get_absolute_url())
    assert [(one["name"], one["required"]) for one in made.fields] == [
        ("note", False), ("phone", True), ("email", True),
    ]  # fmt: skip
    assert (made.sites, made.touch_kind, made.created_by) == (
        ["https://acme.test", "https://b.test"],
        "demo",
        cast.marketer,
    )
    refused = client.post("/campaigns/fair/capture/new/", sent | {"sites": "nowhere", "name": ""})
    assert refused.status_code == 422
    assert CaptureAddress.objects.count() == 1


def test_two_who_change_one_see_what_the_other_wrote(door: CaptureAddress, cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    sent = {"version": 1, "name": "Booth", "touch_kind": "form", "per_minute": 600, "per_client": 60}
    change_address(door, {"name": "Fair stand"}, version=1, by=cast.admin)
    answer = client.post(f"{door.get_absolute_url()}edit/", sent)
    assert answer.status_code == 409
    assert "Now it says: Fair stand" in answer.content.decode()


def test_who_posted_is_shown_to_those_who_see_all_leads(
    door: CaptureAddress, now: datetime, cast: Cast, client: Client
) -> None:
    stuck(door, now)
    shown = {}
    for who in ("marketer", "sales_manager", "rep"):
        client.force_login(cast.everybody[who])
        shown[who] = "ann@x.test" in client.get(door.get_absolute_url()).content.decode()
    assert shown == {"marketer": True, "sales_manager": True, "rep": False}


def test_each_number_opens_its_posts(door: CaptureAddress, now: datetime, cast: Cast, client: Client) -> None:
    for n, state in enumerate(("suspect", "refused", "dismissed", "dismissed")):
        stuck(door, now, state=state, values={"email": f"p{n}@x.test"})
    client.force_login(cast.marketer)
    page = client.get(door.get_absolute_url())
    counts = {str(state): n for state, _label, n in page.context["counts"]}
    assert counts == {"waiting": 0, "taken": 0, "refused": 1, "suspect": 1, "dismissed": 2}
    for state, n in {**counts, "stuck": 2, "": 4, "nonsense": 4}.items():
        opened = client.get(f"{door.get_absolute_url()}?show={state}")
        assert len(opened.context["page"].rows) == n, state
    text = page.content.decode()
    assert {state: f'href="?show={state}#posts"' in text for state in counts} == {s: n > 0 for s, n in counts.items()}


def test_a_post_that_was_seen_to_is_seen_to_once(
    door: CaptureAddress, now: datetime, cast: Cast, client: Client
) -> None:
    kept = stuck(door, now, values={"email": "<b>x</b>"}, facts={"<i>": "<u>"}, consent={"text": "Yes", "version": 1})
    client.force_login(cast.marketer)
    page = f"{door.get_absolute_url()}posts/{kept.pk}/"
    text = client.get(page).content.decode()
    assert "&lt;b&gt;" in text
    assert "<i>" not in text
    assert client.post(f"{page}dismissals/").status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.ended_by) == ("dismissed", cast.marketer)
    assert (
        "Somebody has seen to this post meanwhile." in client.post(f"{page}dismissals/", follow=True).content.decode()
    )
    assert client.post(page, {"email": "ann@x.test"}).status_code == 422


def test_the_addresses_of_another_campaign_are_not_these(door: CaptureAddress, cast: Cast, client: Client) -> None:
    Campaign.objects.create(code="other", name="Other")
    client.force_login(cast.marketer)
    assert client.get(f"/campaigns/other/capture/{door.pk}/").status_code == 404
