"""What makes a character of the story."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from alignment.demo.names import DOMAIN, address
from alignment.demo.steps import Step


@dataclass(frozen=True)
class Meeting:
    """One touch: when, in which campaign, of which kind, and what was said."""

    at: datetime
    campaign: str
    kind: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Character:
    name: str
    title: str
    organisation: str
    domain: str
    facts: dict = field(default_factory=dict)
    touches: tuple[Meeting, ...]
    # Facts that only the last touch tells, so that the grade rises with it.
    told_last: tuple[str, ...] = ()
    rep: str = ""
    steps: tuple[Step, ...] = ()
    kept_out: str = ""

    @property
    def email(self) -> str:
        first, last = self.first_and_last
        return address(first, last.split()[-1], self.domain + DOMAIN, 0)

    @property
    def first_and_last(self) -> tuple[str, str]:
        first, _space, last = self.name.removeprefix("Dr. ").partition(" ")
        return first, last


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def euros(amount: int) -> Decimal:
    return Decimal(amount)
