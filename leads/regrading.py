"""Grades that aged are computed again; what rises is handed off, what falls is released."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leads import grading, handoffs
from leads.models import Lead, LeadDefinition

CHUNK = 5000
FRESH_FOR = timedelta(hours=20)


@dataclass
class Regraded:
    graded: int = 0
    moved: int = 0


def regrade(*, at: datetime, everything: bool = False) -> Regraded:
    """Grade again what is stale, or everything, in chunks by id: a killed run has lost nothing."""
    done = Regraded()
    leads = Lead.objects.all() if everything else grading.stale(LeadDefinition.in_force(), at - FRESH_FOR)
    last = 0
    while ids := list(leads.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        graded, moved = _regrade_chunk(ids, at)
        done.graded += graded
        done.moved += moved
        last = ids[-1]
    return done


@transaction.atomic
def _regrade_chunk(ids: list[int], at: datetime) -> tuple[int, int]:
    leads = Lead.objects.filter(pk__in=ids)
    # In the order of the ids, like the intake, so that the two wait instead of deadlocking.
    list(leads.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return handoffs.grade_and_hand_off(leads, at=at)
