"""Two pieces of work at a time, each on a thread with a database connection of its own, in the order of the pieces."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Event
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
R = TypeVar("R")
LANES = 2


class Turn:
    """The turn of one piece. Its first half runs beside the second half of the piece before, so that of two pieces
    only the later one ever waits for what the other has locked."""

    def __init__(self, before: "Turn | None" = None) -> None:
        self.before = before
        self.half_done, self.done = Event(), Event()

    def begin(self) -> None:
        """Wait until the piece before is in its second half."""
        if self.before:
            self.before.half_done.wait()

    def go_on(self) -> None:
        """The second half begins: wait until the piece before has ended."""
        if self.before:
            self.before.done.wait()
            self.before = None
        self.half_done.set()

    def end(self) -> None:
        """The piece has ended, however it did."""
        self.half_done.set()
        self.done.set()


def two_abreast(work: Callable[[T, Turn], R], items: Iterable[T]) -> Iterator[R]:
    """What `work(item, turn)` returns for each of `items`, in their order.

    `work` calls `turn.begin()` before it locks anything, and `turn.go_on()` where its second half begins. Whoever
    stops asking waits for the pieces that have begun. What a piece raises is raised in its turn.
    """
    lanes = [ThreadPoolExecutor(1, thread_name_prefix=f"lane-{n}") for n in range(LANES)]
    under_way: deque[Future[R]] = deque()
    turn = None
    try:
        for number, item in enumerate(items):
            turn = Turn(turn)
            under_way.append(lanes[number % LANES].submit(copy_context().run, _worked, work, item, turn))
            if len(under_way) == LANES:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        for lane in lanes:
            lane.submit(connections.close_all)
            lane.shutdown()


def one_by_one(work: Callable[[T, Turn], R], items: Iterable[T]) -> Iterator[R]:
    """The same without threads, for whoever is in a transaction that other connections can't see into."""
    return (work(item, Turn()) for item in items)


def _worked(work: Callable[[T, Turn], R], item: T, turn: Turn) -> R:
    try:
        return work(item, turn)
    finally:
        turn.end()
