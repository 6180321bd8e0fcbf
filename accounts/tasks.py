"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

from celery import shared_task
from django.utils import timezone

from accounts import repeating


@shared_task
def forget_answers() -> None:
    repeating.tidy(now=timezone.now())
