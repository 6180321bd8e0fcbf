"""What the measuring scripts share: CPU time, the machine in a line, and the file of results."""

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def cpu_seconds() -> float:
    """What this process and its database session have spent, however busy the machine is. Only Linux tells the
    second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    ticks = sum(map(int, told.read_text().rpartition(")")[2].split()[11:13])) if told.exists() else 0
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Server, cores and load, in a line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        server = cursor.fetchone()[0].split(" on ")[0]
    return f"{server}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def keep(what: str, table: str, file: Path) -> None:
    """Add a table to the file of results, with the day and the commit."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT)
    title = f"## {what}, {datetime.now(UTC):%Y-%m-%d}, {commit.stdout.strip() or 'no commit'}"
    old = file.read_text() if file.exists() else "# Measured\n"
    file.write_text(f"{old.rstrip()}\n\n{title}\n\n{table}\n")
