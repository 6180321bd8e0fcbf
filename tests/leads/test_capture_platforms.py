"""What Google Ads and Meta post at capture addresses."""

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Change
from campaigns.models import Campaign
from common.errors import DomainError
from leads.capture.addresses import open_address
from leads.capture.fetching import fetch_waiting
from leads.capture.mending import dismiss, try_again
from leads.capture.secrets import keep_secrets, make_key
from leads.capture.taking import take_waiting
from leads.models import CaptureAddress, Lead, Submission, Touch
from tests.cast import Cast
from tests.notices.receivers import Receiver

pytestmark = pytest.mark.django_db

SECRET, TOKEN = "app-secret-of-ours", "page-token-of-ours"
NOW = datetime.now(UTC).replace(microsecond=0)
GOOGLE = {
    "lead_id": "TeSt_1", "api_version": "1.0", "form_id": 40000000001, "campaign_id": 123, "gcl_id": "Cj0KCQabc",
    "is_test": False, "adgroup_id": 7, "creative_id": 8, "lead_submit_time": (NOW - timedelta(hours=1)).isoformat(),
    "user_column_data": [
        {"column_id": "FULL_NAME", "column_name": "Full Name", "string_value": "Ann Becker"},
        {"column_id": "EMAIL", "string_value": "ann@firm.test"},
        {"column_id": "WORK_EMAIL", "string_value": "ann@work.test"},
        {"column_id": "COMPANY_NAME", "string_value": "Firm"},
        {"column_name": "Which plant?", "string_value": "Linz"},
    ],
}  # fmt: skip
FIELDS = [{"name": "email", "values": ["ben@firm.test"]}, {"name": "full_name", "values": ["Ben"]},
          {"name": "which_plant?", "values": ["Linz", "Graz"]}]  # fmt: skip


@pytest.fixture(scope="module")
def fair(told_once: Callable[..., Any]) -> Campaign:
    return told_once(lambda: Campaign.objects.create(code="fair", name="Fair"))


@pytest.fixture(autouse=True)
def nobody_has_posted(db: None) -> None:
    cache.clear()


@pytest.fixture
def google(fair: Campaign, cast: Cast) -> tuple[CaptureAddress, str]:
    address = open_address(fair, kind="google", by=cast.marketer, name="Ads")
    return address, make_key(address, by=cast.marketer)


@pytest.fixture
def meta(fair: Campaign, cast: Cast) -> CaptureAddress:
    address = open_address(fair, kind="meta", by=cast.marketer, name="Insta")
    keep_secrets(address, by=cast.marketer, secret=SECRET)
    return address


@pytest.fixture
def graph(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    receiver = Receiver()
    settings.META_GRAPH_URL = f"http://127.0.0.1:{receiver.port}"
    yield receiver
    receiver.end()


def posted(address: CaptureAddress, sent: Any, secret: str = "", **headers: str) -> Any:
    body = json.dumps(sent)
    if secret:
        headers["X-Hub-Signature-256"] = "sha256=" + hmac.new(secret.encode(), body.encode(), "sha256").hexdigest()
    return Client().post(address.path, body, content_type="application/json", headers=headers)


def notice(lead_id: str, **more: Any) -> dict[str, Any]:
    value = {"leadgen_id": lead_id, "page_id": "9", "form_id": "5", "created_time": int(NOW.timestamp()), **more}
    return {"object": "page", "entry": [{"id": "9", "time": 1, "changes": [{"field": "leadgen", "value": value}]}]}


def taken() -> Any:
    return take_waiting(now=timezone.now() + timedelta(seconds=1))


# --- Google Ads -------------------------------------------------------------------------------------


def test_a_lead_of_google_ads_comes_in_once(google: tuple[CaptureAddress, str]) -> None:
    address, key = google
    for _again in range(2):
        answer = posted(address, GOOGLE | {"google_key": key})
        assert (answer.status_code, answer.json()) == (200, {"result": "accepted"})
        taken()
    lead = Lead.objects.get()
    assert (lead.email, lead.name, lead.external_id, lead.source) == (
        "ann@firm.test", "Ann Becker", "TeSt_1", "Google Ads",
    )  # fmt: skip
    assert lead.facts == {
        "WORK_EMAIL": "ann@work.test", "Which plant?": "Linz", "gclid": "Cj0KCQabc", "form_id": "40000000001",
        "campaign_id": "123", "adgroup_id": "7", "creative_id": "8",
    }  # fmt: skip
    assert (Touch.objects.get().at, Submission.objects.get().repeats) == (NOW - timedelta(hours=1), 1)
    assert key not in json.dumps(
        [list(Submission.objects.values()), list(CaptureAddress.objects.values())], default=str
    )


def test_a_test_of_google_is_kept_out_of_figures(google: tuple[CaptureAddress, str]) -> None:
    posted(google[0], GOOGLE | {"google_key": google[1], "is_test": True})
    taken()
    assert Lead.objects.get().kept_out == "test"


@pytest.mark.parametrize("sent", [GOOGLE, GOOGLE | {"google_key": "guess"}, GOOGLE | {"google_key": 7}, [], {}])
def test_without_its_key_nothing_of_google_is_taken(sent: Any, google: tuple[CaptureAddress, str]) -> None:
    assert posted(google[0], sent).status_code == 403
    assert not Submission.objects.exists()


def test_a_new_key_ends_the_one_before_and_no_key_opens_nothing(
    google: tuple[CaptureAddress, str], fair: Campaign, cast: Cast
) -> None:
    address, old = google
    new = make_key(address, by=cast.marketer)
    assert [posted(address, GOOGLE | {"google_key": key}).status_code for key in (old, new)] == [403, 200]
    keyless = open_address(fair, kind="google", by=None, name="None yet")
    assert posted(keyless, GOOGLE | {"google_key": ""}).status_code == 403
    told = json.dumps(list(Change.objects.values("changes", "label")))
    assert "a new one" in told
    assert new not in told


@pytest.mark.parametrize(
    "wrong", [{"user_column_data": {}}, {"user_column_data": [7]}, {"lead_id": None}, {"lead_id": {"a": 1}}]
)
def test_what_google_never_sends_is_refused(wrong: dict[str, Any], google: tuple[CaptureAddress, str]) -> None:
    assert posted(google[0], GOOGLE | {"google_key": google[1]} | wrong).status_code == 400


def test_what_is_no_lead_waits_to_be_mended_for_google_can_not(
    google: tuple[CaptureAddress, str], cast: Cast, client: Client
) -> None:
    columns = [{"column_id": "EMAIL", "string_value": "ann at firm"}]
    assert posted(google[0], GOOGLE | {"google_key": google[1], "user_column_data": columns}).status_code == 200
    assert taken().refused == 1
    kept = Submission.objects.get()
    assert "is not an e-mail address" in kept.sentence
    client.force_login(cast.marketer)
    page = f"{google[0].get_absolute_url()}posts/{kept.pk}/"
    assert client.post(page, {"email": "still wrong"}).status_code == 422
    assert client.post(page, {"email": "ann@firm.test"}).status_code == 302
    taken()
    kept.refresh_from_db()
    assert (kept.state, kept.ended_by, Lead.objects.get().email) == ("taken", cast.marketer, "ann@firm.test")


# --- Meta -------------------------------------------------------------------------------------------


def test_meta_gets_its_challenge_back_for_the_token_alone(meta: CaptureAddress, cast: Cast) -> None:
    token = make_key(meta, by=cast.marketer)

    def asked(**said: str) -> Any:
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444", **said}
        return Client().get(meta.path, query)

    answer = asked()
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"1158201444", "text/plain")
    wrong = [{"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": "<script>"}]
    assert [asked(**one).status_code for one in wrong] == [403, 403, 400]


def test_a_connector_that_posts_the_fields_is_taken_in(meta: CaptureAddress) -> None:
    for _again in range(2):
        assert posted(meta, notice("77", field_data=FIELDS), SECRET).status_code == 200
        taken()
    lead = Lead.objects.get()
    assert (lead.email, lead.name, lead.external_id, lead.source) == ("ben@firm.test", "Ben", "77", "Meta")
    assert (lead.facts["which_plant?"], lead.facts["form_id"], Touch.objects.get().at) == ("Linz, Graz", "5", NOW)


@pytest.mark.parametrize("secret", ["", "guess"])
def test_what_the_app_has_not_signed_is_turned_away(secret: str, meta: CaptureAddress, fair: Campaign) -> None:
    assert posted(meta, notice("77", field_data=FIELDS), secret).status_code == 403
    bare = open_address(fair, kind="meta", by=None, name="No secret")
    assert posted(bare, notice("77"), "").status_code == 403
    signature = hmac.new(b"", json.dumps(notice("77")).encode(), "sha256").hexdigest()
    assert posted(bare, notice("77"), **{"X-Hub-Signature-256": f"sha256={signature}"}).status_code == 403
    assert not Submission.objects.exists()


def test_a_body_that_was_changed_on_the_way_is_turned_away(meta: CaptureAddress) -> None:
    body = json.dumps(notice("77", field_data=FIELDS))
    signature = "sha256=" + hmac.new(SECRET.encode(), body.encode(), "sha256").hexdigest()
    headers = {"X-Hub-Signature-256": signature}
    sent = body.replace("ben@", "eve@")
    assert Client().post(meta.path, sent, content_type="application/json", headers=headers).status_code == 403


@pytest.mark.parametrize("sent", [[], {}, {"entry": 7}, notice(""), notice("7", field_data="x")])
def test_what_meta_never_sends_is_refused(sent: Any, meta: CaptureAddress) -> None:
    assert posted(meta, sent, SECRET).status_code == 400
    assert not Submission.objects.exists()


def test_other_news_of_meta_is_nothing_for_us(meta: CaptureAddress) -> None:
    sent = {"object": "page", "entry": [{"changes": [{"field": "feed", "value": {"leadgen_id": "1"}}]}]}
    assert posted(meta, sent, SECRET).status_code == 200
    assert not Submission.objects.exists()


def test_who_a_lead_is_is_asked_with_the_page_token(meta: CaptureAddress, cast: Cast, graph: Receiver) -> None:
    keep_secrets(meta, by=cast.marketer, token=TOKEN)
    graph.says = answer(200, {"id": "77", "field_data": FIELDS})
    posted(meta, notice("77"), SECRET)
    assert not fetch_waiting(now=timezone.now())
    assert taken().taken == 1
    lead = Lead.objects.get()
    assert (lead.email, lead.external_id, lead.facts["form_id"]) == ("ben@firm.test", "77", "5")
    (asked,) = graph.requests
    assert asked.startswith(b"GET /77 HTTP/1.1")
    assert f"Authorization: Bearer {TOKEN}".encode() in asked
    stored = json.dumps(list(CaptureAddress.objects.values()), default=str)
    assert TOKEN not in stored
    assert SECRET not in stored


def test_meta_that_does_not_tell_is_asked_again_and_then_set_aside(
    meta: CaptureAddress, cast: Cast, graph: Receiver
) -> None:
    keep_secrets(meta, by=cast.marketer, token=TOKEN)
    graph.says = answer(400, {"error": {"code": 190}})
    posted(meta, notice("77"), SECRET)
    now = timezone.now()
    for n in range(8):
        fetch_waiting(now=now + timedelta(days=n))
    kept = Submission.objects.get()
    assert (kept.state, kept.attempts) == ("refused", 8)
    assert "Meta answered 400" in kept.sentence
    try_again(kept, {}, by=cast.marketer, at=now)
    kept.refresh_from_db()
    assert kept.state == "fetching"


def test_without_a_page_token_a_bare_notice_waits_for_somebody(meta: CaptureAddress, cast: Cast) -> None:
    posted(meta, notice("77"), SECRET)
    kept = Submission.objects.get()
    assert (kept.state, "no page token" in kept.sentence) == ("refused", True)
    dismiss(kept, by=cast.marketer, at=NOW)
    with pytest.raises(DomainError, match="seen to this post"):
        try_again(kept, {}, by=cast.marketer, at=NOW)
    with pytest.raises(DomainError, match="kept by marketing"):
        dismiss(kept, by=cast.rep, at=NOW)


# --- keys on the page -------------------------------------------------------------------------------


def test_a_key_is_shown_once_and_secrets_never(google: tuple[CaptureAddress, str], cast: Cast, client: Client) -> None:
    address, _old = google
    client.force_login(cast.marketer)
    page = address.get_absolute_url()
    shown = client.post(f"{page}keys/")
    assert shown.status_code == 200
    key = shown.context["key"]
    assert key in shown.content.decode()
    assert key not in client.get(page).content.decode()
    assert posted(address, GOOGLE | {"google_key": key}).status_code == 200


def answer(status: int, body: dict[str, Any]) -> bytes:
    told = json.dumps(body).encode()
    return b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(told)) + told
