"""Server time of the list of campaigns and of the parts of a campaign's page, with many campaigns.

    VAR_DIR=/some/folder python benchmarks/campaigns.py --size 1000000 --keep benchmarks/results.md

Fills an empty database as `pages.py` does, then spreads two thirds of the leads over 2,000 campaigns, the first ones
with the most, and gives them costs, verdicts and deals. It changes what is there: run it on a VAR_DIR of its own.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from keeping import keep, machine, page_row
from pages import TOLD_BY_DEMO, fill

from accounts.models import User
from campaigns.models import Campaign
from leads.models import Handoff, Lead
from reviews.results import keep_results

CAMPAIGNS = 2_000
SPREAD = [
    """INSERT INTO campaigns_campaign (code, name, channel, starts_on, ends_on, budget, created_at, version)
    SELECT 'bench-' || n, 'Campaign ' || n,
           (ARRAY['webinar', 'event', 'search', 'paid_social', 'content', 'email', 'referral', 'partner'])[1 + n %% 8],
           date '2025-09-01' + n * 7 %% 420, CASE WHEN n %% 3 > 0 THEN date '2025-09-01' + n * 7 %% 420 + 60 END,
           1000 + n, now(), 1
    FROM generate_series(1, %(campaigns)s) AS n""",
    """WITH many AS (
        SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, count(*) OVER () AS whole FROM campaigns_campaign)
    UPDATE leads_lead l SET campaign_id = many.id FROM many
    WHERE l.id %% 3 > 0 AND many.n = floor(many.whole * power(abs(hashint8(l.id)) %% 100000 / 100000.0, 2))::int""",
    """UPDATE leads_touch t SET campaign_id = l.campaign_id FROM leads_lead l
    WHERE l.id = t.lead_id AND t.campaign_id IS DISTINCT FROM l.campaign_id""",
    """INSERT INTO campaigns_cost (campaign_id, kind, actual, "on", note, supplier, currency, version)
    SELECT id, 'media', 100 + id %% 900, date '2025-10-01' + (id * 13 + n * 31)::int %% 400, '', '', '', 1
    FROM campaigns_campaign, generate_series(1, 10) AS n WHERE id %% 10 > 0 AND code LIKE 'bench-%%'""",
    """INSERT INTO feedback_verdict (handoff_id, verdict, reason_id, evidence, note, grade_opinion, at, version)
    SELECT id, CASE WHEN id %% 3 > 0 THEN 'accepted' ELSE 'rejected' END,
           CASE WHEN id %% 3 = 0 THEN (SELECT min(id) FROM feedback_reason) END, '', '', '', at + interval '3 days', 1
    FROM leads_handoff WHERE id %% 4 > 0 ON CONFLICT DO NOTHING""",
    """INSERT INTO feedback_outcome (lead_id, kind, at, amount, note, competitor, recorded_at, version)
    SELECT id, kind, captured_at + make_interval(days => days + (id %% 90)::int), id * 7919 %% 9000000 / 100.0,
           '', '', now(), 1
    FROM leads_lead, (VALUES ('opportunity', 30), ('won', 60)) AS ended(kind, days)
    WHERE id %% 20 = 0 AND captured_at < now() - interval '160 days' AND (kind = 'won' OR id %% 40 = 0)
    ON CONFLICT DO NOTHING""",
    """VACUUM ANALYZE leads_lead, leads_touch, feedback_verdict, feedback_outcome, campaigns_campaign,
           campaigns_cost""",
]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--size", type=int, default=TOLD_BY_DEMO, metavar="N", help="leads")
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    options = asked.parse_args()
    fill(options.size)
    spread()
    table = measured()
    print(table)
    if options.keep:
        keep("Campaigns", table, options.keep)


def spread() -> None:
    if Campaign.objects.filter(code="bench-1").exists():
        return
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in SPREAD:
            cursor.execute(statement, {"campaigns": CAMPAIGNS})
    print(f"spread over {Campaign.objects.count():,} campaigns in {time.perf_counter() - began:.0f} s", flush=True)


def measured() -> str:
    began = time.perf_counter()
    kept = keep_results(at=timezone.now())
    took = time.perf_counter() - began
    marketer = User.objects.get(email="marketer@example.com")
    lines = ["| page | p50 ms | p95 ms | CPU ms | queries |", "|---|---:|---:|---:|---:|"]
    for name, address in pages(random.Random(1)):  # noqa: S311
        lines.append(f"| {name} | {page_row(marketer, address)} |")
        print(lines[-1], flush=True)
    sizes = (
        f"{Lead.objects.count():,} leads, {Handoff.objects.count():,} handoffs, {Campaign.objects.count():,} campaigns"
    )
    told = f"{kept:,} months of campaigns were kept in {took:.1f} s."
    return "\n".join([f"{sizes}, {machine()}. {told}", "", *lines])


def pages(rng: random.Random) -> list[tuple[str, Callable[[], str]]]:
    codes = list(Campaign.objects.filter(leads__isnull=False).distinct().values_list("code", flat=True))
    largest = Campaign.objects.annotate(n=Count("leads")).latest("n").code
    columns = ("leads", "leads_a", "accepted", "won", "revenue", "roi", "cost")

    def one(part: str, code: str = "") -> Callable[[], str]:
        return lambda: f"/reviews/campaigns/{code or rng.choice(codes)}/{part}/"

    return [
        ("Campaigns, its frame", lambda: "/campaigns/"),
        ("the list, all time", lambda: f"/reviews/campaigns/?page={rng.randrange(1, 60)}"),
        ("the list by any column", lambda: f"/reviews/campaigns/?order=-{rng.choice(columns)}&period=2026"),
        (
            "the list, searched and filtered",
            lambda: f"/reviews/campaigns/?q=campaign {rng.randrange(99)}&channel=event",
        ),
        ("the list with times to win", lambda: "/reviews/campaigns/?order=days_to_win&column=days_to_win&column=won"),
        ("a campaign's page, its frame", lambda: f"/campaigns/{rng.choice(codes)}/"),
        ("a campaign's results", one("results")),
        ("a campaign's course", one("course")),
        ("results of the largest campaign", one("results", largest)),
        ("course of the largest campaign", one("course", largest)),
    ]


LARGEST = (
    "SELECT campaign_id AS id FROM leads_lead WHERE campaign_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
)


if __name__ == "__main__":
    main()
