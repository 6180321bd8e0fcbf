"""What manage.py does before a command: servers that answer, and a database that fits the code."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from alignment.embedded.servers import EmbeddedServers, use_servers

# These ask no server.
WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "spectacular",
    "startapp",
    "version",
}
_current = EmbeddedServers()
_ADVISORY_LOCK = 4_127_001  # any number, as long as every start takes the same


def current_servers() -> EmbeddedServers:
    """The embedded servers that this command uses; none when the environment named others."""
    return _current


def prepare(arguments: list[str]) -> None:
    """Start or join embedded servers if this command needs them and none are named, and migrate when needed."""
    command = arguments[1] if len(arguments) > 1 else "help"
    if os.environ.get("ENVIRONMENT") == "production":
        return
    if command.startswith("-") or {"-h", "--help"} & set(arguments) or command in WITHOUT_SERVERS:
        return
    global _current
    _current = use_servers()
    if _current.leases:
        signal.signal(signal.SIGTERM, _exit)  # by itself it would end us without giving the servers back
    if _current.database and command not in {"migrate", "up"}:
        migrate_when_needed()


def migrate_when_needed(*, verbosity: int = 0) -> bool:
    """Bring the database up to the code's migrations; returns whether there was anything to do."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if not _unapplied():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
    try:
        if not _unapplied():  # another start did it while this one waited for the lock
            return False
        call_command("migrate", interactive=False, verbosity=verbosity)
    finally:
        connection.close()  # gives the lock back as well
    return True


def _unapplied() -> set[tuple[str, str]]:
    """Migrations on disk that the database has not seen: one query, and nothing imported."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    on_disk = {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("[!_]*.py")
    }
    return on_disk - set(MigrationRecorder(connection).applied_migrations())


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
