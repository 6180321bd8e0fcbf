"""The sweep: raises each level of a clock once, and costs what is due, not what exists.

Rows are claimed with `SKIP LOCKED` and marked in the same transaction that tells people, so that
two sweeps at once, a killed worker or a late beat neither miss nor double a flag.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from leads import clock
from leads.handoffs import release_fallen
from leads.models import Event, Handoff, SweepRun
from notices.telling import Notice, tell

CHUNK = 1000
KEPT_FOR = timedelta(days=30)


@dataclass
class Swept:
    """How many clocks each level was raised for, and how many were released."""

    at_risk: int = 0
    breached: int = 0
    escalated: int = 0
    released: int = 0


@dataclass(frozen=True)
class Level:
    name: str
    field: str
    due: Q


def levels(now: datetime) -> list[Level]:
    """The levels in the order in which they are raised; each names the column that keeps its moment."""
    live = Q(historic=False)
    return [
        Level("breached", "flagged_at", live & Q(flagged_at=None) & clock.is_breached(now)),
        Level(
            "at_risk", "warned_at",
            live & Q(warned_at=None, flagged_at=None, closed_at=None) & clock.is_at_risk(now),
        ),
        Level(
            "escalated", "escalated_at",
            live & Q(escalated_at=None, flagged_at__isnull=False, responded_at=None, closed_at=None)
            & Q(due_at__lte=now - clock.ESCALATES_AFTER),
        ),
    ]  # fmt: skip


def sweep(*, now: datetime) -> Swept:
    """One sweep of all clocks at the moment `now`; safe to run twice, or twice at once."""
    swept = Swept(released=_release(now))
    for level in levels(now):
        count = sum(len(claimed) for claimed in _claim_all(level, now))
        setattr(swept, level.name, count)
    SweepRun.objects.filter(finished_at__lt=now - KEPT_FOR).delete()
    SweepRun.objects.create(finished_at=now, **asdict(swept))
    return swept


def _release(now: datetime) -> int:
    """Clocks about to be raised whose lead has lost its grade meanwhile are released instead."""
    about_to_warn = Handoff.objects.filter(risk_at__lte=now, warned_at=None, flagged_at=None, historic=False)
    return release_fallen(about_to_warn, at=now)


def _claim_all(level: Level, now: datetime) -> Iterator[Sequence[Handoff]]:
    while claimed := _claim(level, now):
        yield claimed


@transaction.atomic
def _claim(level: Level, now: datetime) -> Sequence[Handoff]:
    claimed = list(
        Handoff.objects.filter(level.due)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("lead", "lead__organisation", "lead__campaign", "rep")
        .order_by("due_at", "pk")[:CHUNK]
    )
    Handoff.objects.filter(pk__in=[h.pk for h in claimed]).update(**{level.field: now})
    Event.objects.bulk_create(
        Event(lead_id=h.lead_id, handoff=h, kind=f"clock_{level.name}", at=now, data={"due_at": str(h.due_at)})
        for h in claimed
    )
    managers = list(User.objects.filter(is_active=True, is_manager=True, side=User.Side.SALES))
    tell((n for h in claimed for n in _notices(level, h, managers)), at=now)
    return claimed


def _notices(level: Level, handoff: Handoff, managers: Sequence[User]) -> Iterator[Notice]:
    """The rep hears everything, the managers from the breach on, the campaign's owner the breach."""
    rep = handoff.rep
    people = {rep.pk} if rep and rep.is_active else set()
    if level.name != "at_risk":
        people |= {m.pk for m in managers if not (rep and m.team_id and rep.team_id != m.team_id)}
    campaign = handoff.lead.campaign
    if level.name == "breached" and campaign and campaign.owner_id:
        people.add(campaign.owner_id)
    titles = {
        "at_risk": _("%(lead)s waits for an answer, soon late"),
        "breached": _("%(lead)s got no answer in time"),
        "escalated": _("%(lead)s still waits for an answer, two days late"),
    }
    lead = handoff.lead
    organisation = str(lead.organisation) if lead.organisation else ""
    for person in sorted(people):
        yield Notice(
            person_id=person,
            kind=level.name,
            key=f"handoff:{handoff.pk}:{level.name}",
            title=titles[level.name] % {"lead": lead.display_name},
            detail=" · ".join(filter(None, [organisation, str(rep) if rep else _("nobody took it yet")])),
            path=reverse("leads:lead", args=[lead.pk]),
        )
