"""Keeps a few child processes running: starts them, starts them again when they die, ends them together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from alignment.embedded.processes import gone

# In the environment of every child: how the next start knows those that a killed supervisor left behind.
MARK = "ALIGNMENT_SUPERVISED_FROM"
SETTLED_SECONDS = 60  # a child that lived this long starts again at once
LONGEST_PAUSE = 30

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One program that has to run."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = 0.0


class Supervisor:
    """The children of one VAR_DIR; `say` is told when one dies."""

    def __init__(self, commands: Mapping[str, list[str]], *, folder: Path, say: Callable[[str], object]) -> None:
        self.children = [Child(name, command) for name, command in commands.items()]
        self.environment = os.environ | {MARK: str(folder)}
        self.folder = folder
        self.say = say

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            self._start(child)

    def tick(self, now: float | None = None) -> None:
        """Look at every child once: note the dead, start again those whose pause is over."""
        now = time.monotonic() if now is None else now
        for child in self.children:
            if child.process and child.process.poll() is not None:
                self._mourn(child, child.process, now)
            if not child.process and now >= child.due:
                self._start(child)

    def stop(self, within: float = 15) -> None:
        """Ask every child to end, and end by force what has not done so in time."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            _signal(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + within
        while time.monotonic() < deadline and any(process.poll() is None for process in running):
            time.sleep(0.05)
        for process in running:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        self.children = []

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        child.started = time.monotonic()
        # A group of its own: Ctrl-C at the terminal reaches only us, and we end the children in order.
        child.process = subprocess.Popen(  # noqa: S603 - our own commands
            child.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=lambda: end_with(parent),
        )

    def _mourn(self, child: Child, process: subprocess.Popen[bytes], now: float) -> None:
        _signal_group(process.pid, signal.SIGKILL)  # its own children may outlive it and hold the port
        lived = now - child.started
        child.pause = 1.0 if lived > SETTLED_SECONDS else min(child.pause * 2, LONGEST_PAUSE)
        child.due = now + child.pause
        child.process = None
        self.say(f"{child.name} ended with status {process.returncode}; starting it again in {child.pause:.0f} s")


def end_leftovers(folder: Path, within: float = 10) -> int:
    """End what a killed supervisor of `folder` left behind; returns how many processes that were."""
    left = [process for process in psutil.process_iter() if _is_marked(process, folder)]
    for process in left:
        _signal(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + within
    for process in left:
        if not gone(process, within=deadline - time.monotonic()):
            _signal(process.pid, signal.SIGKILL)
            gone(process, within=5)
    return len(left)


def _is_marked(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(MARK) == str(folder)
    except (psutil.Error, OSError):
        return False


def end_with(parent: int) -> None:
    """Runs in the child, before its program: the kernel will end it when `parent` is gone, however it went."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _signal_group(leader: int, number: int) -> None:
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return
