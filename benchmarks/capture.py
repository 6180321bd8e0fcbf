"""A burst of posts at a capture address, on the real server with its worker: how fast is each answered, what is lost.

    VAR_DIR=/some/folder python benchmarks/capture.py --keep benchmarks/results.md

Starts two web workers and the Celery worker as `make run` does, posts from as many clients at once as are asked for,
and counts afterwards. A second burst goes to an address with a limit. It takes leads in for real: run it on a VAR_DIR
of its own.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from queue import Empty, SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

import psutil
from django.db.models import Count
from keeping import keep, machine

from alignment.embedded.place import var_dir
from alignment.preparing import collect_static_when_needed
from alignment.running import HOST, commands
from campaigns.models import Campaign
from leads.capture.addresses import open_address
from leads.models import CaptureAddress, Lead, Submission, Touch

REPEATED = 0.3
LIMIT = 1000
CAUGHT_UP_SECONDS = 300


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--posts", type=int, default=5000, metavar="N")
    asked.add_argument("--clients", type=int, default=32, metavar="N", help="posts in flight at once; default 32")
    asked.add_argument("--port", type=int, default=8390)
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    options = asked.parse_args()
    collect_static_when_needed()
    campaign, _made = Campaign.objects.get_or_create(code="burst", defaults={"name": "Burst"})
    free = open_address(campaign, kind="site", by=None, name="Free", per_minute=60_000, per_client=60_000)
    held = open_address(campaign, kind="site", by=None, name="Held", per_minute=LIMIT, per_client=60_000)
    quiet = os.environ | {"LOG_LEVEL": "ERROR"}
    running = [subprocess.Popen(command, cwd=ROOT, env=quiet) for command in _servers(options.port)]
    try:
        _wait(options.port)
        lines = [
            "| burst | posts/s | p50 ms | p95 ms | max ms | CPU, web | CPU, worker | answers | leads | lost | twice |",
            "|---|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|",
        ]
        _burst(free, 200, options, running)  # each process imports what it needs
        for name, address, count in (("free", free, options.posts), (f"at most {LIMIT:,} a minute", held, 2 * LIMIT)):
            lines.append(f"| {name} {_burst(address, count, options, running)} |")
            print(lines[-1], flush=True)
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(timeout=30)
    if options.keep:
        told = f"{machine()} {options.clients} posts in flight at once."
        keep("Capture", "\n".join([told, "", *lines]), options.keep)


def _servers(port: int) -> list[list[str]]:
    named = commands(port, var_dir())
    return [named["web"], named["worker"]]


def _burst(
    address: CaptureAddress, count: int, options: argparse.Namespace, running: list[subprocess.Popen[bytes]]
) -> str:
    """Post `count` bodies, three of ten of them a second time, and count what is there when all is quiet."""
    distinct = [f"p{count}-{n}@burst{n % 900}-{address.pk}.test" for n in range(round(count * (1 - REPEATED)))]
    mails = distinct + random.Random(7).sample(distinct, count - len(distinct))  # noqa: S311 - the same each time
    random.Random(8).shuffle(mails)  # noqa: S311
    before, spent = Lead.objects.count(), [_cpu_seconds(one.pid) for one in running]
    told, took, span = _posted(address, mails, options)
    _wait_for_worker(address)
    accepted = {mail for mail, status in told if status == 202}
    there = Counter(Lead.objects.filter(email__in=accepted).values_list("email", flat=True))
    touches = Touch.objects.filter(campaign=address.campaign, lead__email__in=accepted)
    doubled = touches.values("lead").annotate(n=Count("pk")).filter(n__gt=1).count()
    took.sort()
    answers = ", ".join(f"{n:,} x {status}" for status, n in sorted(Counter(s for _m, s in told).items()))
    web, worker = ((_cpu_seconds(one.pid) - was) * 1000 / count for one, was in zip(running, spent, strict=True))
    figures = [
        f"{count / span:,.0f}", f"{statistics.median(took):.0f}", f"{took[int(len(took) * 0.95)]:.0f}",
        f"{took[-1]:.0f}", f"{web:.1f}", f"{worker:.1f}", answers, f"{Lead.objects.count() - before:,}",
        len(accepted - there.keys()), doubled,
    ]  # fmt: skip
    return "| " + " | ".join(map(str, figures))


def _posted(
    address: CaptureAddress, mails: list[str], options: argparse.Namespace
) -> tuple[list[tuple[str, int]], list[float], float]:
    """The answers, the milliseconds of each, and the seconds of all."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for mail in mails:
        waiting.put(mail)
    told: list[tuple[str, int]] = []
    took: list[float] = []

    def client() -> None:
        connection = http.client.HTTPConnection(HOST, options.port, timeout=30)
        while True:
            try:
                mail = waiting.get_nowait()
            except Empty:
                return
            body = json.dumps({"email": mail, "name": mail.partition("@")[0], "utm_source": "burst"})
            began = time.perf_counter()
            connection.request("POST", address.path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            took.append((time.perf_counter() - began) * 1000)
            told.append((mail, answer.status))

    threads = [threading.Thread(target=client) for _n in range(options.clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told, took, time.perf_counter() - began


def _cpu_seconds(pid: int) -> float:
    """What a process and its children have spent, however busy the machine is; the database is not among them."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


def _wait_for_worker(address: CaptureAddress) -> None:
    """Until the last post is taken in."""
    began = time.perf_counter()
    while Submission.objects.filter(address=address, state="waiting").exists():
        if time.perf_counter() - began > CAUGHT_UP_SECONDS:
            sys.exit("The worker has not caught up.")
        time.sleep(0.2)


def _wait(port: int) -> None:
    for _n in range(300):
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("The web server did not answer.")


if __name__ == "__main__":
    main()
