"""Answers that came late, by what held them up; one definition for the counts and the rows that they open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from feedback.models import Response
from leads import clock
from leads.models import Handoff

LOOKS_BACK = timedelta(days=90)
# In addresses: nothing was said about it.
NOT_SAID = "not_said"


@dataclass(frozen=True)
class Counted:
    """How many answers were late for one excuse."""

    key: str
    label: str | Promise
    count: int


def answered_late(user: User, now: datetime, excuse: str = "") -> QuerySet[Any]:
    """The handoffs that `user` sees whose first response came late in the last 90 days, with its `excuse`;
    all of them, those of one excuse, or those NOT_SAID. Leads that are kept out of figures are left out."""
    first = Response.objects.filter(handoff=OuterRef("pk")).order_by("at", "pk").values("excuse")[:1]
    since = {"responded_at__gte": now - LOOKS_BACK, "responded_at__lte": now, "lead__kept_out": ""}
    late = Handoff.objects.visible_to(user).filter(clock.is_breached(now), **since).annotate(excuse=Subquery(first))
    return late.filter(excuse="" if excuse == NOT_SAID else excuse) if excuse else late


def by_excuse(user: User, now: datetime) -> list[Counted]:
    """How many there are of each excuse, those not said last."""
    rows = answered_late(user, now).order_by().values("excuse").annotate(n=Count("pk")).values_list("excuse", "n")
    counts = dict(rows)
    known = [Counted(key, label, counts.get(key, 0)) for key, label in Response.Excuse.choices]
    return [*known, Counted(NOT_SAID, _("Not said"), counts.get("", 0))]
