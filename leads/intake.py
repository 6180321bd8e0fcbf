"""Leads come in: the one verb for files, forms, the API and by hand.

A set of rows goes through a staging table: known addresses are matched, the others created, empty
fields filled, touches added, closed leads re-opened, then all of them graded and handed off. The
same rows again change nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.matching import campaigns_named
from leads import duplicates, handoffs, staging
from leads.domains import domain_of
from leads.models import Lead


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


@dataclass(frozen=True)
class Taken:
    """What became of a row: created, updated, unchanged or refused (with a sentence)."""

    number: int
    result: str
    lead_id: int | None
    sentence: str = ""


@transaction.atomic
def take_in(rows: Sequence[LeadRow], *, at: datetime, by: User | None = None, run: int | None = None) -> list[Taken]:
    """Take `rows` in and say for each what became of it, in the order given. `run` is the id of
    the import that they come from.

    Raises nothing for a bad row: it is refused with a sentence and the rest goes on.
    """
    rows = [_completed(row) for row in rows]
    campaigns = campaigns_named(row.campaign for row in rows)
    with connection.cursor() as cursor:
        staging.load(cursor, (_staged(row, campaigns) for row in rows))
        staging.run(cursor, {"at": at, "by": by.pk if by else None, "run": run})
        taken = [_taken(*found) for found in staging.results(cursor)]
    changed = {t.lead_id for t in taken if t.lead_id and t.result != "unchanged"}
    _grade_and_hand_off(changed, at=at, by=by)
    duplicates.propose_for(changed, at=at)
    return taken


def _completed(row: LeadRow) -> LeadRow:
    if not row.name:
        row.name = f"{row.first_name} {row.last_name}".strip()
    return row


def _staged(row: LeadRow, campaigns: dict[str, int]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in staging.FROM_ROW}
    values["campaign_id"] = campaigns.get(row.campaign.strip().lower())
    values["domain"] = domain_of(website=row.website, email=row.email or "")
    return values


def _taken(number: int, lead_id: int | None, fresh: bool, changed: bool) -> Taken:
    if lead_id is None:
        sentence = _(
            "The external id belongs to a lead with another e-mail address. "
            "Change one of the two and load the row again."
        )
        return Taken(number, "refused", None, sentence)
    return Taken(number, "created" if fresh else "updated" if changed else "unchanged", lead_id)


def _grade_and_hand_off(ids: Iterable[int], *, at: datetime, by: User | None) -> None:
    """Grade what changed. Leads whose contacts are all history are graded as they stood then."""
    before = handoffs.history_before(at)
    latest = dict(Lead.objects.filter(pk__in=ids).annotate(latest=Max("touches__at")).values_list("pk", "latest"))
    old = [pk for pk, moment in latest.items() if moment < before]
    for pks, history in ((old, True), (latest.keys() - set(old), False)):
        if pks:
            handoffs.grade_and_hand_off(Lead.objects.filter(pk__in=pks), at=at, by=by, history=history)
