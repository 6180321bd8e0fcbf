"""Real processes of the project, in folders of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.conf import settings
from django.db import connection

from alignment.supervisor import end_with

PROJECT = Path(__file__).resolve().parents[2]
NOT_INHERITED = {
    "DATABASE_URL",
    "REDIS_URL",
    "ENVIRONMENT",
    "DJANGO_SETTINGS_MODULE",
    "PYTEST_XDIST_WORKER",
    "SECRET_KEY",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
}


def environment(var_dir: Path, **more: str) -> dict[str, str]:
    """The environment of a bare machine, with this VAR_DIR."""
    inherited = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    return inherited | {"VAR_DIR": str(var_dir), "DEMO_LEADS": "0", **more}


def start(*arguments: str, var_dir: Path, **more: str) -> "subprocess.Popen[str]":
    """Start `python ARGUMENTS` in the project."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment(var_dir, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str, var_dir: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run `python ARGUMENTS` in the project to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment(var_dir, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def until(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def remove(var_dir: Path) -> None:
    """Remove a VAR_DIR and what it links to (root in a closed home keeps data elsewhere)."""
    for server in ("postgres", "valkey"):
        shutil.rmtree((var_dir / server).resolve(), ignore_errors=True)
    shutil.rmtree(var_dir, ignore_errors=True)


def at_this_database() -> dict[str, str]:
    """The environment of a process on the servers and the database of this test."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return os.environ | {"DATABASE_URL": url, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}


@contextmanager
def worker() -> Iterator[psutil.Process]:
    """A real Celery worker with a child, on the servers and the database of this test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "--app", "alignment.celery", "worker", "--concurrency", "1",
         "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"],
        cwd=PROJECT,
        env=at_this_database(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Where the tests are killed it would go on, and take the tasks of the next run.
        preexec_fn=partial(end_with, os.getpid()),
    )  # fmt: skip
    try:
        yield psutil.Process(process.pid)
    finally:
        end_group(process.pid)
        process.wait(timeout=10)


def end_group(leader: int) -> None:
    """End a process and its children by force, as far as they still run."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
