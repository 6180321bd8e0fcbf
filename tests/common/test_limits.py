"""Calls are counted exactly, however many come at once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from common.limits import household, wait

MINUTE = 1_800_000_000.0


def test_of_many_calls_at_once_exactly_so_many_go_on() -> None:
    who = f"test:{uuid4()}"
    with ThreadPoolExecutor(20) as threads:
        waits = list(threads.map(lambda _n: wait(who, 50, now=MINUTE + 15), range(300)))
    assert waits.count(0) == 50
    assert set(waits) == {0, 45}


def test_a_minute_later_they_are_counted_anew() -> None:
    who = f"test:{uuid4()}"
    assert [wait(who, 1, now=MINUTE + 59.9) for _n in range(2)] == [0, 1]
    assert [wait(who, 1, now=MINUTE + 60) for _n in range(2)] == [0, 60]


def test_without_a_limit_nobody_waits() -> None:
    who = f"test:{uuid4()}"
    assert [wait(who, 0, now=MINUTE) for _n in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_household_is_one_address(address: str, counted: str) -> None:
    assert household(address) == counted
