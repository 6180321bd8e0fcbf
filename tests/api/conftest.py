"""Somebody at the API: a client with a token of the person's own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Token, User
from feedback.models import Reason

Api = Callable[[User], APIClient]
Counted = Callable[[Callable[[], Any]], int]


@pytest.fixture
def api() -> Api:
    def made(user: User) -> APIClient:
        _token, secret = Token.make(user=user)
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return made


@pytest.fixture
def queries() -> Counted:
    """How many queries an act takes."""

    def counted(act: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            act()
        return len(captured)

    return counted


@pytest.fixture
def a_reason(db: None) -> Iterator[Reason]:
    return Reason.objects.filter(group=Reason.Group.WRONG_TARGET, needs_note=False)[0]
