"""Requests per second and p95 of the API, beside a bare Django view with one query in the same server.

    python benchmarks/api.py --size 100000 --keep benchmarks/results.md

Starts granian with two workers, as `manage.py up` does, on the database that the environment names (or the
embedded one of VAR_DIR), and asks it over several connections at once. Each question is asked in turns with its
bare view, three times; the table tells the medians. Then 10,000 rows are sent in one body. An empty database is
filled first, as by benchmarks/pages.py; `--size 0` measures the rows alone, on what is there.
"""

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pages  # names the servers and sets Django up
import psutil

# isort: split
from keeping import ROOT, keep, machine

from accounts.models import Token, User
from leads.models import Lead

HOST, WORKERS, CONNECTIONS = "127.0.0.1", 2, 4
TURNS, SECONDS, WARM = 3, 4.0, 1.0
ROWS = 10_000
# Calls are counted all the same.
UNLIMITED = {"LOG_LEVEL": "ERROR", "API_LIMIT_CALLER": "1000000000", "API_LIMIT_ADDRESS": "1000000000"}
Request = Callable[[], bytes]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--size", type=int, default=100_000, metavar="N", help="leads; default 100000")
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the tables to this file")
    asked.add_argument("--quick", action="store_true", help="one turn of a second each")
    options = asked.parse_args()
    if options.size:
        pages.fill(options.size)
    turns, seconds = (1, 1.0) if options.quick else (TURNS, SECONDS)
    before = Lead.objects.count()
    with served() as (server, port), a_token() as secret:
        questions = table(server, port, secret, turns, seconds) if options.size else ""
        rows = many(port, secret)
    told = "\n".join(filter(None, [f"{before:,} leads, {machine()}, {CONNECTIONS} connections", "", questions, rows]))
    print(told)
    if options.keep:
        keep("API", told, options.keep)


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """A server with the product and the bare views; its process and its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers",
        str(WORKERS), "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "benchmarks.api_site:application",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | UNLIMITED)
    try:
        until_it_answers(port)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(timeout=30)


def until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if ask(connected(port), get("/bare/latest/"))[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not answer within a minute.")


@contextmanager
def a_token() -> Iterator[str]:
    who = User.objects.filter(is_active=True, side="marketing").order_by("pk").first() or _somebody()
    token, secret = Token.make(user=who, name="benchmark")
    try:
        yield secret
    finally:
        token.delete()


def _somebody() -> User:
    return User.objects.create_user("benchmark@example.com", None, name="Benchmark", side="marketing")


# --- questions --------------------------------------------------------------------------------------


def table(server: int, port: int, secret: str, turns: int, seconds: float) -> str:
    lines = [
        "| question | who | requests a second | p50 ms | p95 ms | CPU ms (web) | times slower | times the CPU |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, ours, bare in questions(secret, random.Random(1)):  # noqa: S311
        measured: dict[str, list[tuple[float, ...]]] = {"API": [], "bare": []}
        for turn in range(turns):
            for who, request in (("API", ours), ("bare", bare)):
                load(server, port, request, WARM if turn == 0 else 0.2)
                measured[who].append(load(server, port, request, seconds))
        middle = {who: [statistics.median(one) for one in zip(*got, strict=True)] for who, got in measured.items()}
        (rate, _p50, _p95, cpu), (bare_rate, *_times, bare_cpu) = middle["API"], middle["bare"]
        for who, found in middle.items():
            slower = f"{bare_rate / rate:.1f} | {cpu / bare_cpu:.1f}" if who == "API" else " | "
            lines.append(
                f"| {name} | {who} | {found[0]:.0f} | {' | '.join(f'{ms:.1f}' for ms in found[1:])} | {slower} |"
            )
            print(lines[-1], flush=True)
    return "\n".join(lines)


def questions(secret: str, rng: random.Random) -> list[tuple[str, Request, Request]]:
    """A name, the question to the API, and the same to a bare view; each call asks about another lead."""
    pks = list(Lead.objects.order_by("?").values_list("pk", flat=True)[:2_000])
    mark, number = f"{time.time():.0f}", iter(range(10**9))

    def sent(**more: object) -> bytes:
        n = next(number)
        return json.dumps(
            {"email": f"n{n}@firm{n}-{mark}.example", "first_name": "Ann", "last_name": "Bell", **more}
        ).encode()

    now = datetime.now(UTC).isoformat()
    return [
        (
            "one lead",
            lambda: get(f"/api/v1/leads/{rng.choice(pks)}/", secret),
            lambda: get(f"/bare/one/{rng.choice(pks)}/"),
        ),
        ("list page, 50 leads", lambda: get("/api/v1/leads/", secret), lambda: get("/bare/latest/")),
        (
            "create, grade D",
            lambda: post("/api/v1/leads/", sent(), secret),
            lambda: post("/bare/create/", sent(captured_at=now)),
        ),
    ]


def many(port: int, secret: str) -> str:
    """Rows per second of one body with 10,000 new people, most of whom are graded A or B and handed off."""
    spent, titles = [], ["Head of procurement", "Maintenance engineer", "Student"]
    for turn in range(TURNS):
        mark, now = f"{time.time():.0f}{turn}", datetime.now(UTC)
        rows = [
            {
                "email": f"p{n}@firm{n // 2}-{mark}.example", "first_name": "Ann", "last_name": f"Bell{n}",
                "job_title": titles[n % 3], "employees": 20 + n % 900,
                "industry": ["Machinery", "Food"][n % 2], "country": "Germany", "campaign": f"Campaign {n % 200}",
                "kind": ["quote", "form", "download"][n % 3], "facts": {"budget": "open"},
                "captured_at": (now - timedelta(seconds=n)).isoformat(),
            }
            for n in range(ROWS)
        ]  # fmt: skip
        body = json.dumps({"rows": rows}).encode()
        began = time.perf_counter()
        status, answer = ask(connected(port, 300), post("/api/v1/leads/bulk/", body, secret))
        spent.append(time.perf_counter() - began)
        if status != 200 or json.loads(answer)["created"] != ROWS:
            raise SystemExit(f"{status} {answer[:300]!r}")
    took = statistics.median(spent)
    return f"\n{ROWS:,} rows in one body of {len(body) / 1e6:.1f} MB: {took:.1f} s, {ROWS / took:,.0f} rows a second."


# --- the client: bytes over sockets, so that it costs the two cores next to nothing --------------------


def get(path: str, secret: str = "") -> bytes:
    return _head("GET", path, secret) + b"\r\n"


def post(path: str, body: bytes, secret: str = "") -> bytes:
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return _head("POST", path, secret) + kind + body


def _head(method: str, path: str, secret: str) -> bytes:
    key = f"Authorization: Bearer {secret}\r\n" if secret else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n{key}".encode()


def connected(port: int, seconds: float = 30) -> socket.socket:
    return socket.create_connection((HOST, port), timeout=seconds)


def ask(line: socket.socket, request: bytes) -> tuple[int, bytes]:
    """Status and body of one answer."""
    line.sendall(request)
    told = b""
    while b"\r\n\r\n" not in told:
        told += _received(line)
    head, _blank, body = told.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    parts, got = [body], len(body)
    while got < length:
        parts.append(_received(line))
        got += len(parts[-1])
    return int(head.split(b" ", 2)[1]), b"".join(parts)


def _received(line: socket.socket) -> bytes:
    if not (part := line.recv(1 << 20)):
        raise ConnectionError("The server closed the connection.")
    return part


def load(server: int, port: int, request: Request, seconds: float) -> tuple[float, float, float, float]:
    """Requests a second, p50 and p95 in milliseconds over all connections, and CPU milliseconds of one request."""
    spent: list[float] = []
    wrong: list[str] = []
    cpu, began = cpu_seconds(server), time.perf_counter()
    end = began + seconds

    def work() -> None:
        with connected(port) as line:
            while (asked := time.perf_counter()) < end:
                status, body = ask(line, request())
                spent.append((time.perf_counter() - asked) * 1000)
                if status not in (200, 201):
                    wrong.append(f"{status} {body[:300]!r}")
                    return

    threads = [threading.Thread(target=work) for _n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(wrong[0])
    took, cpu, cuts = time.perf_counter() - began, cpu_seconds(server) - cpu, statistics.quantiles(spent, n=20)
    return len(spent) / took, cuts[9], cuts[18], cpu / len(spent) * 1000


def cpu_seconds(server: int) -> float:
    """What the server and its workers have spent."""
    top = psutil.Process(server)
    return sum(one.user + one.system for one in (part.cpu_times() for part in (top, *top.children(recursive=True))))


if __name__ == "__main__":
    main()
