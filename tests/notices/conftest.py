"""Real mail, real webhooks, and news to tell."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from notices.telling import Notice, tell
from tests.notices.receivers import MailServer, Receiver

Tell = Callable[..., None]


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server that the settings name."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    settings.BASE_URL = "https://alignment.test"
    server.start()
    yield server
    server.stop()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Somebody who takes webhooks on this machine, which only a setting allows."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    found = Receiver()
    yield found
    found.end()


@pytest.fixture
def news(now: datetime) -> Tell:
    """Tell people a fact: an answer that is late, unless another kind is named."""

    def told(*people: User, fact: str = "f1", kind: str = "breached", at: datetime = now, **texts: str) -> None:
        said = {"title": f"Ann waits ({fact})", "path": "/leads/1/", "detail": "Nordwind", **texts}
        tell([Notice(person_id=person.pk, kind=kind, key=fact, **said) for person in people], at=at)

    return told
