"""An import of leads is taken back, while nobody has worked on what it brought."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, OuterRef, Q, QuerySet, Subquery
from django.utils.dateparse import parse_date
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import DomainError
from imports.models import Import
from leads import staging
from leads.handoffs import grade_and_hand_off
from leads.models import Event, Handoff, Lead, Touch
from leads.releasing import release

CHUNK = 2000
# What happens to a lead by itself once it is here; every other line of its timeline is somebody's work.
BY_ITSELF = (
    "captured", "touched", "filled", "opted_out", "reopened", "graded", "handed_off", "handoff_not_recorded",
    "released", "clock_at_risk", "clock_breached", "clock_escalated",
)  # fmt: skip


def _emptied(name: str, empty: str) -> str:
    return f"{name} = CASE WHEN to_jsonb(l.{name}) = was.fields->'{name}' THEN {empty} ELSE l.{name} END"


# Only what still stands as it was filled is taken back.
TAKE_BACK_FIELDS = f"""
WITH told AS (
    SELECT e.lead_id, f.key, f.value FROM leads_event e, jsonb_each(e.data) f
    WHERE e.run_id = %(run)s AND e.kind = 'filled'
),
facts AS (
    SELECT lead_id, jsonb_object_agg(f.key, f.value) AS facts FROM told, jsonb_each(told.value) f
    WHERE told.key = 'facts' GROUP BY lead_id
),
was AS (
    SELECT lead_id, coalesce(jsonb_object_agg(key, value) FILTER (WHERE key <> 'facts'), '{{}}') AS fields,
           coalesce((SELECT facts FROM facts WHERE facts.lead_id = told.lead_id), '{{}}') AS facts
    FROM told GROUP BY lead_id
)
UPDATE leads_lead l SET
    {", ".join(_emptied(n, "''") for n in staging.TEXTS)},
    {", ".join(_emptied(n, "NULL") for n in staging.OPTIONAL)},
    facts = l.facts - ARRAY(SELECT f.key FROM jsonb_each(was.facts) f WHERE l.facts->f.key = f.value),
    version = l.version + 1
FROM was WHERE was.lead_id = l.id
"""


@transaction.atomic
def undo(run: int, *, at: datetime, by: User | None) -> int:
    """Take back what the import with the id `run` brought, and return how many leads are gone.

    Its leads go, unless another source has touched them since; leads that were here before lose the
    touches and the facts that came with it, are graded again, and are closed again where it had
    opened them. Raises DomainError `worked_on` where somebody has worked on one of them.
    """
    leads = list(_concerned(run).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    _check_nobody_worked_on(leads, run)
    known_otherwise = set(_in(Touch, leads).exclude(run=run).values_list("lead", flat=True))
    gone = list(Lead.objects.filter(run=run).exclude(pk__in=known_otherwise).values_list("pk", flat=True))
    stay = sorted(set(leads) - set(gone))
    for some in _chunks(gone):
        Lead.objects.filter(pk__in=some).delete()
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BACK_FIELDS, {"run": run})
    Touch.objects.filter(run=run).delete()
    _close_again(run, at=at)
    for some in _chunks(stay):
        _settle(some, at=at, by=by)
    Event.objects.filter(run=run).update(run=None)
    return len(gone)


def _concerned(run: int) -> QuerySet[Lead]:
    """Leads that the import brought, touched, filled or opened."""
    touched, told = (m.objects.filter(run=run).values("lead") for m in (Touch, Event))
    return Lead.objects.filter(Q(run=run) | Q(pk__in=touched) | Q(pk__in=told))


def _check_nobody_worked_on(leads: list[int], run: int) -> None:
    started = Import.objects.values_list("started_at", flat=True).get(pk=run)
    work = _in(Event, leads).filter(recorded_at__gt=started).exclude(kind__in=BY_ITSELF)
    if worked_on := work.values("lead").distinct().count():
        sentence = ngettext(
            "%(n)d lead of this import has been worked on since, so it can’t be undone as a whole. "
            "Edit what is wrong, or keep such leads out of the figures.",
            "%(n)d leads of this import have been worked on since, so it can’t be undone as a whole. "
            "Edit what is wrong, or keep such leads out of the figures.",
            worked_on,
        )
        raise DomainError("worked_on", sentence % {"n": worked_on})


def _close_again(run: int, *, at: datetime) -> None:
    """Leads that a touch of the import had opened go back to where they were."""
    for event in Event.objects.filter(run=run, kind="reopened").select_related("lead"):
        release(Handoff.objects.filter(lead=event.lead_id).waiting(), at=at, why=Handoff.Released.TAKEN_BACK)
        wakes = parse_date(event.data["wake_up_on"]) if event.data.get("wake_up_on") else None
        Lead.objects.filter(pk=event.lead_id).update(stage=event.data["from"], wake_up_on=wakes)


def _settle(leads: list[int], *, at: datetime, by: User | None) -> None:
    """What stays is told so, dated by the touches it has left, and graded by them."""
    rows = Lead.objects.filter(pk__in=leads)
    first = Touch.objects.filter(lead=OuterRef("pk")).order_by().values("lead").annotate(at=Min("at")).values("at")
    rows.update(run=None, captured_at=Subquery(first))
    Event.objects.bulk_create(Event(lead_id=pk, kind="import_undone", at=at, by=by) for pk in leads)
    grade_and_hand_off(rows, at=at, by=by)


def _in(model: Any, leads: list[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(lead__in=leads)
    return rows


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
