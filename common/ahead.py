"""Work that is prepared while the work before it is done."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterable[T]) -> Iterator[T]:
    """`items`, each made in a thread while the caller works on the one before it.

    The thread sees the context of the caller. What making an item raises is raised in its turn.
    Making the items must not touch the database: the thread would open a connection of its own.
    """
    source = iter(items)
    context = copy_context()

    def following() -> list[T]:
        return context.run(lambda: list(islice(source, 1)))

    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(following)
        while item := coming.result():
            coming = thread.submit(following)
            yield item[0]
