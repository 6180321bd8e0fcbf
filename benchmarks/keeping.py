"""What the measuring scripts share: time of a page, CPU time, the machine in a line, and the file of results."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User

WARM, TIMES = 3, 30
ROOT = Path(__file__).resolve().parent.parent


def page_row(who: User, address: Callable[[], str], explain: str = "") -> str:
    """p50, p95, mean CPU time of web and database together, and queries of one page."""
    client = Client()
    client.force_login(who)
    counts = [len(_asked(client, address())[1]) for _time in range(WARM)]
    spent, slowest, cpu = [], (0.0, ""), cpu_seconds()
    for _time in range(TIMES):
        url = address()
        began = time.perf_counter()
        answer = client.get(url)
        spent.append((time.perf_counter() - began) * 1000)
        slowest = max(slowest, (spent[-1], url))
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")
    cpu = (cpu_seconds() - cpu) * 1000 / TIMES
    if explain:
        print(f"  {slowest[1]} took {slowest[0]:.0f} ms")
        for query in sorted(_asked(client, slowest[1])[1], key=lambda one: -float(one["time"]))[:2]:
            print("  ", query["time"], query["sql"][:1500])
    p95 = statistics.quantiles(spent, n=20)[-1]
    return f"{statistics.median(spent):.0f} | {p95:.0f} | {cpu:.0f} | {max(counts)}"


def _asked(client: Client, url: str) -> tuple[Any, list[dict[str, str]]]:
    """The answer and its queries. Telling them costs time, so it is not the answer that is timed."""
    reset_queries()
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    return answer, list(captured)


def spent(who: User, address: str, times: int) -> tuple[float, float, float]:
    """Milliseconds of one page, asked some times after a first: CPU of web and database together, that of the
    database alone, and the quickest answer on the wall."""
    client = Client()
    client.force_login(who)
    client.get(address)
    cpu, python, walls = cpu_seconds(), time.process_time(), []
    for _time in range(times):
        began = time.perf_counter()
        status = client.get(address).status_code
        walls.append(time.perf_counter() - began)
        if status != 200:
            raise SystemExit(f"{address} answered {status}")
    python, cpu = time.process_time() - python, cpu_seconds() - cpu
    return cpu * 1000 / times, (cpu - python) * 1000 / times, min(walls) * 1000


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
