"""Whose turn it is. Reps who are away are passed over before the choice, not after."""

from datetime import datetime

from django.db.models import F, OuterRef, Subquery

from accounts.models import Team, User
from leads.models import Handoff


def reps_in_turn(at: datetime) -> list[User]:
    """The present reps who take leads, the one who waited longest for a lead first.

    The rows are locked until the transaction ends, so that two workers take turns one after the
    other. Turn order is derived from the handoffs themselves: nothing else has to be kept true.
    """
    latest = Handoff.objects.filter(rep=OuterRef("pk"), historic=False).order_by("-id").values("id")[:1]
    locked = (
        User.objects.present(at)
        .filter(side=User.Side.SALES, takes_leads=True, team__isnull=False)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    ids = [rep.pk for rep in locked]
    return list(
        User.objects.filter(pk__in=ids).annotate(turn=Subquery(latest)).order_by(F("turn").asc(nulls_first=True), "pk")
    )


def queue_team() -> Team | None:
    """The team in whose queue a lead waits while nobody is present."""
    return Team.objects.filter(side=User.Side.SALES).order_by("pk").first()
