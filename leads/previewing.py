"""What a draft would do: how many leads move from which grade to which, and which leads these are.

Each lead is judged as of the moment at which it was last graded, so that what moves, moves by the
rules and not by age; and a draft without a change moves nobody. A grade that a person set stays.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Mod

from leads.grading import GRADED, SUMMED, summed
from leads.models import Lead, LeadDefinition

# More leads than these are judged by every n-th of them.
MOST = 120_000
SHOWN = 50
GRADES = Lead.Grade.values

COUNTED = f"""
{SUMMED}
SELECT grade, new_grade, count(*) FROM (
    SELECT summed.grade, {GRADED} AS new_grade FROM summed LEFT JOIN held ON held.id = summed.id
) AS judged GROUP BY grade, new_grade
"""
FOUND = f"""
{SUMMED}
SELECT id FROM (
    SELECT summed.id, summed.grade, {GRADED} AS new_grade FROM summed LEFT JOIN held ON held.id = summed.id
) AS judged WHERE grade = %(old)s AND new_grade = %(new)s ORDER BY id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Cell:
    """How many leads of one grade would have another, or the same."""

    old: str
    new: str
    count: int


@dataclass(frozen=True)
class Preview:
    """The moves from each grade (rows) to each (columns). `every` is 1 where all leads were judged,
    else n where every n-th was."""

    rows: list[tuple[str, list[Cell], int]]
    every: int

    @property
    def total(self) -> int:
        return sum(total for _grade, _cells, total in self.rows)

    @property
    def after(self) -> list[tuple[str, int]]:
        """How many leads each grade would have."""
        return [(new, sum(cells[n].count for _g, cells, _t in self.rows)) for n, new in enumerate(GRADES)]

    @property
    def moved(self) -> int:
        return sum(cell.count for _grade, cells, _total in self.rows for cell in cells if cell.old != cell.new)

    @property
    def new_handoffs(self) -> int:
        """C and D leads that would reach A or B."""
        return sum(c.count for _g, cells, _t in self.rows for c in cells if c.old in "CD" and c.new in "AB")

    @property
    def lost_handoffs(self) -> int:
        """A and B leads that would fall to C or D."""
        return sum(c.count for _g, cells, _t in self.rows for c in cells if c.old in "AB" and c.new in "CD")


def preview(definition: LeadDefinition) -> Preview:
    """What `definition` would make of the leads that figures count."""
    every = _every()
    sql, params = summed(COUNTED, _judged(every), definition, F("graded_at"))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        counts = {(old, new): count for old, new, count in cursor.fetchall()}
    rows = []
    for old in GRADES:
        cells = [Cell(old, new, counts.get((old, new), 0)) for new in GRADES]
        rows.append((old, cells, sum(cell.count for cell in cells)))
    return Preview(rows, every)


def moving(definition: LeadDefinition, old: str, new: str) -> list[int]:
    """The ids of the latest leads that a cell of the preview counts."""
    sql, params = summed(FOUND, _judged(_every()), definition, F("graded_at"))
    with connection.cursor() as cursor:
        cursor.execute(sql, params | {"old": old, "new": new, "most": SHOWN})
        return [pk for (pk,) in cursor.fetchall()]


def _every() -> int:
    """1 while all leads are judged; else every how many-th is."""
    return 1 + Lead.objects.count() // MOST


def _judged(every: int) -> QuerySet[Any]:
    leads = Lead.objects.counted().filter(graded_at__isnull=False)
    return leads if every == 1 else leads.annotate(place=Mod("pk", every)).filter(place=0)
