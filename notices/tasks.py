"""What Celery runs for this room. Each task is harmless when it runs twice or is killed."""

from celery import shared_task
from django.utils import timezone

from notices import delivering, digests, outbox


@shared_task
def deliver() -> None:
    """Deliver what is due for a while; what is left is the next task's."""
    if delivering.deliver(now=timezone.now()).left:
        deliver.delay()


@shared_task
def write_digests() -> None:
    digests.write_digests(now=timezone.now())


@shared_task
def tidy() -> None:
    outbox.tidy(now=timezone.now())
