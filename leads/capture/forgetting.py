"""What capture keeps of a person: told on request, erased on request, and forgotten after a while."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from leads.models import Lead, Submission
from leads.privacy import Part, Rows

State = Submission.State
KEPT_FOR = timedelta(days=90)


def _posts(lead: Lead) -> QuerySet[Submission]:
    """Those that became the lead, and those with one of its keys of which nothing became yet."""
    found = Q(lead=lead)
    if lead.email:
        found |= Q(values__email__iexact=lead.email, lead=None)
    if lead.external_id:
        found |= Q(values__external_id=lead.external_id, lead=None)
    return Submission.objects.filter(found).order_by("at", "pk")


def _tell(lead: Lead) -> Rows:
    rows = _posts(lead).values("at", "address__name", "state", "values", "facts", "consent")
    return [{**row} for row in rows]


def _erase(lead: Lead, at: datetime) -> None:
    """The post is still counted; what it said is gone, and of one that waits nothing becomes."""
    nothing: dict[str, Any] = {"values": {}, "facts": {}, "consent": {}}
    posts = _posts(lead)
    posts.exclude(state=State.TAKEN).update(
        state=State.DISMISSED, sentence=_("Erased on request of the person."), ended_at=at, **nothing
    )
    posts.filter(lead=lead).update(sentence="", **nothing)


def forget_old(*, now: datetime) -> int:
    """Empty posts that ended long ago; how many. What was consented to stays, since that must be shown for as long as
    the lead is kept."""
    ended = Submission.objects.filter(state__in=(State.TAKEN, State.DISMISSED), ended_at__lt=now - KEPT_FOR)
    return ended.exclude(values={}, facts={}).update(values={}, facts={})


PART = Part("posts", __("Posts to capture addresses"), [Submission], _tell, _erase)
