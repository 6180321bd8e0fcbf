"""The end of a handoff that nobody answers: the lead fell, was kept out or erased, and is with marketing again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads import clock
from leads.models import Event, Handoff, Lead


@transaction.atomic
def release_fallen(handoffs: QuerySet[Handoff], *, at: datetime) -> int:
    """Release those of `handoffs` whose lead fell below B, or is kept out, before anybody answered.

    Returns how many. A released clock is neither met nor breached; the lead is with marketing again.
    A clock that is breached stays so: an ageing grade forgives no silence.
    """
    kept_out = release(handoffs.exclude(lead__kept_out=""), at=at, why=Handoff.Released.KEPT_OUT)
    fallen = handoffs.filter(clock.is_waiting(at), lead__grade__in=["C", "D"])
    return kept_out + release(fallen, at=at, why=Handoff.Released.GRADE_FELL)


@transaction.atomic
def release(handoffs: QuerySet[Handoff], *, at: datetime, why: Handoff.Released) -> int:
    """Release those of `handoffs` that nobody has answered; their leads are with marketing again. How many."""
    waiting = handoffs.filter(closed_at=None, responded_at=None)
    leads = list(waiting.values_list("lead", flat=True))
    if not leads:
        return 0
    # Leads before handoffs, like every verb: whoever answers meanwhile waits, or has won.
    list(Lead.objects.filter(pk__in=leads).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows = list(waiting.filter(lead__in=leads).select_for_update(of=("self",)).values_list("pk", "lead_id", "grade"))
    Handoff.objects.filter(pk__in=[pk for pk, _lead, _grade in rows]).update(
        released_at=at, released_why=why, closed_at=at
    )
    Lead.objects.filter(pk__in=[lead for _pk, lead, _grade in rows]).update(stage=Lead.Stage.NEW, owner=None)
    Event.objects.bulk_create(
        Event(lead_id=lead, handoff_id=pk, kind="released", at=at, data={"grade": grade, "why": why})
        for pk, lead, grade in rows
    )
    return len(rows)


def close_erased(lead: Lead, *, at: datetime) -> None:
    """Close the open handoff of a locked lead whose person is erased: nobody can answer it any more.

    A clock that is late stays so, one that still runs is released.
    """
    handoff = Handoff.objects.open().select_for_update().filter(lead=lead).first()
    if handoff is None:
        return
    late = clock.state(handoff, at) == clock.State.BREACHED
    handoff.released_at = None if late or handoff.responded_at else at
    handoff.released_why, handoff.closed_at = Handoff.Released.ERASED, at
    handoff.save(update_fields=["released_at", "released_why", "closed_at"])
    Lead.objects.filter(pk=lead.pk).update(stage=Lead.Stage.NEW, owner=None)
