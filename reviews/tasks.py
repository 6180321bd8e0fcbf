"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

from celery import shared_task
from django.utils import timezone

from reviews import opening


@shared_task
def open_reviews() -> None:
    opening.open_reviews(now=timezone.now())
