"""Settings that do not go together in production, each with what to do. Production refuses to start with one."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

EXAMPLE_KEY = "change-me"  # how the value in .env.example begins
SHORTEST_KEY = 50


@register(Tags.security, deploy=True)
def unsafe_settings(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """What is unsafe or missing in the current settings, were they production's."""
    return [*_about_secrets(), *_about_addresses(), *_about_servers()]


def refuse_unsafe_production() -> None:
    """Raise ImproperlyConfigured with every reason why production can't start like this."""
    problems = unsafe_settings() if settings.PRODUCTION else []
    if problems:
        reasons = "\n".join(f"- {problem.msg} {problem.hint}" for problem in problems)
        raise ImproperlyConfigured(f"Production does not start with these settings:\n{reasons}")


def _about_secrets() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG shows settings and code to visitors.", hint="Unset DEBUG.", id="alignment.E001")
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < 10 or key.startswith(("django-insecure-", EXAMPLE_KEY)):
        yield Error(
            "SECRET_KEY is missing, short or an example.",
            hint=f"Set it to {SHORTEST_KEY} or more random characters, and keep it.",
            id="alignment.E002",
        )


def _about_addresses() -> Iterator[CheckMessage]:
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https":
        yield Error(
            "BASE_URL is not an https address, so passwords and cookies would travel in the clear.",
            hint="Set BASE_URL to the address that people type, e.g. https://alignment.example.com.",
            id="alignment.E003",
        )
    hosts = settings.ALLOWED_HOSTS
    if not any(hosts) or "*" in hosts:
        yield Error(
            "ALLOWED_HOSTS lets any host name in.", hint="Name the hosts, separated by commas.", id="alignment.E004"
        )
    elif not any(address.hostname == host or (address.hostname or "").endswith(host) for host in hosts):
        yield Error(
            "ALLOWED_HOSTS leaves out the host of BASE_URL.",
            hint=f"Add {address.hostname}, or unset ALLOWED_HOSTS.",
            id="alignment.E005",
        )


def _about_servers() -> Iterator[CheckMessage]:
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.postgresql":
        yield Error(
            "No PostgreSQL is named, and production never starts the embedded one.",
            hint="Set DATABASE_URL.",
            id="alignment.E006",
        )
    elif str(database["HOST"]).startswith(str(settings.VAR_DIR)):
        yield Error(
            "DATABASE_URL names the embedded PostgreSQL, which is for trying and testing.",
            hint="Set DATABASE_URL to a server of its own.",
            id="alignment.E007",
        )
    if not settings.REDIS_IS_NAMED:
        yield Error("No Redis is named.", hint="Set REDIS_URL.", id="alignment.E008")
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        yield Error(
            "Mails would only become files.",
            hint="Set EMAIL_URL, e.g. smtp+tls://name:password@mail.example.com:587.",
            id="alignment.E009",
        )
    if settings.WEBHOOK_ALLOW_PRIVATE:
        yield Error(
            "Webhooks may go into the private network, to whatever a manager types.",
            hint="Unset WEBHOOK_ALLOW_PRIVATE.",
            id="alignment.E010",
        )
