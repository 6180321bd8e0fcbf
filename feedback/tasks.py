"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

from celery import shared_task
from django.utils import timezone

from feedback import reminding


@shared_task
def remind() -> None:
    reminding.remind(now=timezone.now())
