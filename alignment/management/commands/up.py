"""`manage.py up`: everything in one go, until Ctrl-C."""

import fcntl
import os
import signal
import socket
import sys
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connections

from alignment import running
from alignment.embedded.commands import current_servers, migrate_when_needed
from alignment.preparing import collect_static_when_needed, seed_when_empty
from alignment.supervisor import end_leftovers
from common.commands import RefusingCommand


class Command(RefusingCommand):
    """Prepares the database, then hands over to alignment.running."""

    help = "Start everything: servers (embedded ones unless the environment names others), web, worker and beat."

    def add_arguments(self, parser: CommandParser) -> None:
        """--port, and a switch for the Makefile."""
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="default 8000")
        parser.add_argument(
            "--end-with-parent", action="store_true", help="end when the process that started this one is gone"
        )

    def handle(self, *_args: Any, port: int, end_with_parent: bool, **_options: Any) -> None:
        """Prepare everything and become the process that keeps it running."""
        signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
        lock = _claim(settings.VAR_DIR)
        _require_free(port)
        migrate_when_needed()
        seed_when_empty(int(os.environ.get("DEMO_LEADS") or 400))
        collect_static_when_needed()
        connections.close_all()
        os.set_inheritable(lock.fileno(), True)  # the lock stays ours through the hand-over
        running.become(port, end_with_parent=end_with_parent, embedded=list(current_servers().urls))


def _claim(folder: Path) -> IO[str]:
    """Be the only one in this VAR_DIR, and end what a killed one left."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "up.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(
            f"Another `up` already runs in {folder}. End it first, or set VAR_DIR and PORT to others."
        ) from None
    end_leftovers(folder)
    return lock


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((running.HOST, port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "ports go up to 65535"
            raise CommandError(f"Port {port} cannot be used ({why}). Choose another one with PORT.") from None
