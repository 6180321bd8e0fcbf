"""What this room makes ready before the leads and touches of one campaign become those of another."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from campaigns.models import Campaign
from leads.models import Touch

INSTANT = timedelta(microseconds=1)


def tell_touches_apart(keep: Campaign, drop: Campaign) -> None:
    """A touch that both campaigns have, of one lead, kind and moment, stays two: one moves by a microsecond."""
    same = Touch.objects.filter(campaign=keep, lead=OuterRef("lead"), kind=OuterRef("kind"), at=OuterRef("at"))
    while Touch.objects.filter(Exists(same), campaign=drop).update(at=F("at") + INSTANT):
        pass
