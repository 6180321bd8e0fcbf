"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

from celery import shared_task
from django.utils import timezone

from reviews import opening, restating, results


@shared_task
def open_reviews() -> None:
    opening.open_reviews(now=timezone.now())


@shared_task
def keep_results() -> None:
    results.keep_results(at=timezone.now())


@shared_task
def restate() -> None:
    restating.restate_all(now=timezone.now())
