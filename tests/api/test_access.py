"""Who may do what: every address x method x role. An address that the table leaves out fails."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Scope, Token
from alignment import api_urls
from campaigns.models import Activity, Campaign, Cost
from feedback.models import Adjustment, Outcome, Verdict
from imports.models import Import
from leads.models import Handoff
from notices.models import WebhookEndpoint
from tests.api.conftest import Api
from tests.cast import PASSWORD, Cast, handoff, make_cast, upload

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"

# What somebody of each role is answered about a lead that the rep's team has, of a running campaign.
ALL = {"marketer": 200, "marketing_manager": 200, "rep": 200, "other_rep": 200, "sales_manager": 200, "admin": 200}
LOADERS = {**ALL, "rep": 404, "other_rep": 404}
OF_THE_TEAM = {**ALL, "other_rep": 404}
ANSWERS = {**dict.fromkeys(ALL, 403), "rep": 201, "other_rep": 404, "sales_manager": 201}
MARKETING = {**dict.fromkeys(ALL, 201), "rep": 403, "other_rep": 403, "sales_manager": 403}
CHANGING = {**MARKETING, "marketer": 428, "marketing_manager": 428, "admin": 428}
REMOVED = dict.fromkeys(("marketer", "marketing_manager", "admin"), 204)
HOOK = "webhooks/<int:webhook_id>/"


def managers(status: int) -> dict[str, int]:
    """Managers of both sides and admins, and nobody else."""
    return {**dict.fromkeys(ALL, status), "marketer": 403, "rep": 403, "other_rep": 403}


MANAGERS = managers(200)

Sent = dict[str, Any] | None
TABLE: list[tuple[str, str, Sent, dict[str, int]]] = [
    ("leads/", "get", None, ALL),
    ("leads/", "post", {"email": "new@y.test"}, dict.fromkeys(ALL, 201)),
    ("leads/bulk/", "post", {"rows": [{"email": "many@y.test"}]}, ALL),
    ("leads/<int:lead_id>/", "get", None, OF_THE_TEAM),
    # None of them says which version it has read.
    ("leads/<int:lead_id>/", "patch", {"phone": "1"}, {**dict.fromkeys(ALL, 428), "other_rep": 404}),
    ("leads/<int:lead_id>/explanation/", "get", None, OF_THE_TEAM),
    ("leads/<int:lead_id>/timeline/", "get", None, OF_THE_TEAM),
    ("leads/<int:lead_id>/outcomes/", "post", {"kind": "opportunity"}, ANSWERS),
    # The rep's team has it, and nobody has answered.
    (
        "leads/<int:lead_id>/pull-backs/",
        "post",
        {"why": "A test"},
        {**dict.fromkeys(ALL, 200), "rep": 403, "sales_manager": 403, "other_rep": 404},
    ),
    (
        "leads/<int:lead_id>/grades/",
        "post",
        {"grade": "C", "reason": "Knows the buyer"},
        {**dict.fromkeys(ALL, 200), "rep": 403, "other_rep": 404},
    ),
    ("leads/<int:lead_id>/marks/", "post", {"kept_out": "spam"}, OF_THE_TEAM),
    # Only who has it hands it back.
    (
        "handoffs/<int:handoff_id>/transfers/",
        "post",
        {"why": "I am away"},
        {**dict.fromkeys(ALL, 403), "rep": 200, "other_rep": 404},
    ),
    ("handoffs/", "get", None, ALL),
    ("handoffs/<int:handoff_id>/responses/", "post", {"kind": "call"}, ANSWERS),
    ("handoffs/<int:handoff_id>/verdicts/", "post", {"verdict": "accepted"}, ANSWERS),
    ("handoffs/<int:handoff_id>/verdict/", "get", None, OF_THE_TEAM),
    # None of them says which version it has read.
    ("handoffs/<int:handoff_id>/verdict/", "patch", {"note": "x"}, {**dict.fromkeys(ALL, 428), "other_rep": 404}),
    ("outcomes/<int:outcome_id>/", "get", None, OF_THE_TEAM),
    ("outcomes/<int:outcome_id>/", "patch", {"note": "x"}, {**dict.fromkeys(ALL, 428), "other_rep": 404}),
    ("leads/<int:lead_id>/touches/", "get", None, OF_THE_TEAM),
    ("leads/<int:lead_id>/touches/", "post", {"kind": "visit"}, {**MARKETING, "other_rep": 404}),
    ("handoffs/<int:handoff_id>/", "get", None, OF_THE_TEAM),
    ("handoffs/<int:handoff_id>/comments/", "get", None, OF_THE_TEAM),
    # Nobody has answered yet.
    (
        "handoffs/<int:handoff_id>/comments/",
        "post",
        {"kind": "thanks"},
        {**dict.fromkeys(ALL, 422), "rep": 403, "sales_manager": 403, "other_rep": 404},
    ),
    ("organisations/", "get", None, ALL),
    ("organisations/<int:organisation_id>/", "get", None, OF_THE_TEAM),
    (
        "organisations/<int:organisation_id>/",
        "patch",
        {"industry": "x"},
        {**dict.fromkeys(ALL, 428), "rep": 403, "other_rep": 404},
    ),
    ("definitions/", "get", None, ALL),
    ("definitions/<str:version>/", "get", None, ALL),
    ("people/", "get", None, ALL),
    ("people/<int:person_id>/", "get", None, ALL),
    ("teams/", "get", None, ALL),
    ("imports/", "get", None, ALL),
    # No file was sent; who may load one is asked by the verb.
    ("imports/", "post", {"kind": "leads"}, dict.fromkeys(ALL, 415)),
    ("imports/<int:run_id>/", "get", None, LOADERS),
    ("imports/<int:run_id>/refused/", "get", None, LOADERS),
    ("adjustments/", "get", None, ALL),
    ("adjustments/<int:adjustment_id>/", "get", None, ALL),
    ("campaigns/", "get", None, ALL),
    ("campaigns/", "post", {"name": "New"}, MARKETING),
    ("campaigns/<slug:code>/", "get", None, ALL),
    # Whoever keeps campaigns has not said which version they have read.
    ("campaigns/<slug:code>/", "patch", {"offer": "x"}, CHANGING),
    ("campaigns/<slug:code>/statuses/", "post", {"act": "end", "why": "x"}, CHANGING),
    ("campaigns/<slug:code>/costs/<int:cost_id>/", "get", None, ALL),
    ("campaigns/<slug:code>/costs/<int:cost_id>/", "patch", {"note": "x"}, CHANGING),
    ("campaigns/<slug:code>/costs/<int:cost_id>/", "delete", None, CHANGING),
    ("campaigns/<slug:code>/activities/<int:activity_id>/", "delete", None, {**MARKETING, **REMOVED}),
    ("campaigns/<slug:code>/costs/", "get", None, ALL),
    ("campaigns/<slug:code>/costs/", "post", {"kind": "media", "on": "2026-01-05", "actual": 1}, MARKETING),
    ("campaigns/<slug:code>/activities/", "get", None, ALL),
    ("campaigns/<slug:code>/activities/", "post", {"what": "Built", "on": "2026-01-05"}, MARKETING),
    # The campaign has no sales partner.
    ("campaigns/<slug:code>/partner-answers/", "post", {"agrees": True}, dict.fromkeys(ALL, 403)),
    ("campaigns/<slug:code>/results/", "get", None, ALL),
    ("me/", "get", None, ALL),
    ("leads/<int:lead_id>/hand-over/", "get", None, OF_THE_TEAM),
    ("reasons/", "get", None, ALL),
    ("reviews/", "get", None, ALL),
    ("reviews/<str:quarter>/", "get", None, ALL),
    ("reviews/<str:quarter>/plan/", "get", None, ALL),
    ("reviews/<str:quarter>/figures/<slug:figure>/leads/", "get", None, ALL),
    ("webhooks/", "get", None, MANAGERS),
    ("webhooks/", "post", {"name": "X", "url": "https://x.test/", "events": ["lead.won"]}, managers(201)),
    (HOOK, "get", None, MANAGERS),
    (HOOK, "patch", {"name": "ERP"}, managers(428)),
    (HOOK, "delete", None, managers(204)),
    (f"{HOOK}secrets/", "post", None, managers(201)),
    (f"{HOOK}states/", "post", {"act": "pause"}, MANAGERS),
    (f"{HOOK}tests/", "post", None, managers(201)),
    (f"{HOOK}deliveries/", "get", None, MANAGERS),
    (f"{HOOK}deliveries/", "post", {"failed_since": "2026-01-01T00:00:00Z"}, MANAGERS),
]

# The scope that a token needs to write at an address; to read it is `read` everywhere but where the table says.
WRITES = {
    "leads/": "intake",
    "leads/bulk/": "intake",
    "leads/<int:lead_id>/": "manage",
    "leads/<int:lead_id>/outcomes/": "answer",
    "leads/<int:lead_id>/touches/": "intake",
    "leads/<int:lead_id>/pull-backs/": "manage",
    "leads/<int:lead_id>/grades/": "manage",
    "leads/<int:lead_id>/marks/": "manage",
    "handoffs/<int:handoff_id>/transfers/": "manage",
    "handoffs/<int:handoff_id>/comments/": "answer",
    "organisations/<int:organisation_id>/": "manage",
    "imports/": "manage",
    "handoffs/<int:handoff_id>/responses/": "answer",
    "handoffs/<int:handoff_id>/verdicts/": "answer",
    "handoffs/<int:handoff_id>/verdict/": "answer",
    "outcomes/<int:outcome_id>/": "answer",
    "campaigns/": "manage",
    "campaigns/<slug:code>/": "manage",
    "campaigns/<slug:code>/statuses/": "manage",
    "campaigns/<slug:code>/costs/": "manage",
    "campaigns/<slug:code>/costs/<int:cost_id>/": "manage",
    "campaigns/<slug:code>/activities/": "manage",
    "campaigns/<slug:code>/activities/<int:activity_id>/": "manage",
    "campaigns/<slug:code>/partner-answers/": "manage",
    **dict.fromkeys(("webhooks/", HOOK, f"{HOOK}secrets/", f"{HOOK}states/"), "manage"),
    **dict.fromkeys((f"{HOOK}tests/", f"{HOOK}deliveries/"), "manage"),
}
FOR_ANY_TOKEN = {"me/"}


@pytest.fixture(scope="module")
def world(told_once: Callable[..., Any]) -> tuple[Cast, Handoff]:
    """The people and one handoff: the same for every test of this module."""

    def make() -> tuple[Cast, Handoff]:
        cast = make_cast()
        Campaign.objects.create(code="fair", name="Fair", starts_on=date(2026, 1, 1), owner=cast.marketer)
        fair = Campaign.objects.get()
        Cost.objects.create(campaign=fair, kind="media", on=date(2026, 1, 2), actual=1)
        Activity.objects.create(campaign=fair, what="Built", on=date(2026, 1, 2), by=cast.marketer)
        found = handoff(
            "ann@firm.test", datetime.now(UTC) - timedelta(days=1), cast.rep, campaign="fair", organisation="Firm"
        )
        Outcome.objects.create(lead=found.lead, kind="opportunity", at=found.at, by=cast.rep)
        upload("email\nbob@bob.test\n", cast.marketer, found.at)
        facts = {"group": "timing", "due_on": date(2026, 9, 1), "opened_at": found.at, "opened_by": cast.marketer}
        looks_back = found.at - timedelta(days=9)
        Adjustment.objects.create(campaign=fair, owner=cast.marketer, title="x", before_from=looks_back, **facts)
        old = Handoff.objects.create(lead=found.lead, grade="A", rep=cast.rep, at=found.at, closed_at=found.at)
        Verdict.objects.create(handoff=old, verdict="accepted", at=found.at, by=cast.rep)
        WebhookEndpoint.objects.create(
            name="CRM", url="https://x.test/", form="event", kinds=["lead.won"], added_at=found.at
        )
        return cast, found

    return told_once(make)


@pytest.fixture
def cast(world: tuple[Cast, Handoff], db: None) -> Cast:
    return world[0]


@pytest.fixture
def made(world: tuple[Cast, Handoff], db: None) -> Handoff:
    return world[1]


def filled(route: str, made: Handoff) -> str:
    if route.endswith("/verdict/"):
        return V1 + route.replace("<int:handoff_id>", str(Verdict.objects.get().handoff_id))
    values = {
        "<int:lead_id>": made.lead_id, "<int:handoff_id>": made.pk, "<slug:code>": "fair",
        "<str:quarter>": "2026-Q3", "<slug:figure>": "leads", "<int:outcome_id>": Outcome.objects.latest("-pk").pk,
        "<int:organisation_id>": made.lead.organisation_id, "<str:version>": "current",
        "<int:person_id>": made.rep_id, "<int:run_id>": Import.objects.get().pk,
        "<int:adjustment_id>": Adjustment.objects.get().pk,
        "<int:webhook_id>": WebhookEndpoint.objects.get(name="CRM").pk,
        "<int:cost_id>": Cost.objects.get().pk, "<int:activity_id>": Activity.objects.get().pk,
    }  # fmt: skip
    for part, value in values.items():
        route = route.replace(part, str(value))
    return V1 + route


def asked(client: APIClient, method: str, url: str, sent: Sent) -> Any:
    act: Callable[..., Any] = getattr(client, method)
    return act(url, sent) if sent is not None else act(url)


def test_the_table_leaves_no_address_and_no_method_out() -> None:
    served = {
        (str(pattern.pattern), method.lower())
        for resolver in api_urls.urlpatterns
        if str(resolver.pattern) == "v1/"
        for pattern in resolver.url_patterns  # type: ignore[union-attr]
        for method in pattern.callback.cls().allowed_methods
        if method != "OPTIONS"
    }
    assert served == {(route, method) for route, method, _sent, _answers in TABLE}


@pytest.mark.parametrize(("route", "method", "sent", "answers"), TABLE, ids=[f"{t[1]} {t[0]}" for t in TABLE])
def test_each_role_is_answered_as_the_table_says(
    route: str, method: str, sent: Sent, answers: dict[str, int], api: Api, cast: Cast, made: Handoff
) -> None:
    url = filled(route, made)
    found = {}
    for role in answers:
        with transaction.atomic():
            answer = asked(api(cast.everybody[role]), method, url, sent)
            transaction.set_rollback(True)
        found[role] = answer.status_code
        if answer.status_code >= 400:
            assert answer.json().keys() == {"code", "message", "fields"}
    assert found == answers


def test_every_address_that_writes_says_its_scope() -> None:
    assert {route for route, method, _sent, _answers in TABLE if method != "get"} == set(WRITES)


@pytest.mark.parametrize("scope", Scope.values)
def test_a_token_opens_what_its_scope_names_and_nothing_else(scope: str, cast: Cast, made: Handoff) -> None:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {Token.make(user=cast.sales_manager, scopes=[scope])[1]}")
    for route, method, sent, answers in TABLE:
        opens = route in FOR_ANY_TOKEN or scope == ("read" if method == "get" else WRITES[route])
        if not opens:
            answer = asked(client, method, filled(route, made), sent)
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), (method, route)
        elif method != "get":
            with transaction.atomic():
                answer = asked(client, method, filled(route, made), sent)
                transaction.set_rollback(True)
            assert answer.status_code == answers.get("sales_manager", 403), (method, route)
            assert answer.status_code != 403 or answer.json()["code"] != "scope_missing"


@pytest.mark.parametrize(("route", "method", "sent", "answers"), TABLE, ids=[f"{t[1]} {t[0]}" for t in TABLE])
def test_strangers_are_told_so_in_json(
    route: str, method: str, sent: Sent, answers: dict[str, int], made: Handoff
) -> None:
    answer = asked(APIClient(), method, filled(route, made), sent)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_lists_hold_what_the_person_may_see(api: Api, cast: Cast, made: Handoff) -> None:
    for path in ("leads/", "handoffs/", "reviews/2026-Q3/figures/leads/leads/"):
        theirs = api(cast.other_rep).get(V1 + path)
        assert (theirs.status_code, theirs.json()["results"]) == (200, [])


def test_a_marketer_who_answers_is_told_why_not(api: Api, cast: Cast, made: Handoff) -> None:
    answer = api(cast.marketer).post(f"{V1}handoffs/{made.pk}/responses/", {"kind": "call"})
    assert answer.json() == {
        "code": "not_sales", "message": "Only sales answers leads, each team its own.", "fields": {},
    }  # fmt: skip


def test_a_token_that_is_none_revoked_or_of_somebody_gone_opens_nothing(cast: Cast) -> None:
    token, secret = Token.make(user=cast.rep)
    client = APIClient()

    def status(key: str) -> tuple[int, str]:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        answer = client.get(f"{V1}leads/")
        return answer.status_code, answer.json().get("code", "")

    assert status(secret) == (200, "")
    for nonsense in ("", "x", secret + "x", "ÿ"):
        assert status(nonsense) == (401, "authentication_failed")
    cast.rep.is_active = False
    cast.rep.save()
    assert status(secret) == (401, "authentication_failed")
    cast.rep.is_active = True
    cast.rep.save()
    token.revoked_at = datetime.now(UTC)
    token.save()
    assert status(secret) == (401, "authentication_failed")


def test_the_session_opens_it_too_and_must_prove_that_it_meant_to(cast: Cast, made: Handoff) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.login(username=cast.rep.email, password=PASSWORD)
    assert client.get(f"{V1}leads/").status_code == 200
    url, sent = f"{V1}handoffs/{made.pk}/responses/", {"kind": "call"}
    refused = client.post(url, sent, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    client.get("/")
    key = client.cookies["csrf"].value
    assert client.post(url, sent, content_type="application/json", headers={"X-CSRFToken": key}).status_code == 201


def test_nothing_below_api_answers_in_html(api: Api, cast: Cast) -> None:
    for path in ("v1/none/", "v1/leads", "none", "v1/leads/99999999999999999999999/", "v1/leads/" + "9" * 5000 + "/"):
        answer = api(cast.marketer).get(f"/api/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    answer = api(cast.marketer).delete(f"{V1}leads/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
