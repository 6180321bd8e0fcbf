"""Acts on many leads at once: on those that were chosen, or on all that match."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads import handoffs, reassigning, tagging
from leads.filtering import LeadFilter
from leads.models import Handoff, Lead

Leads = QuerySet[Lead]
# One transaction changes at most so many leads.
MOST = 10_000


@dataclass(frozen=True)
class Done:
    """How many leads an act changed, which, and how many it left as they were, with why."""

    count: int
    skipped: list[tuple[int, str]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)


def chosen(user: User, *, ids: Sequence[str], query: str, all_of_them: bool) -> QuerySet[Lead]:
    """The leads that an act is for, of those that `user` may see.

    Raises DomainError `nobody` where none is chosen, `too_many` above MOST, `invalid` for filters that can't be read.
    """
    if not all_of_them:
        known = [int(pk) for pk in ids if pk.isascii() and pk.isdecimal() and len(pk) < 19]
        leads = Lead.objects.visible_to(user).filter(pk__in=known[: MOST + 1])
    else:
        asked = LeadFilter.of(user, QueryDict(query))
        if not asked.is_valid():
            raise DomainError("invalid", _("A filter can’t be read. Open the list again."))
        leads = asked.qs
    found = list(leads.order_by().values_list("pk", flat=True)[: MOST + 1])
    if not found:
        raise DomainError("nobody", _("No lead is chosen. Choose some in the list first."))
    if len(found) > MOST:
        sentence = _("At most %(most)s leads can be changed at once. Narrow the list by a filter.")
        raise DomainError("too_many", sentence % {"most": f"{MOST:,}"})
    return Lead.objects.filter(pk__in=found)


def assign(leads: QuerySet[Lead], *, rep: User, by: User, at: datetime) -> Done:
    """Give the leads that are with sales to `rep`."""
    total = leads.count()
    idle = leads.filter(~_open()).count()
    count = reassigning.reassign(leads, rep=rep, by=by, at=at)
    theirs = total - idle - count
    return Done(count, _said((idle, _("not with sales")), (theirs, _("already with %(rep)s") % {"rep": rep})))


def hand_off(leads: QuerySet[Lead], *, by: User, at: datetime) -> Done:
    """Hand off now."""
    reasons = [
        (Q(_open()), _("with sales already")),
        (~Q(kept_out="") | ~Q(erased_at=None), _("kept out of figures")),
        (Q(do_not_contact=True), _("not to be contacted")),
        (~Q(grade__in=handoffs.HANDED_OFF_GRADES), _("of grade C or D, which stay with marketing")),
        (Q(), _("already answered by sales")),
    ]
    skipped, rest = [], leads.exclude(handoffs.MAY_BE_HANDED_OFF & ~Q(_open()))
    for condition, why in reasons:
        here = list(rest.filter(condition).values_list("pk", flat=True))
        skipped.append((len(here), why))
        rest = rest.exclude(pk__in=here)
    return Done(handoffs.hand_off_now(leads, at=at, by=by), _said(*skipped))


def tag(leads: QuerySet[Lead], *, word: str, by: User, at: datetime, off: bool = False) -> Done:
    """Put a tag on, or take it off."""
    total = leads.count()
    ids = tagging.tag(leads, word=word, by=by, at=at, off=off)
    why = _("did not have it") if off else _("had it already")
    return Done(len(ids), _said((total - len(ids), why)), ids)


def _open() -> Any:
    return Exists(Handoff.objects.open().filter(lead=OuterRef("pk")))


def _said(*skipped: tuple[int, str]) -> list[tuple[int, str]]:
    return [(count, why) for count, why in skipped if count]
