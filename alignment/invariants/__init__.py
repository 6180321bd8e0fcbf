"""What must hold in every database, whatever was killed, sent twice or restored on the way.

Each check is one query over all rows that finds the offenders; none of them looks at a lead at a
time. The verbs and the constraints of the tables keep these promises, this proves that they did.
"""

from dataclasses import dataclass

from alignment.invariants import capture, files, handoffs, leads, news, quarters, stages
from common.pictures import one_picture

INVARIANTS = [
    *leads.INVARIANTS,
    *handoffs.INVARIANTS,
    *stages.INVARIANTS,
    *files.INVARIANTS,
    *capture.INVARIANTS,
    *news.INVARIANTS,
    *quarters.INVARIANTS,
]


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, and for how many rows."""

    name: str
    sentence: str
    offenders: int


def broken() -> list[Broken]:
    """Every invariant that does not hold, all judged on the same picture of the data."""
    with one_picture():
        counted = [(check, check.offenders().order_by().count()) for check in INVARIANTS]
    return [Broken(check.name, str(check.sentence), count) for check, count in counted if count]
