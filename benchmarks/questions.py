"""Server time of the lead list under every filter, alone and in pairs, in every order, and of the pages beside it.

    VAR_DIR=/some/folder python benchmarks/questions.py --size 1000000 --keep benchmarks/results.md

Every filter is asked with what many leads have, what few have, and what none has. Told are the slowest answers.
Run it on a VAR_DIR of its own: it adds facts to the leads.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import itertools
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

from django.conf import settings
from django.db.models import Count
from keeping import keep, machine, spent
from pages import fill
from salting import salt

from accounts.models import User
from alignment.preparing import collect_static_when_needed
from leads.models import Handoff, Lead
from leads.ordering import CHOICES

settings.ALLOWED_HOSTS = ["*"]
# Of each filter: what many leads have, what few have, what none has.
ASKED = [
    *(f"grade={one}" for one in "ABD"),
    *(f"stage={one}" for one in ("new", "handed_off", "won", "rejected")),
    *(f"state={one}" for one in ("pending", "at_risk", "met", "breached", "released")),
    "overdue=true", "overdue=false",
    "campaign=%(large)s", "campaign=%(small)s", "touched_campaign=%(large)s", "touched_campaign=%(small)s",
    "touched_programme=%(large)s", "source=social", "source=almanac", "source=nowhere",
    "owner=nobody", "owner=%(rep)s", "owner=me", "team=%(team)s",
    "organisation=%(organisation)s", "target=true", "target=false",
    "country=Germany", "country=Czechia", "country=Iceland", "country=Nowhere",
    "industry=Education", "industry=Falconry", "industry=Nothing",
    "employees_min=1000", "employees_min=200000", "employees_max=10", "employees_min=900000",
    "job_title=head", "job_title=technik", "job_title=falconer", "job_title=nobody+at+all", "job_title=a",
    "captured_after=2026-11-01", "captured_before=2025-12-01", "touched_after=2026-11-01", "touched_before=2025-12-01",
    "handed_off_after=2026-11-01", "handed_off_before=2025-12-01", "wakes_before=2027-01-01",
    "tag=vip", "tag=keen", "tag=none", "kept_out=true", "kept_out=false", "do_not_contact=true",
    "email=nobody@example.com", "has_email=true", "has_email=false", "has_phone=true", "has_phone=false",
    "fact=Budget%%3Dyes", "fact=Hobby%%3Dfalcons", "fact=Hobby%%3Dnone",
    "q=weber", "q=falconer", "q=weebr", "q=an", "q=gmbh", "q=4917", "q=zzzzzz",
]  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--size", type=int, default=20_400, metavar="N", help="leads; default 20400")
    asked.add_argument("--times", type=int, default=3, help="how often each page is asked; default 3")
    asked.add_argument("--told", type=int, default=25, help="how many of the slowest are told; default 25")
    asked.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth question")
    asked.add_argument("--only", default="", help="only pages whose address has this text")
    asked.add_argument("--who", default="marketer")
    asked.add_argument("--sets", default="one,pairs,orders", help="which questions")
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    options = asked.parse_args()
    collect_static_when_needed()
    fill(options.size)
    salt()
    told = measured(options)
    print(told)
    if options.keep:
        keep("Every question", told, options.keep)


def measured(options: argparse.Namespace) -> str:
    who = User.objects.get(email=f"{options.who}@example.com")
    chosen = [address for address in addresses(options.sets.split(",")) if options.only in address]
    # Each so-and-so-many-th: neighbours ask much the same.
    chosen = chosen[:: options.every]
    found = sorted(((*spent(who, address, options.times), address) for address in chosen), reverse=True)
    over = [limit for limit in (50, 70, 100, 200, 500) if any(cpu > limit for cpu, *_ in found)]
    lines = [
        f"{Lead.objects.count():,} leads, {Handoff.objects.count():,} handoffs, {machine()}",
        "",
        f"{len(found):,} questions by {who}; "
        + ", ".join(f"{sum(cpu > limit for cpu, *_ in found):,} of more than {limit} ms of CPU" for limit in over),
        "",
        "| question | CPU ms | database CPU ms | best ms |",
        "|---|---:|---:|---:|",
        *(
            f"| {address} | {cpu:.0f} | {database:.0f} | {best:.0f} |"
            for cpu, database, best, address in found[: options.told]
        ),
    ]
    return "\n".join(lines)


def addresses(sets: list[str]) -> list[str]:
    names = example()
    each = [one % names for one in ASKED]
    pairs = [
        f"{one}&{other}"
        for one, other in itertools.combinations(each, 2)
        if one.partition("=")[0] != other.partition("=")[0]
    ]
    orders = [f"{one}&order={order}" for one in ["", *each] for order, _label in CHOICES]
    chosen = {"one": ["", *each], "pairs": pairs, "orders": orders}
    return [f"/leads/?{one}".replace("?&", "?") for name in sets for one in chosen[name]]


def example() -> dict[str, object]:
    """Names that the database knows, for the questions that ask by one."""
    by_size = list(
        Lead.objects.exclude(campaign=None)
        .order_by()
        .values_list("campaign__code")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    rep = User.objects.get(email="rep@example.com")
    newest = Lead.objects.exclude(organisation=None).latest("organisation")
    return {
        "large": by_size[0][0], "small": by_size[-1][0], "rep": rep.pk, "team": rep.team_id,
        "organisation": newest.organisation_id,
    }  # fmt: skip


if __name__ == "__main__":
    main()
