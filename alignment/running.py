"""The process that stays when `manage.py up` has prepared everything: it keeps web, worker and beat running.

It replaces the command (same process id) and imports no Django, which would cost a hundred megabytes for nothing.
"""

import argparse
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import NoReturn

from alignment.embedded import EmbeddedError, EmbeddedServers, use_servers, var_dir
from alignment.supervisor import Supervisor

HOST = "127.0.0.1"
LOGINS = "demo-logins.txt"
READY_SECONDS = 60
TICK_SECONDS = 0.2
SERVER_TICK_SECONDS = 5


def become(port: int, *, end_with_parent: bool, embedded: list[str]) -> NoReturn:
    """Replace the current process by this one; `embedded` names the variables of servers that are embedded."""
    environment = {key: value for key, value in os.environ.items() if key not in embedded}
    command = [sys.executable, "-m", "alignment.running", "--port", str(port)]
    os.execve(sys.executable, command + ["--end-with-parent"] * end_with_parent, environment)  # noqa: S606


def main() -> None:
    """Join the servers, start the children, say that they answer, and watch until a signal ends it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--end-with-parent", action="store_true")
    options = parser.parse_args()
    parent = os.getppid() if options.end_with_parent else None
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    servers = use_servers()
    os.environ["PORT"] = str(options.port)
    supervisor = Supervisor(commands(options.port, var_dir()), folder=var_dir(), say=_say)
    try:
        supervisor.start()
        _wait_until_ready(supervisor, options.port)
        _watch(supervisor, servers, parent)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        supervisor.stop()
        servers.release()


def _watch(supervisor: Supervisor, servers: EmbeddedServers, parent: int | None) -> None:
    look_again = 0.0
    while parent in (None, os.getppid()):
        supervisor.tick()
        if time.monotonic() > look_again:
            _renew(servers)
            look_again = time.monotonic() + SERVER_TICK_SECONDS
        time.sleep(TICK_SECONDS)


def _renew(servers: EmbeddedServers) -> None:
    try:
        for name in servers.renew():
            _say(f"{name} had ended; it runs again on its data")
    except EmbeddedError as error:
        _say(str(error))


def commands(port: int, folder: Path) -> dict[str, list[str]]:
    """What runs, by name."""
    # Root on one's own machine needs no warning; production's image has a user of its own.
    quietly = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *quietly, "-m", "celery", "--quiet", "--app", "alignment.celery"]
    beat_folder = folder / "beat"
    beat_folder.mkdir(exist_ok=True)
    return {
        "web": [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
            "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "5",
            "--no-ws", "--log-level", "warning", "alignment.wsgi:application",
        ],
        "worker": [
            *celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
        ],
        "beat": [
            *celery, "beat", "--schedule", str(beat_folder / "schedule"), "--pidfile=", "--loglevel", "WARNING",
        ],
    }  # fmt: skip


def _wait_until_ready(supervisor: Supervisor, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(port):
        if time.monotonic() > deadline:
            sys.exit(f"The web server did not answer on port {port} within {READY_SECONDS} s.")
        supervisor.tick()
        time.sleep(0.1)
    print(f"ready http://{HOST}:{port}", flush=True)
    logins = var_dir() / LOGINS
    if logins.exists():
        print(logins.read_text(), flush=True)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
