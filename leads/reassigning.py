"""A lead passes from one rep to another. The clock goes on: nobody gains time by it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import DomainError
from leads.models import Event, Handoff, Lead
from notices.telling import Notice, tell


def may_reassign(user: User) -> bool:
    """Managers of sales, and admins."""
    return user.is_active and (user.is_staff or (user.in_sales and user.is_manager))


def reps() -> QuerySet[User]:
    """The people to whom a lead may be given."""
    return User.objects.filter(Q(takes_leads=True) | Q(team__isnull=False), side=User.Side.SALES, is_active=True)


@transaction.atomic
def reassign(leads: QuerySet[Lead], *, rep: User, by: User, at: datetime) -> int:
    """Give the open handoffs of `leads` to `rep`; how many were somebody else's until then.

    Their due moments stay. The line of the timeline keeps whose it was until when, so each rep answers
    for their own share of the wait. Raises DomainError `not_yours`, `not_a_rep`.
    """
    if not may_reassign(by):
        raise DomainError("not_yours", _("Managers of sales give leads to another rep."))
    if not reps().filter(pk=rep.pk).exists():
        raise DomainError("not_a_rep", _("Choose somebody of sales who takes leads."), {"rep": _("Choose a rep.")})
    ids = list(leads.order_by("pk").values_list("pk", flat=True))
    # Leads before handoffs, like every verb: whoever answers meanwhile waits, or has won.
    list(Lead.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    theirs = Handoff.objects.open().filter(~Q(rep=rep) | Q(rep=None), lead__in=ids)
    handoffs = list(theirs.order_by("pk").select_for_update(of=("self",), no_key=True))
    Handoff.objects.filter(pk__in=[h.pk for h in handoffs]).update(rep=rep, team=rep.team, taken_at=at)
    Lead.objects.filter(pk__in=[h.lead_id for h in handoffs]).update(owner=rep)
    Event.objects.bulk_create(
        (
            Event(
                lead_id=h.lead_id, handoff=h, kind="reassigned", at=at, by=by,
                data={"rep": rep.pk, "from_rep": h.rep_id, "since": h.at.isoformat()},
            )
            for h in handoffs
        ),
        batch_size=1000,
    )  # fmt: skip
    _tell(handoffs, rep=rep, by=by, at=at)
    return len(handoffs)


def _tell(handoffs: Sequence[Handoff], *, rep: User, by: User, at: datetime) -> None:
    """One notice for all of them; who gives leads to themselves needs none."""
    if not handoffs or rep == by:
        return
    count = len(handoffs)
    title = ngettext("%(n)d lead is yours now", "%(n)d leads are yours now", count) % {"n": count}
    detail = _("%(name)s gave you the work of %(others)s. The clocks go on.") % {
        "name": by,
        "others": _listed(handoffs),
    }
    path = reverse("leads:lead", args=[handoffs[0].lead_id]) if count == 1 else reverse("feedback:followups")
    tell([Notice(rep.pk, "reassigned", f"reassigned:{handoffs[0].pk}:{at.isoformat()}", title, path, detail)], at=at)


def _listed(handoffs: Sequence[Handoff]) -> str:
    counts = Counter(h.rep_id for h in handoffs)
    names = User.objects.in_bulk([pk for pk in counts if pk])
    return ", ".join(str(names[pk]) if pk in names else _("the queue") for pk in counts)
