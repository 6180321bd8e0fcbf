"""Shared use of one server: the first user starts it, the last one stops it.

The count of users is a shared flock, which the kernel takes back even from a process that was killed. So a server that
lost its users is adopted by the next one, and nothing has to be cleaned up by hand.
"""

import atexit
import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol


class Server(Protocol):
    """What a lease needs to know about a server."""

    name: str
    home: Path

    def alive(self) -> bool:
        """Whether it answers now."""

    def boot(self) -> None:
        """Start it, whatever an earlier life left behind; return when it answers."""

    def stop(self) -> None:
        """End it in good order."""


class Lease:
    """One process's use of a server, until `release` or the end of the process."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._gate = _open_lock(server.home / "gate.lock")  # held while somebody starts or stops it
        self._use = _open_lock(server.home / "use.lock")  # shared by everybody who uses it
        with self._at_the_gate():
            if not server.alive():
                server.boot()
            fcntl.flock(self._use, fcntl.LOCK_SH)
        self._holder: int | None = os.getpid()
        atexit.register(self.release)

    def renew(self) -> bool:
        """Start the server again if it died meanwhile; returns whether it had."""
        if self.server.alive():
            return False
        with self._at_the_gate():
            if self.server.alive():
                return False
            self.server.boot()
        return True

    def release(self) -> None:
        """Stop using the server, and stop the server when nobody else uses it. Forked children change nothing."""
        if self._holder != os.getpid():
            return
        self._holder = None
        with self._at_the_gate():
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(self._use, fcntl.LOCK_UN)  # somebody else still uses it
            else:
                self.server.stop()
                fcntl.flock(self._use, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def _at_the_gate(self) -> Iterator[None]:
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)


def _open_lock(path: Path) -> IO[str]:
    return path.open("a")
