"""Choosing what reaches one, adding addresses, and leaving from a mail."""

import re
from datetime import datetime

import pytest
from django.test import Client

from notices.kinds import Way
from notices.messages import unsubscribe_path
from notices.models import Preference, WebhookEndpoint
from notices.wishes import ways_of
from tests.cast import Cast
from tests.notices.conftest import Tell

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.com/services/secret"


def sign_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def test_a_person_chooses_for_each_kind(cast: Cast) -> None:
    client = sign_in(cast.rep)
    chosen = {key: str(way) for key, way in ways_of(cast.rep).items()} | {"breached": "daily", "weekly": "never"}
    assert client.post("/notices/settings/", chosen)["Location"] == "/notices/settings/"
    ways = ways_of(cast.rep)
    assert (ways["breached"], ways["weekly"], ways["at_risk"]) == (Way.DAILY, Way.NEVER, Way.DAILY)
    assert re.search(r'name="breached" value="daily"[^>]* checked', client.get("/notices/settings/").text)
    assert ways_of(cast.mate)["breached"] == Way.AT_ONCE


@pytest.mark.parametrize("said", [{}, {"breached": "hourly"}])
def test_half_a_form_changes_nothing(cast: Cast, said: dict[str, str]) -> None:
    assert sign_in(cast.rep).post("/notices/settings/", said).status_code == 422
    assert not Preference.objects.exists()


def test_a_person_chooses_what_goes_to_their_own_address(cast: Cast, now: datetime) -> None:
    WebhookEndpoint.objects.create(url=URL, person=cast.rep, kinds=["breached"], added_at=now)
    chosen = {key: str(way) for key, way in ways_of(cast.rep).items()}
    client = sign_in(cast.rep)
    assert "secret" not in client.get("/notices/settings/").text
    client.post("/notices/settings/", chosen | {"webhook": ["at_risk", "escalated"]})
    assert WebhookEndpoint.objects.get().kinds == ["at_risk", "escalated"]


def test_a_manager_adds_an_address_that_is_never_shown_again(cast: Cast) -> None:
    client = sign_in(cast.sales_manager)
    said = {"owner": f"team-{cast.rep.team_id}", "url": URL, "kinds": ["breached", "escalated"]}
    assert client.post("/notices/addresses/", said)["Location"] == "/notices/addresses/"
    page = client.get("/notices/addresses/").text
    assert "hooks.example.com" in page
    assert "secret" not in page
    added = WebhookEndpoint.objects.get()
    assert (added.url, added.team, added.added_by) == (URL, cast.rep.team, cast.sales_manager)
    assert client.post(f"/notices/addresses/{added.pk}/removals/").status_code == 302
    assert "hooks.example.com" not in client.get("/notices/addresses/").text.partition("<ul")[2].partition("</ul>")[0]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"url": "http://hooks.example.com/"}, "Write an address that begins with https://."),
        ({"kinds": ["definition"]}, "Choose from the list."),
        ({"owner": "team-0"}, "Choose one of the list."),
    ],
)
def test_what_is_wrong_stands_at_its_field(cast: Cast, said: dict[str, object], sentence: str) -> None:
    right = {"owner": f"team-{cast.rep.team_id}", "url": URL, "kinds": ["breached"]}
    answer = sign_in(cast.sales_manager).post("/notices/addresses/", right | said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not WebhookEndpoint.objects.exists()


def test_a_manager_is_offered_the_people_of_the_own_side(cast: Cast) -> None:
    page = sign_in(cast.marketing_manager).get("/notices/addresses/").text
    assert "Marketer" in page
    assert "North" not in page


# --- leaving from a mail ----------------------------------------------------------------------------


def test_a_get_asks_and_changes_nothing(cast: Cast, client: Client) -> None:
    answer = client.get(unsubscribe_path(cast.rep, "breached"))
    assert "They are about “An answer is late”." in answer.text
    assert ways_of(cast.rep)["breached"] == Way.AT_ONCE


def test_one_press_leaves_without_signing_in(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(unsubscribe_path(cast.rep, "breached"), {"List-Unsubscribe": "One-Click"})
    assert "No mail about “An answer is late” is sent to you any more." in answer.text
    assert ways_of(cast.rep)["breached"] == Way.NEVER
    assert ways_of(cast.mate)["breached"] == Way.AT_ONCE


def test_a_token_that_we_did_not_sign_leads_nowhere(cast: Cast, client: Client) -> None:
    path = unsubscribe_path(cast.rep, "breached")
    for wrong in (path[:-3] + "xx/", "/notices/unsubscribe/x/", path.replace(":", "")):
        assert client.post(wrong).status_code == 404
    assert not Preference.objects.exists()


def test_the_title_counts_what_is_new(cast: Cast, news: Tell) -> None:
    client = sign_in(cast.rep)
    assert "<title>Notices · Alignment</title>" in client.get("/notices/").text
    news(cast.rep, fact="one")
    news(cast.rep, fact="two")
    assert "<title>(2) Notices · Alignment</title>" in client.get("/notices/").text
    client.post("/notices/readings/")
    assert "<title>Notices · Alignment</title>" in client.get("/notices/").text
