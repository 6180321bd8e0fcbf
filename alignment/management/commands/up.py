"""`manage.py up`: everything in one go, until Ctrl-C."""

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from alignment.embedded.commands import migrate_when_needed
from alignment.preparing import collect_static_when_needed, demo_logins, seed_when_empty
from alignment.supervisor import Supervisor, end_leftovers

HOST = "127.0.0.1"
READY_SECONDS = 60
TICK_SECONDS = 0.2


class Command(BaseCommand):
    """Prepares the database and keeps web, worker and beat running."""

    help = "Start everything: servers (embedded ones unless the environment names others), web, worker and beat."

    def add_arguments(self, parser: CommandParser) -> None:
        """--port, and a switch for the Makefile."""
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="default 8000")
        parser.add_argument(
            "--end-with-parent", action="store_true", help="end when the process that started this one is gone"
        )

    def handle(self, *_args: Any, port: int, end_with_parent: bool, **_options: Any) -> None:
        """Prepare, start, say so, and watch until a signal ends it."""
        signal.signal(signal.SIGTERM, _leave)
        signal.signal(signal.SIGINT, _leave)
        parent = os.getppid() if end_with_parent else None
        lock = self._claim(settings.VAR_DIR)
        _require_free(port)
        self._prepare()
        os.environ["PORT"] = str(port)
        supervisor = Supervisor(_commands(port), folder=settings.VAR_DIR, say=self._say)
        try:
            supervisor.start()
            self._wait_until_ready(supervisor, port)
            while parent in (None, os.getppid()):
                supervisor.tick()
                time.sleep(TICK_SECONDS)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            supervisor.stop()
            lock.close()

    def _claim(self, folder: Path) -> IO[str]:
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

    def _prepare(self) -> None:
        if migrate_when_needed():
            self._say("database is up to date")
        seed_when_empty(int(os.environ.get("DEMO_LEADS") or 400))
        collect_static_when_needed()
        connections.close_all()

    def _wait_until_ready(self, supervisor: Supervisor, port: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(port):
            if time.monotonic() > deadline:
                raise CommandError(f"The web server did not answer on port {port} within {READY_SECONDS} s.")
            supervisor.tick()
            time.sleep(0.1)
        self.stdout.write(f"ready http://{HOST}:{port}")
        self.stdout.write(demo_logins())
        self.stdout.flush()

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()


def _commands(port: int) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "alignment.celery"]
    beat_folder = settings.VAR_DIR / "beat"
    beat_folder.mkdir(exist_ok=True)
    return {
        "web": [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
            "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "10",
            "--no-ws", "--log-level", "warning", "alignment.wsgi:application",
        ],
        "worker": [
            *celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
        ],
        "beat": [
            *celery, "beat", "--schedule", str(beat_folder / "schedule"), "--pidfile=", "--loglevel", "WARNING",
        ],
    }  # fmt: skip


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Choose another one with PORT."
            ) from None


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
