"""How long it takes to share all deals among the touches before them, by each model.

    VAR_DIR=/some/folder python benchmarks/attribution.py --keep benchmarks/results.md

Writes 1,000,000 leads with 3,000,000 touches and 50,000 deals of 2,000 campaigns by SQL. With `--more 60` it goes on
with 60 touches more for the lead of each deal. It fills for real: run it on a VAR_DIR of its own, of some 4 GB.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

from django.db import connection, transaction
from django.db.models import F
from keeping import cpu_seconds, keep, machine
from multiplying import bare

from leads.models import Lead, Touch
from reviews.attribution import INFLUENCE, MODELS, deals, shares
from reviews.periods import period_named

TIMES = 3
NOW = datetime.now(UTC)
ALL = period_named("all")
# A deal of every (leads / deals)th lead; three of four were an opportunity first, one of five is open still.
FILL = [
    """INSERT INTO campaigns_campaign (code, name, channel, created_at, version)
    SELECT 'c' || n, 'Campaign ' || n, 'event', now(), 1 FROM generate_series(1, 2000) AS n""",
    """INSERT INTO leads_lead (id, email, captured_at, stage, kept_out, created_at, version, fit, engagement, facts,
        first_name, last_name, name, job_title, phone, website, industry, country, source, note, consent, grade,
        best_grade, tags, do_not_contact, do_not_contact_why, phone_e164)
    SELECT n, n || '@x.test', now() - make_interval(days => n %% 1000), 'new', '', now(), 1, 0, 0, '{}',
        '', '', '', '', '', '', '', '', '', '', '', '', '', '{}', false, '', ''
    FROM generate_series(1, %(leads)s) AS n""",
    """INSERT INTO leads_handoff (lead_id, grade, explanation, routed_because, historic, at, closed_at, released_why)
    SELECT id, 'A', '{}', '', false, captured_at + interval '9 days', now(), '' FROM leads_lead WHERE id %% 4 = 0""",
    """INSERT INTO feedback_outcome (lead_id, kind, at, amount, note, competitor, recorded_at, version)
    SELECT id, kind, captured_at + make_interval(days => days), (id * 7919 %% 9000000) / 100.0, '', '', now(), 1
    FROM leads_lead, (VALUES ('opportunity', 30), ('won', 60)) AS ended(kind, days)
    WHERE id %% (%(leads)s / %(deals)s) = 0
      AND CASE kind WHEN 'won' THEN id / 20 %% 5 > 0 ELSE id / 20 %% 5 = 0 OR id / 20 %% 4 > 0 END""",
]
TOUCHES = """
INSERT INTO leads_touch (lead_id, campaign_id, kind, at, note)
SELECT l.id, CASE WHEN hashint4((l.id + n)::int) %% 20 <> 0 THEN 1 + abs(hashint4((l.id * 31 + n)::int)) %% 2000 END,
       %(kind)s, l.captured_at + make_interval(hours => 37 * n), ''
FROM leads_lead l, generate_series(0, %(each)s - 1) AS n WHERE l.id %% %(every)s = 0
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--leads", type=int, default=1_000_000, metavar="N")
    asked.add_argument("--deals", type=int, default=50_000, metavar="N")
    asked.add_argument("--more", type=int, default=0, metavar="N", help="touches more for the lead of each deal")
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    options = asked.parse_args()
    lines = ["| deals | touches | counted before deals | model | s | CPU s |", "|---:|---:|---:|---|---:|---:|"]
    fill(options.leads, options.deals)
    add_touches("form", each=3, every=1)
    measure(lines)
    if options.more:
        add_touches("event", each=options.more, every=options.leads // options.deals)
        measure(lines)
    if options.keep:
        keep("Attribution of all deals", "\n".join([machine(), "", *lines]), options.keep)


def fill(leads: int, deals: int) -> None:
    if Lead.objects.exists():
        raise SystemExit("There are leads already: name a VAR_DIR of its own.")
    tables = ["leads_lead", "leads_touch", "leads_handoff", "feedback_outcome"]
    with connection.cursor() as cursor, transaction.atomic(), bare(cursor, tables):
        for statement in FILL:
            cursor.execute(statement, {"leads": leads, "deals": deals})
    analyze()


def add_touches(kind: str, *, each: int, every: int) -> None:
    """So many touches more, 37 hours apart, for every so-manieth lead."""
    with connection.cursor() as cursor, transaction.atomic(), bare(cursor, ["leads_touch"]):
        cursor.execute(TOUCHES, {"kind": kind, "each": each, "every": every})
    analyze()


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE leads_lead, leads_touch, leads_handoff, feedback_outcome")


def measure(lines: list[str]) -> None:
    """The median of some runs for each model alone, for what a page asks, and for all of them at once."""
    sizes = f"{deals(ALL, now=NOW).count():,} | {Touch.objects.count():,} | {counted():,}"
    for models in (*([key] for key in MODELS), ["first_touch", "last_touch", INFLUENCE], [*MODELS, INFLUENCE]):
        took, cpu = [], cpu_seconds()
        for _n in range(TIMES):
            began = time.perf_counter()
            shares(ALL, models, now=NOW)
            took.append(time.perf_counter() - began)
        cpu = (cpu_seconds() - cpu) / TIMES
        what = "all six, influence" if len(models) > 3 else ", ".join(models)
        lines.append(f"| {sizes} | {what} | {statistics.median(took):.2f} | {cpu:.2f} |")
        print(lines[-1], flush=True)


def counted() -> int:
    """How many touches came before a deal."""
    rows = deals(ALL, now=NOW).filter(lead__touches__at__lte=F("at"))
    return rows.order_by().values_list("lead__touches").count()


if __name__ == "__main__":
    main()
    connection.close()
