"""The API describes itself: for programs, and as a page."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from alignment import api_docs
from common.api_shapes import Told
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return api_docs.described()


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


def test_every_body_has_an_example_that_is_what_its_shape_says(described: dict[str, Any]) -> None:
    shapes, seen, faults = _plain(described["components"]), 0, []
    for path, method, content in _contents(described):
        asked = jsonschema.Draft202012Validator({**_plain(content["schema"]), "components": shapes})
        faults += [f"{method} {path}: {fault.message}" for fault in asked.iter_errors(content["example"])]
        seen += 1
    assert seen > 200
    assert not faults


def _contents(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for body in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in body.get("content", {}).values():
                    yield path, method, content


def _plain(shape: Any) -> Any:
    """A shape of OpenAPI 3.0 as one of JSON Schema, which says otherwise that something may be null."""
    if isinstance(shape, list):
        return [_plain(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    plain = {name: _plain(part) for name, part in shape.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if shape.get("nullable") is True else plain


def test_what_may_be_missing_in_a_row_is_described_so(described: dict[str, Any]) -> None:
    faults = []
    for shape in _shapes(Told):
        columns = {column.name: column for column in shape.Meta.model._meta.get_fields()}  # type: ignore[attr-defined]
        for name, field in shape().fields.items():
            column = columns.get(field.source)
            if getattr(column, "null", False) and hasattr(column, "attname") and not field.allow_null:
                faults.append(f"{shape.__name__}.{name}")
    # No draft is told.
    assert faults == ["DefinitionTold.valid_from"], "say allow_null=True"


def _shapes(shape: Any) -> Iterator[type[Told]]:
    for one in shape.__subclasses__():
        yield from _shapes(one)
        if hasattr(one, "Meta"):
            yield one


def test_every_address_tells_its_scope_and_the_refusals_that_it_can_have(described: dict[str, Any]) -> None:
    leads, one = described["paths"]["/api/v1/leads/"], described["paths"]["/api/v1/leads/{lead_id}/"]
    assert (leads["get"]["x-scope"], leads["post"]["x-scope"], one["patch"]["x-scope"]) == ("read", "intake", "manage")
    assert described["paths"]["/api/v1/me/"]["get"]["x-scope"] == "any"
    assert set(leads["get"]["responses"]) == {"200", "400", "401", "403", "429"}
    assert set(one["get"]["responses"]) == {"200", "304", "400", "401", "403", "404", "429"}
    assert set(one["patch"]["responses"]) - set(one["get"]["responses"]) == {"409", "412", "415", "422", "428"}


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
    assert not re.search(r"<style|style=|<script>|onclick|(src|href|action)=.https?://(?!testserver)", text)
