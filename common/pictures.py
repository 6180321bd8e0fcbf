"""Reading several things as they were at one moment, while people go on working."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SERIALIZATION_FAILURE = "40001"


@contextmanager
def one_picture(*, writes: bool = False) -> Iterator[None]:
    """A transaction whose queries all see the moment of the first one. Within another transaction it is as that one.

    Where it `writes`, it may be refused with an OperationalError because somebody else changed the same rows: once
    more is the way out.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                mode = "" if writes else ", READ ONLY"
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ{mode}")
        yield
