"""A rep gives a lead out of their hands: back to the team, to a colleague, or all of them at once.

The clock goes on, and the line of the timeline keeps whose it was until when, as in `reassigning`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import DomainError
from leads import routing
from leads.models import Event, Handoff, Lead
from leads.reassigning import may_reassign, reps
from leads.routing import Route
from notices.telling import Notice, tell

LONGEST_WHY = 1000


@transaction.atomic
def hand_back(handoff: Handoff, *, by: User, why: str, at: datetime) -> Handoff:
    """Give the open `handoff` of `by` back to the team: it is routed anew to somebody else, and waits in
    the queue where there is nobody else. Raises DomainError `why_missing`, `closed`, `not_yours`."""
    handoff = _theirs(handoff, by=by, why=why)
    (route,) = _routed([handoff], person=by, at=at)
    _pass_on([handoff], [route], kind="handed_back", by=by, why=why, at=at)
    return handoff


@transaction.atomic
def pass_on(handoff: Handoff, *, rep: User, by: User, why: str, at: datetime) -> Handoff:
    """Give the open `handoff` of `by` to a colleague of the same team, who is told.

    Raises DomainError `why_missing`, `closed`, `not_yours`, `not_a_mate`.
    """
    handoff = _theirs(handoff, by=by, why=why)
    if not mates(by).filter(pk=rep.pk).exists():
        raise DomainError("not_a_mate", _("Choose a colleague of your team."), {"rep": _("Choose a colleague.")})
    because = _("passed on by %(name)s") % {"name": by}
    route = Route(handoff.lead_id, rep.pk, rep.team_id, because[: routing.LONGEST_WHY])
    _pass_on([handoff], [route], kind="reassigned", by=by, why=why, at=at)
    return handoff


@transaction.atomic
def hand_over_all(person: User, *, by: User, at: datetime) -> int:
    """Route every open handoff of `person`, who leaves or is long away, to somebody else; how many.

    The most pressing are routed first. Raises DomainError `not_yours` for who may not reassign.
    """
    if not may_reassign(by):
        raise DomainError("not_yours", _("Managers of sales give leads to another rep."))
    held = Handoff.objects.open().filter(rep=person)
    _lock_leads(held.values_list("lead", flat=True))
    handoffs = list(held.order_by("pk").select_for_update(of=("self",), no_key=True))
    handoffs.sort(key=lambda handoff: (handoff.due_at is None, handoff.due_at, handoff.pk))
    routes = _routed(handoffs, person=person, at=at)
    _pass_on(handoffs, routes, kind="reassigned", by=by, why="", at=at)
    return len(handoffs)


def parting(person: User, by: User, at: datetime) -> None:
    """What happens to the leads of somebody who leaves."""
    if Handoff.objects.open().filter(rep=person).exists():
        hand_over_all(person, by=by, at=at)


def mates(user: User) -> QuerySet[User]:
    """The colleagues of the same team to whom `user` may pass a lead on."""
    return reps().filter(team=user.team_id).exclude(pk=user.pk) if user.team_id else User.objects.none()


def may_give_away(user: User, handoff: Handoff) -> bool:
    """Whose lead it is."""
    return user.is_active and user.in_sales and handoff.rep_id == user.pk and handoff.closed_at is None


def _theirs(handoff: Handoff, *, by: User, why: str) -> Handoff:
    """The handoff as it is now, locked after its lead; refused where it is not one that `by` may give away."""
    if not why.strip() or len(why) > LONGEST_WHY:
        sentence = _("Write why, in at most %(n)d characters: whoever gets the lead reads it.") % {"n": LONGEST_WHY}
        raise DomainError("why_missing", sentence, {"why": sentence})
    _lock_leads([handoff.lead_id])
    found = Handoff.objects.select_related("lead").select_for_update(of=("self",), no_key=True).get(pk=handoff.pk)
    if found.closed_at is not None:
        raise DomainError("closed", _("This handoff is closed already. Open the lead to see who answered it."))
    if not may_give_away(by, found):
        raise DomainError("not_yours", _("Only whoever has a lead gives it away. Managers of sales reassign it."))
    return found


def _lock_leads(ids: Iterable[int]) -> None:
    """Leads before handoffs, like every verb: whoever answers meanwhile waits, or has won."""
    list(Lead.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _routed(handoffs: Sequence[Handoff], *, person: User, at: datetime) -> list[Route]:
    """Where each goes anew; to nobody and the team's queue where only `person` is there."""
    routes = routing.route([h.lead_id for h in handoffs], at=at, avoid={h.lead_id: person.pk for h in handoffs})
    nobody_else = _("nobody else was present")
    return [
        Route(route.lead_id, None, person.team_id or route.team_id, nobody_else) if route.rep_id == person.pk else route
        for route in routes
    ]


def _pass_on(
    handoffs: Sequence[Handoff], routes: Sequence[Route], *, kind: str, by: User, why: str, at: datetime
) -> None:
    """Move locked handoffs along their routes, with one line each and one notice for each new rep."""
    events = []
    for handoff, route in zip(handoffs, routes, strict=True):
        data = {"rep": route.rep_id, "from_rep": handoff.rep_id, "since": handoff.at.isoformat()}
        words = {"why": why.strip(), "because": route.because}
        events.append(Event(lead_id=handoff.lead_id, handoff=handoff, kind=kind, at=at, by=by, data={**data, **words}))
        handoff.rep_id, handoff.team_id = route.rep_id, route.team_id or handoff.team_id
        handoff.routed_because, handoff.routed_by_id = route.because, route.rule_id
        handoff.taken_at = at if route.rep_id else None
    fields = ["rep", "team", "taken_at", "routed_because", "routed_by"]
    Handoff.objects.bulk_update(handoffs, fields, batch_size=1000)
    leads = [Lead(pk=handoff.lead_id, owner_id=handoff.rep_id) for handoff in handoffs]
    Lead.objects.bulk_update(leads, ["owner"], batch_size=1000)
    Event.objects.bulk_create(events, batch_size=1000)
    _tell(handoffs, by=by, why=why, at=at)


def _tell(handoffs: Sequence[Handoff], *, by: User, why: str, at: datetime) -> None:
    counts = Counter(handoff.rep_id for handoff in handoffs if handoff.rep_id and handoff.rep_id != by.pk)
    notices = []
    for rep, count in counts.items():
        first = next(handoff for handoff in handoffs if handoff.rep_id == rep)
        title = ngettext("%(n)d lead is yours now", "%(n)d leads are yours now", count) % {"n": count}
        said = f" “{why.strip()}”" if why.strip() else ""
        detail = _("%(name)s passed on what was with sales already. The clocks go on.") % {"name": by}
        path = reverse("leads:lead", args=[first.lead_id]) if count == 1 else reverse("feedback:followups")
        key = f"reassigned:{first.pk}:{at.isoformat()}"
        notices.append(Notice(rep, "reassigned", key, title, path, detail + said))
    tell(notices, at=at)
