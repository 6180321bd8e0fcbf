"""How long a sweep takes with nothing due and with 10,000 newly late, at any number of handoffs.

    VAR_DIR=/some/folder python benchmarks/sweep.py 10000 100000 1000000 --keep benchmarks/results.md

Writes so many handoffs by SQL for each size and sweeps first with the planner's statistics as they were before (none in
a fresh or restored database), then with fresh ones. It fills and sweeps for real: run it on a VAR_DIR of its own.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

from django.db import connection
from handing_off import analyze, grow, make_due, without_statistics
from keeping import cpu_seconds, keep, machine

from leads.models import Handoff
from leads.sweeping import sweep
from notices.models import Delivery, Notification

DUE = 10_000
TIMES = 9
NOW = datetime.now(UTC)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("sizes", nargs="+", type=int, metavar="HANDOFFS")
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    options = asked.parse_args()
    without_statistics()
    lines = ["| handoffs | statistics | nothing due, ms | CPU ms | 10,000 due, s | CPU s | notices per flag | mails |"]
    lines.append("|---:|---|---:|---:|---:|---:|---:|---:|")
    old = "none"
    for size in sorted(options.sizes):
        began = time.perf_counter()
        grow(size, now=NOW)
        print(f"{Handoff.objects.count():,} handoffs, ready after {time.perf_counter() - began:.0f} s", flush=True)
        for known in (old, "fresh"):
            if known == "fresh":
                analyze()
                old = f"of {Handoff.objects.count():,}"
            lines.append(f"| {Handoff.objects.count():,} | {known} | {_row()} |")
            print(lines[-1], flush=True)
    if options.keep:
        keep("Sweep", "\n".join([machine(), "", *lines]), options.keep)


def _row() -> str:
    """The median of some sweeps with nothing due; one with many due, and whom it told."""
    _seconds()  # what was written a moment ago is read for the first time
    cpu = cpu_seconds()
    idle = statistics.median(_seconds() for _n in range(TIMES)) * 1000
    idle_cpu = (cpu_seconds() - cpu) * 1000 / TIMES
    make_due(DUE, now=NOW)
    told, mails, cpu = Notification.objects.count(), Delivery.objects.count(), cpu_seconds()
    took = _seconds(breached=DUE)
    cpu, told = cpu_seconds() - cpu, Notification.objects.count() - told
    mails = Delivery.objects.count() - mails
    return f"{idle:.1f} | {idle_cpu:.1f} | {took:.2f} | {cpu:.2f} | {told / DUE:.1f} | {mails:,}"


def _seconds(breached: int = 0) -> float:
    began = time.perf_counter()
    swept = sweep(now=NOW + timedelta(microseconds=1))
    took = time.perf_counter() - began
    if (swept.breached, swept.at_risk, swept.escalated, swept.released) != (breached, 0, 0, 0):
        raise SystemExit(f"The sweep raised {swept}, and not {breached} breaches.")
    return took


if __name__ == "__main__":
    main()
    connection.close()
