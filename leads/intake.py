"""Leads come in: the one verb for files, forms, the API and by hand.

A set of rows goes through a staging table: known addresses are matched, the others created, empty
fields filled, touches added, closed leads re-opened, then all of them graded and handed off. The
same rows again change nothing.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.matching import campaigns_named
from common.templatetags.ui import moment_words
from leads import duplicates, grading, handoffs, hooks, privacy, searching, staging, staging_organisations
from leads.deadlines import Deadlines
from leads.domains import domain_of
from leads.models import Touch

KEYS = ("email", "external_id")
NAMES = ("first_name", "last_name", "name", "organisation")
_told = attrgetter(*staging.FROM_ROW)
_EMPLOYER = {"country": "", "industry": "", "employees": None}
_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(kw_only=True)
class LeadRow:
    """One row of facts, already checked: `email` is lower-cased, moments are aware."""

    number: int
    captured_at: datetime
    email: str | None = None
    external_id: str | None = None
    first_name: str = ""
    last_name: str = ""
    name: str = ""
    job_title: str = ""
    phone: str = ""
    phone_e164: str = ""
    organisation: str = ""
    website: str = ""
    employees: int | None = None
    industry: str = ""
    country: str = ""
    source: str = ""
    campaign: str = ""
    kind: str = "form"
    note: str = ""
    consent: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    kept_out: str = ""
    do_not_contact: bool = False
    # Whether the source says when the contact was, or the moment of the intake stands for it.
    dated: bool = True


@dataclass(frozen=True)
class Taken:
    """What became of a row: created, updated, unchanged or refused (with a sentence)."""

    number: int
    result: str
    lead_id: int | None
    sentence: str = ""
    # Nothing of the row may be kept: its person was erased.
    private: bool = False


@transaction.atomic
def take_in(
    rows: Sequence[LeadRow],
    *,
    at: datetime,
    by: User | None = None,
    run: int | None = None,
    in_turn: Callable[[], None] = lambda: None,
) -> list[Taken]:
    """Take `rows` in and say for each what became of it, in the order given. `run` is the id of
    the import that they come from. `in_turn` is called when the leads are made and locked.

    Raises nothing for a bad row: it is refused with a sentence and the rest goes on.
    """
    rows, erased = _without_erased(rows)
    rows = [_completed(row) for row in rows]
    campaigns = campaigns_named(row.campaign for row in rows)
    before = Deadlines().history_before(at)
    with connection.cursor() as cursor:
        staging.load(cursor, (_staged(row, campaigns) for row in rows))
        newcomers = dict(staging.newcomers(cursor))
        definition = grading.judge_newcomers(newcomers, before=before, at=at, tables=staging.STANDING_IN)
        told = {"at": at, "by": by.pk if by else None, "run": run, "definition": definition.pk}
        staging.make_leads(cursor, told)
        in_turn()
        captured = staging.run(cursor, told)
        results = staging.results(cursor)
    hooks.announce(hooks.CAPTURED, captured, at=at)
    taken = _opted_out(rows, [_taken(*result) for result in results], at=at, by=by)
    changed = {t.lead_id for t in taken if t.lead_id and t.result != "unchanged"}
    if changed:
        born = changed & newcomers.keys()
        latest = Touch.objects.latest_of(changed - born)
        grading.grade_beside(born, latest, definition=definition, before=before, at=at)
        history = {pk for pk, moment in (newcomers | latest).items() if moment < before}
        handoffs.hand_off_graded(changed, at=at, by=by, born=born, history=history)
    duplicates.propose_for(changed, at=at)
    return sorted([*taken, *erased], key=lambda t: t.number)


@transaction.atomic
def make_shared(rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the campaigns and organisations that `rows`, values by name, tell of, and know the words of their names:
    several sets of rows that are taken in side by side share them, and the one would wait for the other."""
    keys = [(name, row[name]) for row in rows for name in KEYS if name in row]
    erased = privacy.erased_among(keys)
    kept = [row for row in rows if not any((name, row.get(name)) in erased for name in KEYS)] if erased else rows
    campaigns_named(row.get("campaign", "") for row in kept)
    told: dict[Any, dict[str, Any]] = {}
    for row in kept:
        name = row.get("organisation", "")
        domain = domain_of(website=row.get("website", ""), email=row.get("email", ""))
        if (domain, name) not in told:
            facts = {fact: row.get(fact, unknown) for fact, unknown in _EMPLOYER.items()}
            told[domain, name] = {"number": row["number"], "organisation": name, "domain": domain, **facts}
    with connection.cursor() as cursor:
        staging_organisations.make(cursor, told.values())
    searching.learn_said(row.get(name, "") for row in kept for name in NAMES)


def _without_erased(rows: Sequence[LeadRow]) -> tuple[list[LeadRow], list[Taken]]:
    """The rows to take in, and those refused because their person was erased on request. Only a
    contact that is dated later starts anew: then the person came back by themselves."""
    keys = [(name, key) for row in rows for name in KEYS if (key := getattr(row, name))]
    erased = privacy.erased_among(keys)
    kept, refused = [], []
    for row in rows if erased else ():
        since = erased.get(("email", row.email or "")) or erased.get(("external_id", row.external_id or ""))
        if since is None or (row.dated and row.captured_at > since):
            kept.append(row)
        else:
            sentence = _("This person was erased on request on %(day)s. A contact dated later starts a new lead.")
            refused.append(Taken(row.number, "refused", None, sentence % {"day": moment_words(since)}, private=True))
    return kept if erased else list(rows), refused


def _opted_out(rows: Sequence[LeadRow], taken: Sequence[Taken], *, at: datetime, by: User | None) -> list[Taken]:
    """Note who must not be contacted; a row that was unchanged but for that is updated."""
    numbers = {row.number for row in rows if row.do_not_contact}
    asked = {t.lead_id for t in taken if t.number in numbers and t.lead_id}
    news = set(privacy.refuse_contact(asked, why="", at=at, by=by, kind="opted_out")) if asked else set()
    return [replace(t, result="updated") if t.result == "unchanged" and t.lead_id in news else t for t in taken]


def _completed(row: LeadRow) -> LeadRow:
    if not row.name:
        row.name = f"{row.first_name} {row.last_name}".strip()
    return row


def _staged(row: LeadRow, campaigns: dict[str, int]) -> tuple[Any, ...]:
    facts = _json(row.facts) if row.facts else "{}"
    domain = domain_of(website=row.website, email=row.email or "")
    return (*_told(row), facts, campaigns.get(row.campaign.strip().lower()), domain)


def _taken(number: int, lead_id: int | None, fresh: bool, changed: bool) -> Taken:
    if lead_id is None:
        sentence = _(
            "The external id belongs to a lead with another e-mail address. "
            "Change one of the two and load the row again."
        )
        return Taken(number, "refused", None, sentence)
    return Taken(number, "created" if fresh else "updated" if changed else "unchanged", lead_id)
