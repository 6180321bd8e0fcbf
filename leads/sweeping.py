"""The sweep: raises each level of a clock once, and costs what is due, not what exists.

Rows are claimed with `SKIP LOCKED` and marked in the same transaction that tells people, so that
two sweeps at once, a killed worker or a late beat neither miss nor double a flag.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from accounts.models import User
from leads import clock, hooks
from leads.models import Handoff, Lead, SweepRun
from leads.releasing import release_fallen
from leads.sql import nested
from notices.telling import Notice, tell

CHUNK = 2000
KEPT_FOR = timedelta(days=30)

# The handoffs first, by the index that holds what is due; their leads then by key, however many there are. Both
# are locked without waiting: whoever answers, merges or erases meanwhile goes first, and the next sweep looks again.
CLAIM = """
WITH due AS MATERIALIZED ({due}),
held AS MATERIALIZED (
    SELECT l.id FROM leads_lead l JOIN due ON due.lead_id = l.id FOR NO KEY UPDATE OF l SKIP LOCKED
),
claimed AS MATERIALIZED (SELECT due.* FROM due JOIN held ON held.id = due.lead_id),
marked AS (UPDATE leads_handoff h SET {field} = %(now)s FROM claimed c WHERE h.id = c.id),
told AS (
    INSERT INTO leads_event (lead_id, handoff_id, kind, at, data, recorded_at)
    SELECT lead_id, id, %(kind)s, %(now)s, jsonb_build_object('due_at', due_at), clock_timestamp() FROM claimed
    RETURNING id, lead_id, handoff_id
)
SELECT (SELECT count(*) FROM due), array_agg(handoff_id), array_agg(id), array_agg(lead_id) FROM told
"""


@dataclass
class Swept:
    """How many clocks each level was raised for, and how many were released."""

    at_risk: int = 0
    breached: int = 0
    escalated: int = 0
    released: int = 0


@dataclass(frozen=True)
class Level:
    """A level, the column that keeps when it was raised, what it is due for, and from which moment on."""

    name: str
    field: str
    due: Q
    since: str = "due_at"


def levels(now: datetime) -> list[Level]:
    """The levels in the order in which they are raised; each names the column that keeps its moment."""
    live = Q(historic=False)
    return [
        # The due moment by itself, so that those still to come are not even looked at.
        Level("breached", "flagged_at", live & Q(flagged_at=None, due_at__lt=now) & clock.is_breached(now)),
        # The state in one piece: of its parts, the planner would take "not due yet" and read all that is to come.
        Level("at_risk", "warned_at", _unwarned(now) & Q(Exact(clock.state_expression(now), "at_risk")), "risk_at"),
        Level(
            "escalated", "escalated_at",
            live & Q(escalated_at=None, flagged_at__isnull=False, responded_at=None, closed_at=None)
            & Q(due_at__lte=now - clock.ESCALATES_AFTER),
        ),
    ]  # fmt: skip


def _unwarned(now: datetime) -> Q:
    waits = Q(warned_at=None, flagged_at=None, responded_at=None, closed_at=None, historic=False)
    return waits & Q(risk_at__lte=now)


def sweep(*, now: datetime) -> Swept:
    """One sweep of all clocks at the moment `now`; safe to run twice, or twice at once."""
    swept = Swept(released=_release(now))
    for level in levels(now):
        setattr(swept, level.name, sum(_raise_all(level, now)))
    SweepRun.objects.filter(finished_at__lt=now - KEPT_FOR).delete()
    SweepRun.objects.create(finished_at=now, **asdict(swept))
    return swept


def _release(now: datetime) -> int:
    """Clocks about to be raised whose lead has lost its grade meanwhile are released instead."""
    # Asked for each by its key: as a join, the planner would sooner or later read all leads for it.
    lead = Lead.objects.filter(pk=OuterRef("lead"))
    grade, kept_out = (Subquery(lead.values(name)[:1]) for name in ("grade", "kept_out"))
    about_to_warn = Handoff.objects.filter(_unwarned(now)).alias(grade_now=grade, kept_out=kept_out)
    fallen = about_to_warn.filter(Q(grade_now__in=["C", "D"]) | ~Q(kept_out=""))
    ids = list(fallen.order_by("risk_at").values_list("pk", flat=True))
    return sum(
        release_fallen(Handoff.objects.filter(pk__any=ids[start : start + CHUNK]), at=now)
        for start in range(0, len(ids), CHUNK)
    )


def _raise_all(level: Level, now: datetime) -> Iterator[int]:
    """Raise a level for all that it is due for, some at a time; how many each time."""
    while True:
        found, raised = _raise_some(level, now)
        yield raised
        # Fewer than asked for were there, or all of these are in other hands.
        if found < CHUNK or not raised:
            return


@transaction.atomic
def _raise_some(level: Level, now: datetime) -> tuple[int, int]:
    """Claim and mark the next handoffs and tell people; how many were found, and how many of them claimed."""
    due = Handoff.objects.filter(level.due).order_by(level.since)[:CHUNK].values("id", "lead_id", "due_at")
    due = due.select_for_update(no_key=True, skip_locked=True)
    sql, params = nested(CLAIM.replace("{field}", level.field), due=due, now=now, kind=f"clock_{level.name}")
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found, claimed, lines, leads = cursor.fetchone()
    if claimed:
        tell(_notices(level, claimed), at=now)
        if level.name == "breached":
            hooks.announce(hooks.BREACHED, zip(lines, leads, strict=True), at=now)
    return found, len(claimed or ())


def _notices(level: Level, claimed: Sequence[int]) -> Iterator[Notice]:
    managers = list(User.objects.filter(is_active=True, is_manager=True, side=User.Side.SALES))
    titles = {
        "at_risk": _("%(lead)s waits for an answer, soon late"),
        "breached": _("%(lead)s got no answer in time"),
        "escalated": _("%(lead)s still waits for an answer, two days late"),
    }
    nobody = _("nobody took it yet")
    for handoff in _told_of(claimed):
        lead = handoff.lead
        organisation = str(lead.organisation) if lead.organisation else ""
        title = titles[level.name] % {"lead": lead.display_name}
        path = lead.get_absolute_url()
        detail = " · ".join(filter(None, [organisation, str(handoff.rep or nobody)]))
        for person in sorted(_people(level, handoff, managers)):
            yield Notice(person, level.name, f"handoff:{handoff.pk}:{level.name}", title, path, detail)


def _told_of(claimed: Sequence[int]) -> QuerySet[Handoff]:
    """What a notice says of each handoff, and no more."""
    of_the_lead = [f"lead__{name}" for name in ("name", "email", "external_id", "erased_at", "organisation__name")]
    of_the_rep = [f"rep__{name}" for name in ("name", "email", "is_active", "team")]
    related = Handoff.objects.filter(pk__any=claimed).select_related("lead__organisation", "lead__campaign", "rep")
    return related.only(*of_the_lead, *of_the_rep, "lead__campaign__owner").order_by("pk")


def _people(level: Level, handoff: Handoff, managers: Sequence[User]) -> set[int]:
    """The rep hears everything, the managers from the breach on, the campaign's owner the breach."""
    rep, campaign = handoff.rep, handoff.lead.campaign
    people = {rep.pk} if rep and rep.is_active else set()
    if level.name != "at_risk":
        people |= {m.pk for m in managers if not (rep and m.team_id and rep.team_id != m.team_id)}
    if level.name == "breached" and campaign and campaign.owner_id:
        people.add(campaign.owner_id)
    return people
