"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from imports import keeping, running, undoing

# A task ends well before Celery would end it, and lets others in between.
SECONDS = 240


@shared_task
def load(run_id: int) -> None:
    """Take rows of an import for a while; what is left is the next task's."""
    if running.go_on(run_id, at=timezone.now(), seconds=SECONDS):
        load.delay(run_id)


@shared_task
def pick_up() -> None:
    """Send a worker to every import that lost its own, or whose first message got lost."""
    for run_id in running.silent(timezone.now()):
        load.delay(run_id)


@shared_task
def undo(run_id: int, by_id: int) -> None:
    undoing.undo_and_tell(run_id, by=User.objects.get(pk=by_id), at=timezone.now())


@shared_task
def tidy() -> None:
    keeping.tidy(now=timezone.now())
