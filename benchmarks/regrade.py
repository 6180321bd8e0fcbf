"""How long grading takes on the database at hand: `python benchmarks/regrade.py`.

Times one bare UPDATE of all leads, then a re-grade of all of them in the same chunks as another version of the
definition asks for it (every row is written), the longest chunk, the same again where no grade changes (no row
is written), the preview of a draft, and the calibration. Fill a database first, for example with
`manage.py seed_demo --leads 100000`. It re-grades for real: run it on data made for it.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

BARE = """
UPDATE leads_lead SET graded_at = now(), fit = CASE WHEN fit > 30 THEN fit ELSE fit + 0 END, graded_by_id = NULL
WHERE id > %s AND id <= %s
"""
ENDS = """
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM leads_lead) AS all_leads WHERE place %% %s = 0
"""


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    from alignment.embedded import use_servers

    use_servers()
    import django

    django.setup()
    measure()


def measure() -> None:
    from django.utils import timezone

    from leads.models import Lead, LeadDefinition
    from leads.previewing import preview
    from reviews.calibration import calibration

    leads, definition = Lead.objects.count(), LeadDefinition.in_force()
    say("leads", f"{leads:,}")
    bare = written()
    say("bare UPDATE of all", f"{bare:.1f} s")
    total, longest = regraded()
    say("re-grade of all", f"{total:.1f} s, {leads / total:,.0f} leads a second, longest chunk {longest:.2f} s")
    say("compared with the bare UPDATE", f"{total / bare:.1f} times as long")
    total, longest = regraded()
    say("re-grade, nothing changes", f"{total:.1f} s, longest chunk {longest:.2f} s")
    say(
        "preview of a draft",
        f"{seconds(lambda: preview(definition)):.2f} s, on every {preview(definition).every}. lead",
    )
    say("calibration", f"{seconds(lambda: calibration(definition, now=timezone.now())):.2f} s")


def written() -> float:
    """Seconds of a bare UPDATE of all leads, in the chunks of a re-grade; who graded them is forgotten by it."""
    from django.db import connection

    from leads.regrading import CHUNK

    with connection.cursor() as cursor:
        cursor.execute(ENDS, [CHUNK])
        ends = [0, *(pk for (pk,) in cursor.fetchall()), 2**62]
        started = time.perf_counter()
        for low, high in pairwise(ends):
            cursor.execute(BARE, [low, high])
        return time.perf_counter() - started


def regraded() -> tuple[float, float]:
    """Seconds of a run over all leads, and of its longest chunk."""
    from django.utils import timezone

    from leads import regrading

    now, chunks = timezone.now(), []
    run = regrading.begin(at=now)
    going = True
    while going:
        started = time.perf_counter()
        going = regrading.go_on(run.pk, at=now)
        chunks.append(time.perf_counter() - started)
    return sum(chunks), max(chunks)


def seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def say(what: str, value: str) -> None:
    print(f"{what:32}{value}", flush=True)


if __name__ == "__main__":
    main()
