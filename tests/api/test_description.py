"""The API describes itself: for programs, and as a page."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_is_valid_and_nothing_in_it_is_a_guess() -> None:
    said = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=said)
    assert "/api/v1/leads/{lead_id}/explanation/" in said.getvalue()


def test_it_is_served_to_everybody_and_tells_how_to_sign_in() -> None:
    answer = APIClient().get("/api/schema/?format=json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    assert answer.json()["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert {"token": []} in answer.json()["paths"]["/api/v1/leads/"]["get"]["security"]


def test_every_filter_and_every_refusal_is_described(described: dict[str, Any]) -> None:
    asked = {p["name"] for p in described["paths"]["/api/v1/handoffs/"]["get"]["parameters"]}
    assert asked == {"state", "rep", "campaign", "grade", "due_before", "cursor", "page_size", "fields"}
    leads = {p["name"] for p in described["paths"]["/api/v1/leads/"]["get"]["parameters"]}
    assert {"grade", "stage", "campaign", "owner", "organisation", "state", "overdue", "q", "order"} <= leads
    verdict = described["paths"]["/api/v1/handoffs/{handoff_id}/verdicts/"]["post"]
    assert set(verdict["responses"]) == {"201", "400", "401", "403", "404", "409", "415", "422", "429"}
    assert described["components"]["schemas"]["Refusal"]["required"] == ["code", "fields", "message"]


def test_every_post_can_be_repeated(described: dict[str, Any]) -> None:
    posts = {path: methods["post"] for path, methods in described["paths"].items() if "post" in methods}
    named = {p for p, post in posts.items() if "Idempotency-Key" in {p["name"] for p in post.get("parameters", [])}}
    # A file may be too large to be compared; the same file twice changes nothing anyway. A secret is kept nowhere.
    secrets = {"/api/v1/webhooks/", "/api/v1/webhooks/{webhook_id}/secrets/"}
    assert set(posts) - named == {"/api/v1/imports/", *secrets}


def test_the_page_tells_every_operation_and_carries_no_script_or_style_of_its_own(
    client: Client, cast: Cast, described: dict[str, Any]
) -> None:
    assert client.get("/api/docs/").status_code == 302
    client.force_login(cast.marketer)
    answer = client.get("/api/docs/")
    text = answer.content.decode()
    for path, methods in described["paths"].items():
        for method in methods:
            if path.startswith("/api/v1/"):
                assert f"{method.upper()} {path}" in text
    assert "accepted, nurture, rejected" in text
    assert not re.search(r"<style|style=|<script>|onclick|https?://(?!testserver|www\.w3\.org)", text)
