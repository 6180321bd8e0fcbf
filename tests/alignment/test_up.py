"""`manage.py up` as a person meets it: one command, one ready line, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from alignment.supervisor import MARK
from tests.alignment.processes import remove, run, start, until

pytestmark = pytest.mark.slow


class Up:
    """A running `manage.py up`."""

    def __init__(self, var_dir: Path, port: int) -> None:
        self.var_dir = var_dir
        self.port = port
        self.said: list[str] = []
        self.process = start("manage.py", "up", "--port", str(port), var_dir=var_dir)
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._listen, args=[stream], daemon=True).start()
        assert until(lambda: self.ready or self.process.poll() is not None, 60), self.said
        assert self.ready, self.said

    def _listen(self, stream: object) -> None:
        self.said.extend(stream)

    @property
    def ready(self) -> list[str]:
        return [line for line in self.said if line.startswith("ready ")]

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if _mark(process) == str(self.var_dir)]

    def child(self, word: str) -> psutil.Process:
        return next(p for p in psutil.Process(self.process.pid).children() if word in p.cmdline())

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK) if process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="up in a folder "))
    base.chmod(0o755)
    yield base / "var"
    remove(base / "var")
    base.rmdir()


def test_commands_that_ask_no_server_start_none(var_dir: Path) -> None:
    result = run("manage.py", "makemigrations", "--check", "--dry-run", var_dir=var_dir)
    assert result.returncode == 0, result.stderr
    assert not (var_dir / "postgres").exists()


def test_two_commands_at_once_on_an_empty_folder_both_find_a_migrated_database(var_dir: Path) -> None:
    count = "from django.contrib.auth import get_user_model as m; print('users', m().objects.count())"
    commands = [start("manage.py", "shell", "-v", "0", "-c", count, var_dir=var_dir) for _ in range(2)]
    for command in commands:
        said, errors = command.communicate(timeout=120)
        assert (command.returncode, said) == (0, "users 0\n"), errors


def test_the_life_of_up(var_dir: Path) -> None:
    up = Up(var_dir, free_port())
    try:
        assert up.ready == [f"ready http://127.0.0.1:{up.port}\n"]
        assert up.get("/healthz") == (200, "ok\n")
        assert until(lambda: json.loads(up.get("/readyz")[1])["database"] == "ok")
        assert up.get("/accounts/login/")[0] == 200
        _refuses_a_second_one(up)
        _replaces_a_killed_worker(up)
        _starts_a_killed_queue_again(up)
        left = up.children()
        assert up.end(signal.SIGTERM) == 0
    finally:
        _make_sure_it_ended(up)
    assert left
    assert up.children() == []
    assert not (var_dir / "postgres/data/postmaster.pid").exists()


def _refuses_a_second_one(up: Up) -> None:
    same_folder = run("manage.py", "up", "--port", str(free_port()), var_dir=up.var_dir)
    assert same_folder.returncode == 1
    assert "already runs in" in same_folder.stderr


def _replaces_a_killed_worker(up: Up) -> None:
    worker = up.child("worker")
    worker.kill()
    assert until(lambda: any(line.startswith("worker ended with status -9") for line in up.said))
    assert until(lambda: any("worker" in p.cmdline() for p in psutil.Process(up.process.pid).children()))
    assert up.child("worker").pid != worker.pid


def _starts_a_killed_queue_again(up: Up) -> None:
    psutil.Process(int((up.var_dir / "valkey/server.pid").read_text())).kill()
    assert until(lambda: any(line.startswith("Valkey had ended") for line in up.said))
    assert until(lambda: json.loads(up.get("/readyz")[1])["queue"] == "ok")


def test_a_killed_up_does_not_block_the_next_one(var_dir: Path) -> None:
    port = free_port()
    first = Up(var_dir, port)
    first.process.kill()
    first.process.wait()
    second = Up(var_dir, port)
    try:
        assert second.get("/healthz") == (200, "ok\n")
        assert second.end(signal.SIGINT) == 0
    finally:
        _make_sure_it_ended(second)
    assert second.children() == []


def test_a_port_in_use_is_said(var_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run("manage.py", "up", "--port", port, var_dir=var_dir)
    assert result.returncode == 1
    assert f"Port {port} cannot be used (Address already in use). Choose another one with PORT." in result.stderr


def _make_sure_it_ended(up: Up) -> None:
    if up.process.poll() is None:
        os.kill(up.process.pid, signal.SIGTERM)
        try:
            up.process.wait(30)
        except subprocess.TimeoutExpired:
            up.process.kill()
