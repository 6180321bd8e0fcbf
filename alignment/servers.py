"""How the addresses of the two servers become what Django, redis-py and Celery each want to read."""

from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit, urlunsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# What the planner is told on each connection, so that every server answers as the embedded one does: rows are read
# from memory or a solid disk, and a page is read sooner by one process than it takes to call others or to compile.
PLANNER = "-c random_page_cost=1.1 -c parallel_setup_cost=20000 -c jit=off"


def database_settings(url: str) -> dict[str, Any]:
    """Django's settings of the database at `url`; a socket folder may stand in `?host=`, percent-encoded.

    Without an address a query fails with a clear sentence, and commands that ask nothing (makemigrations) work.
    """
    if not url:
        return {"ENGINE": "django.db.backends.dummy"}
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL is the address of a PostgreSQL: postgresql://user:password@host/name.")
    settings: dict[str, Any] = dict(dj_database_url.parse(url))
    options = settings.setdefault("OPTIONS", {})
    for key in ("host", "port"):  # Django's own dbshell looks for these beside OPTIONS
        if key in options:
            settings[key.upper()] = options.pop(key)
    options.setdefault("application_name", "alignment")
    options.setdefault("connect_timeout", 5)
    options.setdefault("options", PLANNER)
    return settings | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


def redis_database(url: str) -> int:
    """The number of the database that a Redis URL names."""
    parts = urlsplit(url)
    text = parse_qs(parts.query).get("db", [""])[0] if parts.scheme == "unix" else parts.path.strip("/")
    return int(text or 0)


def with_redis_database(url: str, number: int) -> str:
    """The same server, another database of it."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = {k: v[0] for k, v in parse_qs(parts.query).items()} | {"db": str(number)}
        return f"unix://{parts.path}?{urlencode(query)}"
    return urlunsplit(parts._replace(path=f"/{number}"))


def cache_url(redis_url: str) -> str:
    """The cache lives beside the queue, in the next database, so that clearing it loses no task."""
    return with_redis_database(redis_url, redis_database(redis_url) + 1)


def celery_broker_url(redis_url: str) -> str:
    """kombu spells a Unix socket in its own way."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    return f"redis+socket://{quote(unquote(parts.path))}?virtual_host={redis_database(redis_url)}"
