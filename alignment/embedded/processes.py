"""Waiting for processes that are not our children."""

import contextlib
import time

import psutil


def gone(process: psutil.Process, *, within: float) -> bool:
    """Whether the process ends in time.

    A zombie counts as gone: in a container nobody may ever collect it, and psutil's own wait would wait for that.
    """
    deadline = time.monotonic() + within
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
    return True
