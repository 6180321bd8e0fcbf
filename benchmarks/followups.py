"""Server time of Follow-ups for a rep with 500 open handoffs among a million.

    VAR_DIR=/some/folder python benchmarks/followups.py --size 1000000 --keep benchmarks/results.md

Writes so many handoffs by SQL, gives 500 open ones to one rep, and asks the real views through Django's test client.
Run it on a VAR_DIR of its own; that of benchmarks/sweep.py will do.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

from django.conf import settings
from handing_off import analyze, grow, person
from keeping import keep, machine, page_row

from accounts.models import User
from alignment.preparing import collect_static_when_needed
from leads.models import Handoff, Lead

settings.ALLOWED_HOSTS = ["*"]
OPEN = 500


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--size", type=int, default=1_000_000, metavar="N", help="handoffs; default 1000000")
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    asked.add_argument("--explain", action="store_true", help="tell the slowest queries of the slowest answer")
    options = asked.parse_args()
    collect_static_when_needed()
    grow(options.size, now=datetime.now(UTC))
    rep = rep_with_work()
    analyze()
    manager = User.objects.get(name="Manager0")
    lines = ["| page | who | p50 ms | p95 ms | CPU ms | queries |", "|---|---|---:|---:|---:|---:|"]
    for name, who, address in (
        ("Follow-ups", rep, "/followups/"),
        ("Follow-ups of the team", rep, "/followups/?whose=team"),
        ("Follow-ups of all teams", manager, "/followups/"),
        ("one handoff's panel", rep, f"/handoffs/{Handoff.objects.open().filter(rep=rep)[0].pk}/panel/"),
    ):
        told = page_row(who, lambda address=address: address, name if options.explain else "")
        lines.append(f"| {name} | {who.name}, {open_for(who, address):,} open | {told} |")
        print(lines[-1], flush=True)
    if options.keep:
        handoffs = f"{Handoff.objects.count():,} handoffs, {machine()}"
        keep("Follow-ups", "\n".join([handoffs, "", *lines]), options.keep)


def rep_with_work() -> User:
    """A rep who has OPEN open handoffs: a third pending, a third late, a third answered."""
    known = User.objects.filter(name="Rep With Work").first()
    rep = known or person("rep with work", "sales", team_id=1, takes_leads=True)
    Handoff.objects.open().filter(rep=rep).update(rep=User.objects.get(name="Rep10"))
    theirs = Handoff.objects.open().filter(team_id=1).exclude(rep=rep)
    waiting = theirs.filter(responded_at=None).values_list("pk", flat=True)[: OPEN * 2 // 3]
    answered = theirs.exclude(responded_at=None).values_list("pk", flat=True)[: OPEN - OPEN * 2 // 3]
    ids = [*waiting, *answered]
    Handoff.objects.filter(pk__in=ids).update(rep=rep, team_id=1)
    Lead.objects.filter(handoffs__in=ids).update(owner=rep)
    return rep


def open_for(who: User, address: str) -> int:
    seen = Handoff.objects.visible_to(who).open()
    return (seen if "team" in address or who.is_manager else seen.filter(rep=who)).count()


if __name__ == "__main__":
    main()
