"""What the description promises is what is answered: schemathesis makes up requests, good and bad ones, for every
address and every role. `--hypothesis-profile=hunt` makes up many more."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import Token
from leads.models import Handoff
from tests.api.test_access import V1, filled
from tests.api.test_access import cast as cast
from tests.api.test_access import made as made
from tests.api.test_access import world as world
from tests.cast import Cast

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
HUNTING = hypothesis.settings.get_current_profile_name() == "hunt"
EXAMPLES = 150 if HUNTING else 2
ROLES = ("marketer", "rep", "other_rep", "sales_manager", "admin")
MOSTLY = st.sampled_from([True, True, True, False])
asked: Counter[str] = Counter()


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The requests see what the test has not committed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def keys(cast: Cast) -> list[str]:
    """A token of each role with all scopes, and one of an admin that only reads."""
    made = [Token.make(user=cast.everybody[role])[1] for role in ROLES]
    return [*made, Token.make(user=cast.admin, scopes=["read"])[1]]


def test_every_answer_is_as_described(
    keys: list[str], made: Handoff, one_connection: None, record_property: Callable[[str, Any], None]
) -> None:
    described = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    faults = []
    for operation in (found.ok() for found in described.get_all_operations()):
        if operation.path.startswith(V1):
            try:
                try_out(operation, keys, made)
            except BaseExceptionGroup as fault:
                faults.append(f"{operation.label}: {fault.message}")
    record_property("answers", dict(sorted(asked.items())))
    assert not faults, "\n\n".join(faults)
    assert {"200", "201", "400", "403", "404"} <= set(asked)


def try_out(operation: Any, keys: list[str], made: Handoff) -> None:
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @hypothesis.settings(max_examples=EXAMPLES, suppress_health_check=list(hypothesis.HealthCheck), database=None)
    @hypothesis.given(case=st.one_of(modes), key=st.sampled_from(keys), there=MOSTLY)
    def check(case: Any, key: str, there: bool) -> None:
        if there:
            case.path_parameters = known(case.operation.path, made)
        # What is left out on purpose is missing.
        if isinstance(case.query, dict):
            case.query.pop("fields", None)
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"})
            transaction.set_rollback(True)
        asked[str(answer.status_code)] += 1
        case.validate_response(answer, checks=CHECKS)

    check()


def known(path: str, made: Handoff) -> dict[str, Any]:
    """Values for the parts of an address that are there."""
    routes = {"lead_id": "int", "code": "slug", "quarter": "str", "figure": "slug", "version": "str"}
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    route = "/".join(f"<{routes.get(name, 'int')}:{name}>" for name in names)
    return dict(zip(names, filled(route, made).removeprefix(V1).split("/"), strict=True)) if names else {}
