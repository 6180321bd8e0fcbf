"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

from celery import shared_task
from django.utils import timezone

from leads import regrading, sweeping


@shared_task
def sweep() -> None:
    sweeping.sweep(now=timezone.now())


@shared_task
def regrade() -> None:
    regrading.regrade(at=timezone.now())
