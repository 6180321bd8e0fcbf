"""What holds for every request: no NUL gets in, and a view may decide itself how long its answer is kept."""

from datetime import datetime
from itertools import cycle

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Token
from tests.architecture.pages import page_urls
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
NUL = "%00"
# Every name that a page reads from its query, and one that none does.
QUERIES = (
    "q", "grade", "stage", "campaign", "source", "owner", "organisation", "state", "overdue", "captured_after",
    "captured_before", "wakes_before", "after", "n", "whose", "from", "all", "part", "month", "next", "unknown",
)  # fmt: skip


@pytest.fixture
def rep(client: Client, cast: Cast) -> Client:
    client.force_login(cast.rep)
    return client


def test_a_nul_in_any_query_of_any_page_is_refused_in_words(rep: Client, cast: Cast, now: datetime) -> None:
    urls = page_urls(handoff("ann@x.test", now, cast.rep, campaign="fair"))
    probed = [url for name, url in urls.items() if name not in ("healthz", "readyz")] + ["/accounts/login/"]
    # It is refused before a page is chosen: each page with the next name, and each name on one page.
    asked = [*zip(probed, cycle(QUERIES), strict=False), *(("/leads/", query) for query in QUERIES)]
    for url, query in asked:
        answer = rep.get(f"{url}?{query}=x{NUL}")
        assert (answer.status_code, "can’t be read" in answer.text) == (400, True), (url, query)


@pytest.mark.parametrize(
    "path", ["/campaigns/%00/", "/reviews/%00/", "/reviews/2026-Q3/figures/%00/", "/%00", "/leads/?%00=1"]
)
def test_a_nul_anywhere_in_an_address_is_refused(path: str, rep: Client) -> None:
    assert rep.get(path).status_code == 400
    assert rep.post(path).status_code == 400


def test_the_refusal_looks_like_a_page_and_is_no_less_guarded(client: Client) -> None:
    answer = client.get(f"/leads/?q={NUL}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_percent_sign_that_only_looks_like_a_nul_is_text(rep: Client) -> None:
    assert rep.get("/leads/?q=%2500").status_code == 200


def test_a_nul_in_a_cookie_is_refused(client: Client) -> None:
    assert client.get("/", headers={"cookie": 'session="\\000abcdefgh"'}).status_code == 400


def test_the_api_refuses_it_in_json(cast: Cast) -> None:
    _token, secret = Token.make(user=cast.rep)
    answer = APIClient().get(f"/api/v1/leads/?q={NUL}", headers={"authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json().keys()) == (400, {"code", "message", "fields"})


def test_probes_are_answered_before_anything_else(client: Client) -> None:
    assert client.get(f"/healthz?q={NUL}").status_code == 200


def test_a_view_may_decide_itself_how_long_its_answer_is_kept(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    client = Client()
    client.force_login(cast.rep)
    assert client.get(f"/api/v1/leads/{made.lead_id}/")["Cache-Control"] == "private, no-cache"
    assert client.get("/api/v1/leads/")["Cache-Control"] == "private, no-store"


def test_strangers_get_no_such_header(client: Client) -> None:
    assert not client.get("/").has_header("Cache-Control")
