"""Pieces of work two abreast: halves overlap, results keep their order, a fault stops what follows."""

from threading import Event
from time import monotonic

import pytest

from common.abreast import Turn, one_by_one, two_abreast

SOON = 5.0


def test_a_first_half_runs_beside_the_second_half_before_it_and_second_halves_keep_their_order() -> None:
    told: list[str] = []
    next_is_in = {0: Event(), 1: Event()}

    def work(item: int, turn: Turn) -> int:
        turn.begin()
        told.append(f"in {item}")
        if item:
            next_is_in[item - 1].set()
        turn.go_on()
        if item in next_is_in:
            assert next_is_in[item].wait(SOON), "the next piece did not begin beside this one"
        told.append(f"on {item}")
        return item * 10

    assert list(two_abreast(work, [0, 1, 2])) == [0, 10, 20]
    assert [word for word in told if word.startswith("on")] == ["on 0", "on 1", "on 2"]
    assert told.index("in 1") < told.index("on 0")
    assert told.index("in 2") > told.index("on 0")


def test_what_a_piece_raises_is_raised_in_its_turn_and_nobody_waits_for_ever() -> None:
    ended = []

    def work(item: int, turn: Turn) -> int:
        turn.begin()
        if item == 1:
            raise ValueError("the second")
        turn.go_on()
        ended.append(item)
        return item

    results = two_abreast(work, range(100))
    begin = monotonic()
    assert next(results) == 0
    with pytest.raises(ValueError, match="the second"):
        list(results)
    assert monotonic() - begin < SOON
    # The piece beside it had begun; none after it was asked for.
    assert max(ended) <= 2


def test_whoever_stops_asking_waits_for_what_has_begun() -> None:
    begun, ended = [], []

    def work(item: int, turn: Turn) -> int:
        begun.append(item)
        turn.begin()
        turn.go_on()
        ended.append(item)
        return item

    results = two_abreast(work, range(100))
    assert next(results) == 0
    results.close()
    assert begun == ended
    assert len(ended) <= 3


def test_one_by_one_does_the_same_in_this_thread() -> None:
    def work(item: int, turn: Turn) -> int:
        turn.begin()
        turn.go_on()
        return item + 1

    assert list(one_by_one(work, [1, 2, 3])) == [2, 3, 4]
