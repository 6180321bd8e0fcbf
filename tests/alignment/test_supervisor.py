"""The supervisor restarts what dies, with growing pauses, and leaves nothing behind."""

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from alignment.supervisor import Supervisor, end_leftovers
from tests.alignment.processes import start, until

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"]
DYING = [sys.executable, "-c", "raise SystemExit(3)"]


def test_a_child_that_dies_is_said_and_started_again_after_its_pause(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor({"worker": SLEEP}, folder=tmp_path, say=said.append)
    supervisor.start()
    child = supervisor.children[0]
    first = child.process
    first.kill()
    first.wait()
    now = time.monotonic()
    supervisor.tick(now)
    assert said == ["worker ended with status -9; starting it again in 2 s"]
    supervisor.tick(now + 1)
    assert child.process is None
    supervisor.tick(now + 2)
    assert child.process is not None
    assert child.process.pid != first.pid
    supervisor.stop()


def test_pauses_grow_up_to_half_a_minute(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor({"web": DYING}, folder=tmp_path, say=said.append)
    supervisor.start()
    for _ in range(6):
        supervisor.children[0].process.wait()
        supervisor.tick(time.monotonic())
        supervisor.tick(time.monotonic() + 31)
    supervisor.stop()
    assert [line.rpartition(" in ")[2] for line in said] == ["2 s", "4 s", "8 s", "16 s", "30 s", "30 s"]


def test_stop_ends_even_a_child_that_does_not_listen(tmp_path: Path) -> None:
    supervisor = Supervisor({"a": SLEEP, "b": STUBBORN}, folder=tmp_path, say=print)
    supervisor.start()
    pids = [child.process.pid for child in supervisor.children]
    time.sleep(0.3)
    supervisor.stop(within=0.5)
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_leftovers_of_this_folder_are_ended_and_those_of_others_are_not(tmp_path: Path) -> None:
    mine = Supervisor({"a": SLEEP}, folder=tmp_path / "mine", say=print)
    others = Supervisor({"a": SLEEP}, folder=tmp_path / "others", say=print)
    mine.start()
    others.start()
    assert until(lambda: "time.sleep" in " ".join(psutil.Process(mine.children[0].process.pid).cmdline()))
    assert end_leftovers(tmp_path / "mine", within=2) == 1
    assert mine.children[0].process.wait() == -signal.SIGTERM
    assert others.children[0].process.poll() is None
    others.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends them")
def test_children_go_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    program = f"""
import time
from pathlib import Path
from alignment.supervisor import Supervisor
supervisor = Supervisor({{"a": {SLEEP!r}}}, folder=Path({str(tmp_path)!r}), say=print)
supervisor.start()
print(supervisor.children[0].process.pid, flush=True)
time.sleep(600)
"""
    parent = start("-c", program, var_dir=tmp_path)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert until(lambda: _gone(child))


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_marked_processes_of_nobody_are_none(tmp_path: Path) -> None:
    assert end_leftovers(tmp_path / str(os.getpid())) == 0
