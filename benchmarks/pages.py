"""Server time of the pages that people open all day, at any size of the database.

    python benchmarks/pages.py --size 100000 --keep benchmarks/results.md

Asks the real views through Django's test client, each page several times with different questions, on the
database that the environment names (or the embedded one of VAR_DIR). Time is all that the server does:
middleware, session, queries, template. An empty database is filled first: the demo, and copies of its leads
under other names.
"""

# The servers are named and Django is set up before anything imports a model.
# ruff: noqa: E402

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")

from alignment.embedded.commands import prepare

prepare(["manage.py", "benchmark"])

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db.models import Count
from keeping import keep, machine, page_row
from multiplying import multiply

from accounts.models import User
from alignment.preparing import collect_static_when_needed
from campaigns.models import Campaign
from leads.models import Handoff, Lead, Touch
from leads.ordering import CHOICES, key_of, parts

settings.ALLOWED_HOSTS = ["*"]
TOLD_BY_DEMO = 20_400
CHOSEN = ("stage", "campaign", "owner", "captured", "touched", "due", "country", "industry", "points", "tags")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--size", type=int, default=TOLD_BY_DEMO, metavar="N", help="leads; default 100000")
    asked.add_argument("--keep", type=Path, metavar="FILE", help="add the table to this file")
    asked.add_argument("--explain", action="store_true", help="tell the queries of the slowest answer of each page")
    options = asked.parse_args()

    collect_static_when_needed()
    import_module("alignment.wsgi")  # ready as a web process is before its first request
    fill(options.size)
    table = measured(options.explain)
    print(table)
    if options.keep:
        keep("Pages", table, options.keep)


def fill(size: int) -> None:
    """Enough leads: the demo tells them, and from there they are copied under other names."""
    began = time.perf_counter()
    if not Lead.objects.exists():
        call_command("seed_demo", leads=min(size, TOLD_BY_DEMO))
    if Lead.objects.count() < size:
        multiply(size)
    print(f"{Lead.objects.count():,} leads, ready after {time.perf_counter() - began:.0f} s", flush=True)


def measured(explain: bool) -> str:
    lines = [
        "| page | who | p50 ms | p95 ms | CPU ms | queries |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for name, who, address in pages(random.Random(1)):  # noqa: S311
        person = User.objects.get(email=f"{who}@example.com")
        lines.append(f"| {name} | {who} | {page_row(person, address, name if explain else '')} |")
        print(lines[-1], flush=True)
    sizes = f"{Lead.objects.count():,} leads, {Handoff.objects.count():,} handoffs, {machine()}"
    return "\n".join([sizes, "", *lines])


def pages(rng: random.Random) -> list[tuple[str, str, Callable[[], str]]]:
    """Name, who asks, and an address that differs each time."""
    newest = Lead.objects.order_by("-pk").values_list("pk", flat=True)[0]
    some = rng.sample(range(1, newest), min(400, newest - 1))
    people = list(Lead.objects.filter(pk__in=some).exclude(name="").select_related())
    words = [one.name.split()[-1] for one in people]
    emails = [one.email for one in people if one.email]
    told = list(Lead.objects.filter(handoffs__isnull=False).order_by("pk")[:300])
    deep = {order: keys_of(order, people[:60]) for order, _label in CHOICES}

    def typo(word: str) -> str:
        at = rng.randrange(1, max(2, len(word) - 1))
        return word[:at] + word[at + 1 :]

    both = ("marketer", "rep")
    return [
        *(("lead list", who, lambda: "/leads/") for who in both),
        *(("grade A, newest", who, lambda: "/leads/?grade=A") for who in both),
        (
            "country and job title",
            "marketer",
            lambda: f"/leads/?country={rng.choice(['Norway', 'Poland'])}&job_title=head",
        ),
        ("overdue", "sales.manager", lambda: "/leads/?overdue=true"),
        ("owner nobody, grade B", "marketer", lambda: "/leads/?owner=nobody&grade=B"),
        ("one campaign", "marketer", lambda: f"/leads/?campaign={rng.choice(people).campaign.code}"),
        *(
            (
                f"deep page, {label}",
                "marketer",
                lambda order=order: f"/leads/?order={order}&after={rng.choice(deep[order])}",
            )
            for order, label in CHOICES
            if order in ("-captured", "-touched", "-grade", "name", "organisation", "due")
        ),
        *(("search, a surname", who, lambda: f"/leads/?q={rng.choice(words)}") for who in both),
        ("search, two words", "marketer", lambda: "/leads/?q=" + rng.choice(people).name.replace(" ", "+")),
        ("search, three letters", "marketer", lambda: f"/leads/?q={rng.choice(words)[:3]}"),
        ("search, an address", "marketer", lambda: f"/leads/?q={rng.choice(emails)}"),
        *(("search, misspelt", who, lambda: f"/leads/?q={typo(rng.choice(words))}") for who in both),
        ("search, a word of many", "marketer", lambda: "/leads/?q=gmbh"),
        ("lead page", "marketer", lambda: f"/leads/{rng.choice(told).pk}/"),
        *beside(),
    ]


def beside() -> list[tuple[str, str, Callable[[], str]]]:
    """The pages beside the list, each where much stands on it, and the list with facts that few leads have."""
    touched = Touch.objects.values_list("lead").annotate(n=Count("pk")).order_by("-n")[0]
    large = (
        Lead.objects.exclude(organisation=None).values_list("organisation").annotate(n=Count("pk")).order_by("-n")[0]
    )
    codes = cycle(Campaign.objects.annotate(n=Count("leads")).order_by("-n").values_list("code", flat=True)[:20])
    columns = "&".join(f"column={one}" for one in CHOSEN)
    chosen = {
        f"lead page, {touched[1]} touches": f"/leads/{touched[0]}/",
        f"organisation, {large[1]:,} people": f"/organisations/{large[0]}/",
        "organisations": "/organisations/",
        "likely duplicates": "/leads/duplicates/",
        "exports": "/leads/exports/",
        "imports": "/imports/",
        "ten columns": f"/leads/?{columns}",
        "ten columns, by last touch": f"/leads/?order=-touched&{columns}",
        "stage won, grade B": "/leads/?stage=won&grade=B",
        "grade A with marketing, which none is": "/leads/?grade=A&stage=new",
        "a country of few": "/leads/?country=Iceland",
        "a country of nobody and a title": "/leads/?country=Nowhere&job_title=head",
        "a fact of nobody": "/leads/?fact=Hobby%3Dnone",
        "a campaign's leads, released": "/leads/?state=released&owner=nobody",
        "search, a phone number": "/leads/?q=%2B49+30",
    }
    return [
        *((name, "marketer", lambda address=address: address) for name, address in chosen.items()),
        ("campaign page", "marketer", lambda: f"/campaigns/{next(codes)}/"),
        ("Follow-ups", "rep", lambda: "/followups/"),
        ("Follow-ups of the team", "rep", lambda: "/followups/?whose=team"),
        ("Follow-ups of all teams", "sales.manager", lambda: "/followups/"),
    ]


def keys_of(order: str, people: Iterable[Lead]) -> list[str]:
    """Keys deep in the list of `order`: those of `people`, as the address of a page names them."""
    found = []
    for one in people:
        for number, part in enumerate(parts(Lead.objects.filter(pk=one.pk), order, None)):
            found += [quote(key_of((number, *told))) for told in part.after(None, 1)]
    return found


if __name__ == "__main__":
    main()
