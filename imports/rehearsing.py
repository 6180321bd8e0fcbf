"""Doing something to see what would come of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rehearsed() -> Iterator[None]:
    """Whatever is done inside happens, and is then taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
