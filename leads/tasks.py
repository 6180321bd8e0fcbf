"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

import time

from celery import shared_task
from django.utils import timezone

from leads import duplicates, exporting, regrading, searching, sweeping, waking
from leads.capture import accepting, fetching, forgetting, taking

# Well below the time limit of a task: what is left is another task's.
WORKS_FOR = 240


@shared_task
def sweep() -> None:
    sweeping.sweep(now=timezone.now())


@shared_task
def wake() -> None:
    waking.wake(at=timezone.now())


@shared_task
def regrade() -> None:
    regrading.regrade(at=timezone.now())


@shared_task
def go_on_regrading(run_id: int) -> None:
    """Work on a run over all leads, and pass on what is left."""
    until = time.monotonic() + WORKS_FOR
    while regrading.go_on(run_id, at=timezone.now()):
        if time.monotonic() > until:
            go_on_regrading.delay(run_id)
            return


@shared_task
def find_standing_regrading() -> None:
    """Go on with a run whose worker, or whose message, was lost."""
    for run in regrading.standing_still(timezone.now()):
        go_on_regrading(run.pk)


@shared_task
def learn_words() -> None:
    searching.learn()


@shared_task
def write_export(export_id: int) -> None:
    exporting.write_export(export_id, at=timezone.now())


@shared_task
def look_after_exports() -> None:
    for export_id in exporting.look_after(now=timezone.now()):
        write_export.delay(export_id)


@shared_task
def find_duplicates() -> None:
    duplicates.propose_all(at=timezone.now())


@shared_task
def take_captured() -> None:
    """Take in what was captured for a while; what is left is the next task's."""
    accepting.woken()
    if taking.take_waiting(now=timezone.now()).left:
        take_captured.delay()


@shared_task
def fetch_captured() -> None:
    """Ask Meta who its leads are for a while; what is left is the next task's."""
    if fetching.fetch_waiting(now=timezone.now()):
        fetch_captured.delay()


@shared_task
def forget_posts() -> None:
    forgetting.forget_old(now=timezone.now())
