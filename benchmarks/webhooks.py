"""How fast webhooks go out, what a receiver that hangs costs others, and what listening costs an import.

    VAR_DIR=/some/folder python benchmarks/webhooks.py --keep benchmarks/results.md

Takes 20,000 leads in without and with somebody who listens, three times in turns, and sends the events to a receiver
on this machine. It fills and sends for real: run it on a VAR_DIR of its own.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import json
import os
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")
os.environ["WEBHOOK_ALLOW_PRIVATE"] = "1"

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

from django.db import connections, transaction
from django.utils import timezone
from keeping import cpu_seconds, keep, machine

from accounts.models import User
from leads.intake import LeadRow, take_in
from notices import subscribing
from notices.delivering import deliver
from notices.models import Delivery, WebhookEndpoint

ROWS, CHUNK, TURNS = 20_000, 2_000, 3
# How many events the fast receiver gets while another hangs, and the seconds between them.
EVENTS, EVERY = 40, 0.25


class Fast(BaseHTTPRequestHandler):
    """Takes everything, and tells when it came."""

    protocol_version = "HTTP/1.1"
    came: Any = None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.put((time.time(), json.loads(body)["data"]["lead"]["id"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def receiver() -> Iterator[tuple[str, Any]]:
    """The address of a fast receiver in a process of its own, and the moments and leads that came."""
    came: Any = Queue()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = Process(target=_serve, args=(port, came), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{port}/", came
    process.terminate()


def _serve(port: int, came: Any) -> None:
    Fast.came = came
    ThreadingHTTPServer(("127.0.0.1", port), Fast).serve_forever()


def listening(url: str, name: str) -> WebhookEndpoint:
    by = User.objects.filter(is_staff=True)[0]
    return subscribing.subscribe(name=name, url=url, wanted=["lead.captured"], by=by, at=timezone.now())[0]


def imported(turn: str) -> tuple[float, float]:
    """Seconds and CPU seconds of taking ROWS new leads in."""
    began, cpu = time.perf_counter(), cpu_seconds()
    for start in range(0, ROWS, CHUNK):
        at = timezone.now()
        rows = [
            LeadRow(number=n, captured_at=at, email=f"{turn}-{n}@firm{n % 997}.test")
            for n in range(start, start + CHUNK)
        ]
        take_in(rows, at=at)
    return time.perf_counter() - began, cpu_seconds() - cpu


def sent_all() -> tuple[int, float]:
    """How many events one worker sent, and in how many seconds."""
    began, sent = time.perf_counter(), 0
    while (done := deliver(now=timezone.now())).sent:
        sent += done.sent
        if not done.left:
            break
    return sent, time.perf_counter() - began


def delays(came: Any) -> list[float]:
    """Milliseconds from the transaction to the receiver, one event after the other."""
    while not came.empty():
        came.get()
    told: dict[int, float] = {}
    over = threading.Event()
    worker = threading.Thread(target=_work, args=(over,))
    worker.start()
    for n in range(EVENTS):
        with transaction.atomic():
            at = timezone.now()
            taken = take_in([LeadRow(number=1, captured_at=at, email=f"{time.time_ns()}-{n}@late.test")], at=at)
        told[int(taken[0].lead_id or 0)] = time.time()
        time.sleep(EVERY)
    over.set()
    worker.join()
    return sorted((moment - told[lead]) * 1000 for moment, lead in (came.get(timeout=5) for _n in range(EVENTS)))


def _work(over: threading.Event) -> None:
    """A worker that is asked again and again, as the wake-ups of transactions do."""
    while not over.wait(0.02):
        deliver(now=timezone.now())
    deliver(now=timezone.now())
    connections.close_all()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    options = asked.parse_args()
    if not User.objects.filter(is_staff=True).exists():
        User.objects.create_user("bench@example.com", "bench-of-webhooks", side="marketing", is_staff=True)
    with receiver() as (url, came):
        lines = ["| what | result |", "|---|---:|"]
        for line in chain(imports(url), speed(), delayed(url, came)):
            print(line, flush=True)
            lines.append(line)
    if options.keep:
        keep("Webhooks", f"{machine()}\n\n" + "\n".join(lines), options.keep)


def imports(url: str) -> Iterator[str]:
    found: dict[str, list[tuple[float, float]]] = {"nobody": [], "somebody": []}
    for turn in range(TURNS):
        found["nobody"].append(imported(f"n{turn}-{time.time_ns()}"))
        endpoint = listening(url, f"Turn {turn}")
        found["somebody"].append(imported(f"s{turn}-{time.time_ns()}"))
        if turn < TURNS - 1:
            subscribing.unsubscribe(endpoint, by=User.objects.filter(is_staff=True)[0], at=timezone.now())
    for who, times in found.items():
        seconds, cpu = (statistics.median(column) for column in zip(*times, strict=True))
        yield f"| {ROWS:,} leads taken in, {who} listens to `lead.captured`, s (CPU s) | {seconds:.1f} ({cpu:.1f}) |"


def speed() -> Iterator[str]:
    sent, seconds = sent_all()
    yield f"| {sent:,} events sent by one worker, per second | {sent / seconds:.0f} |"


def delayed(url: str, came: Any) -> Iterator[str]:
    alone = delays(came)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        listening(f"http://127.0.0.1:{silent.getsockname()[1]}/", "Silent")
        beside = delays(came)
    for who, found in (("alone", alone), ("while another hangs", beside)):
        middle, late = statistics.median(found), found[int(len(found) * 0.95)]
        yield f"| from the transaction to a fast receiver, {who}: median, p95, ms | {middle:.0f}, {late:.0f} |"
    waiting = Delivery.objects.filter(endpoint__name="Silent", state="waiting").count()
    yield f"| events that wait for the one that hangs | {waiting} |"


if __name__ == "__main__":
    main()
