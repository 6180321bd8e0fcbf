"""What sales does about a handoff, as data: the cast has it written down, the crowd draws it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happens `after` a while, counted from the handoff."""

    after: timedelta


@dataclass(frozen=True, kw_only=True)
class Respond(Step):
    kind: str = "call"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Judge(Step):
    """A verdict; `wakes_in` counts the days from today, because a lead wakes in the future."""

    verdict: str
    reason: str = ""
    note: str = ""
    evidence: str = ""
    grade_opinion: str = ""
    wakes_in: int = 0


@dataclass(frozen=True, kw_only=True)
class End(Step):
    """An opportunity, a win or a loss."""

    kind: str
    amount: Decimal | None = None
    reason: str = ""
    note: str = ""
