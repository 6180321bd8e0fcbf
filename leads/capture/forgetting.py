"""What capture keeps of a person: told on request, erased on request."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from leads.models import Lead, Submission
from leads.privacy import Part, Rows

State = Submission.State


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


PART = Part("posts", __("Posts to capture addresses"), [Submission], _tell, _erase)
