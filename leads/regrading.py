"""Grades are computed again: of what aged, or of everybody when another version of the definition holds.

Leads go in chunks by id. A run over everybody keeps its checkpoint in a row, in the transaction of
the chunk: a killed worker has lost nothing, and whoever comes next goes on there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Max, QuerySet

from leads import grading, handoffs
from leads.models import Lead, LeadDefinition, Regrading
from leads.sql import lock

CHUNK = 3000
FRESH_FOR = timedelta(hours=20)
# A run that nobody has moved for so long has lost its worker.
STANDS_STILL_AFTER = timedelta(minutes=2)


@dataclass
class Regraded:
    graded: int = 0
    moved: int = 0


def regrade(*, at: datetime, everything: bool = False) -> Regraded:
    """Grade again what is stale, or everything; how many were graded and moved to another grade."""
    if everything:
        return _regrade_everything(at)
    done = Regraded()
    leads, last = grading.stale(LeadDefinition.in_force(), at - FRESH_FOR), 0
    while upper := _end_of_chunk(leads, last):
        with transaction.atomic():
            graded, moved = _regrade_chunk(leads.filter(pk__gt=last, pk__lte=upper), at)
        done.graded, done.moved, last = done.graded + graded, done.moved + moved, upper
    return done


def _regrade_everything(at: datetime) -> Regraded:
    run = begin(at=at)
    while go_on(run.pk, at=at):
        pass
    run.refresh_from_db()
    return Regraded(run.graded, run.moved)


def start(*, at: datetime) -> Regrading:
    """Begin a run over all leads in the background, as soon as this transaction is kept."""
    run = begin(at=at)
    # A message that is lost costs a minute: the schedule finds runs that stand still.
    transaction.on_commit(lambda: current_app.send_task("leads.tasks.go_on_regrading", [run.pk]), robust=True)
    return run


@transaction.atomic
def begin(*, at: datetime) -> Regrading:
    """The run over all leads by the definition in force: the open one goes on, one by an older
    version ends where it is, since its leads are graded again anyway."""
    definition = LeadDefinition.in_force()
    run = Regrading.objects.select_for_update(no_key=True).filter(finished_at=None).first()
    if run and run.definition_id == definition.pk:
        return run
    if run:
        run.finished_at = at
        run.save(update_fields=["finished_at"])
    return Regrading.objects.create(definition=definition, started_at=at, touched_at=at, total=Lead.objects.count())


@transaction.atomic
def go_on(run_id: int, *, at: datetime) -> bool:
    """Grade the next chunk of a run; False where it has ended, or another worker holds it."""
    run = Regrading.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=run_id, finished_at=None).first()
    if run is None:
        return False
    run.touched_at = at
    upper = _end_of_chunk(Lead.objects.all(), run.last_id)
    if upper is None:
        run.finished_at = at
        run.save(update_fields=["finished_at", "touched_at"])
        return False
    graded, moved = _regrade_chunk(Lead.objects.filter(pk__gt=run.last_id, pk__lte=upper), at)
    run.graded, run.moved, run.last_id = run.graded + graded, run.moved + moved, upper
    run.save(update_fields=["graded", "moved", "last_id", "touched_at"])
    return True


def standing_still(at: datetime) -> QuerySet[Regrading]:
    """Runs that are open and that nobody works on."""
    return Regrading.objects.filter(finished_at=None, touched_at__lt=at - STANDS_STILL_AFTER)


def _end_of_chunk(leads: QuerySet[Lead], last: int) -> int | None:
    """The last id of the next chunk after `last`; None where no lead is left."""
    return leads.filter(pk__gt=last).order_by("pk")[:CHUNK].aggregate(end=Max("pk"))["end"]


def _regrade_chunk(leads: QuerySet[Lead], at: datetime) -> tuple[int, int]:
    # In the order of the ids, like the intake, so that the two wait instead of deadlocking.
    lock(leads.order_by("pk"))
    return handoffs.grade_and_hand_off(leads, at=at, only_moved=True)
