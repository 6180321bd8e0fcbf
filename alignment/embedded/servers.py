"""The two servers together, and their addresses in the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from alignment.embedded.lease import Lease
from alignment.embedded.place import var_dir
from alignment.embedded.postgres import Postgres
from alignment.embedded.valkey import Valkey


@dataclass
class EmbeddedServers:
    """The addresses of the servers that the environment did not name; ours until `release`."""

    urls: dict[str, str] = field(default_factory=dict)
    leases: list[Lease] = field(default_factory=list)

    @property
    def database(self) -> bool:
        """Whether the database is an embedded one."""
        return "DATABASE_URL" in self.urls

    def renew(self) -> list[str]:
        """Start again what died meanwhile, on its data; returns the names of those."""
        return [lease.server.name for lease in self.leases if lease.renew()]

    def release(self) -> None:
        """Stop using them; whoever was last stops them."""
        while self.leases:
            self.leases.pop().release()


def ensure_servers(folder: Path, *, database: bool = True, queue: bool = True) -> EmbeddedServers:
    """Start or join the servers of `folder` and return their addresses. Raises EmbeddedError with a sentence."""
    servers = EmbeddedServers()
    try:
        if database:
            postgres = Postgres(folder)
            servers.leases.append(Lease(postgres))
            servers.urls["DATABASE_URL"] = postgres.url
        if queue:
            valkey = Valkey(folder)
            servers.leases.append(Lease(valkey))
            servers.urls["REDIS_URL"] = valkey.url
    except BaseException:
        servers.release()
        raise
    return servers


def use_servers() -> EmbeddedServers:
    """Start or join embedded servers for what the environment does not name, and name them there."""
    servers = ensure_servers(
        var_dir(),
        database=not os.environ.get("DATABASE_URL"),
        queue=not os.environ.get("REDIS_URL"),
    )
    os.environ.update(servers.urls)
    return servers


def for_tests() -> EmbeddedServers:
    """Name servers for a test run and set Django up; tests/conftest.py calls it before all else.

    Tests get their own database from Django's runner, and their own Redis databases (see settings), so a `make run`
    beside them is not disturbed.
    """
    os.environ["ENVIRONMENT"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")
    servers = use_servers()

    import django

    django.setup()
    if os.environ["REDIS_URL"].startswith("unix:"):  # ours; what somebody named may hold more than tests
        _empty_test_queue()
    return servers


def _empty_test_queue() -> None:
    from django.conf import settings
    from redis import Redis

    for url in (settings.REDIS_URL, str(settings.CACHES["default"]["LOCATION"])):
        with Redis.from_url(url) as client:
            client.flushdb()
