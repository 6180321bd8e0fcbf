"""How long grading takes on the database at hand: `python benchmarks/regrade.py`.

Times a re-grade of all leads in chunks, the longest chunk, one bare UPDATE of the same rows for
comparison, the preview of a draft, and the calibration. Fill a database first, for example with
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
UPDATE leads_lead SET graded_at = now(), fit = CASE WHEN fit > 30 THEN fit ELSE fit + 0 END
WHERE id > %s AND id <= %s
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
    total, longest, bare = regraded()
    say("re-grade of all", f"{total:.1f} s, {leads / total:,.0f} leads a second, longest chunk {longest:.2f} s")
    say("bare UPDATE of the same rows", f"{bare:.1f} s, so the re-grade takes {total / bare:.1f} times as long")
    say(
        "preview of a draft",
        f"{seconds(lambda: preview(definition)):.2f} s, on every {preview(definition).every}. lead",
    )
    say("calibration", f"{seconds(lambda: calibration(definition, now=timezone.now())):.2f} s")


def regraded() -> tuple[float, float, float]:
    """Seconds of a run over all leads, of its longest chunk, and of a bare UPDATE in the same chunks."""
    from django.db import connection
    from django.utils import timezone

    from leads import regrading

    now, chunks, ends = timezone.now(), [], [0]
    run = regrading.begin(at=now)
    going = True
    while going:
        started = time.perf_counter()
        going = regrading.go_on(run.pk, at=now)
        chunks.append(time.perf_counter() - started)
        run.refresh_from_db()
        ends.append(run.last_id)
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for low, high in pairwise(ends):
            cursor.execute(BARE, [low, high])
    return sum(chunks), max(chunks), time.perf_counter() - started


def seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def say(what: str, value: str) -> None:
    print(f"{what:32}{value}", flush=True)


if __name__ == "__main__":
    main()
