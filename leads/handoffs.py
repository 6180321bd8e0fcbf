"""The handoff: a graded lead passes to sales, once, with its clock and its reason."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import company
from accounts.models import User
from common.errors import DomainError
from leads import grading, hooks, routing
from leads.deadlines import Deadlines
from leads.models import Event, Handoff, Lead, Touch
from leads.releasing import release_fallen
from leads.routing import Route
from notices.telling import Notice, tell

# Grades that pass to sales: at once, or by hand where the setting of the grade is off.
HANDED_OFF_GRADES = (Lead.Grade.A, Lead.Grade.B)
# Leads that a person may hand off: nobody in sales works on them or has turned them down.
MAY_BE_HANDED_OFF = Q(
    stage__in=[Lead.Stage.NEW, Lead.Stage.HANDED_OFF, Lead.Stage.NURTURE],
    grade__in=HANDED_OFF_GRADES,
    kept_out="",
    do_not_contact=False,
    erased_at=None,
)

HAND_OFF = """
WITH place AS (
    SELECT p.*, d.*, l.grade, j.explanation
    FROM json_to_recordset(%(places)s::json) AS p (
        place integer, lead_id bigint, rep_id bigint, team_id bigint, because text, rule_id bigint, deadline integer)
    JOIN json_to_recordset(%(deadlines)s::json) AS d (
        number integer, at timestamptz, risk_at timestamptz, due_at timestamptz, verdict_due_at timestamptz)
    ON d.number = p.deadline
    JOIN judged j USING (lead_id) JOIN leads_lead l ON l.id = p.lead_id
),
made AS (
    INSERT INTO leads_handoff (lead_id, rep_id, team_id, grade, explanation, routed_because, routed_by_id, historic,
        at, taken_at, risk_at, due_at, verdict_due_at, released_at, released_why, closed_at)
    SELECT lead_id, rep_id, team_id, grade, explanation, because, rule_id, %(history)s,
           at, CASE WHEN rep_id IS NOT NULL THEN at END, risk_at, due_at, verdict_due_at,
           CASE WHEN %(history)s THEN %(at)s END, CASE WHEN %(history)s THEN 'not_recorded' ELSE '' END,
           CASE WHEN %(history)s THEN %(at)s END
    FROM place
    -- In the order of the turn: the ids keep it, and the next turn is read from the ids.
    ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING id, lead_id, rep_id, grade, due_at, routed_because
),
moved AS (
    UPDATE leads_lead l SET stage = 'handed_off', owner_id = coalesce(m.rep_id, l.owner_id)
    FROM made m WHERE m.lead_id = l.id
),
told AS (
    INSERT INTO leads_event (lead_id, handoff_id, kind, at, by_id, data, recorded_at)
    SELECT lead_id, id, CASE WHEN %(history)s THEN 'handoff_not_recorded' ELSE 'handed_off' END,
           %(at)s, %(by)s::bigint,
           jsonb_build_object('grade', grade, 'rep', rep_id, 'due_at', due_at, 'because', routed_because),
           clock_timestamp()
    FROM made
    RETURNING id, lead_id, handoff_id
)
-- For each rep how many, and the first of them; and the lines that tell of all of theirs.
SELECT m.rep_id, count(*), min(m.id), min(m.lead_id), array_agg(t.id), array_agg(t.lead_id)
FROM made m JOIN told t ON t.handoff_id = m.id GROUP BY m.rep_id
"""


@transaction.atomic
def grade_and_hand_off(
    leads: QuerySet[Lead], *, at: datetime, by: User | None = None, only_moved: bool = False
) -> tuple[int, int]:
    """Grade `leads`, release the handoffs of those that fell and hand off those that rose.

    Returns how many were graded and how many moved to another grade. `only_moved` is for a re-grade:
    no touch is new, so whose grade stays needs no handoff.
    """
    graded, moved = grading.grade_each(leads, at=at, as_of=at)
    hand_off_graded(moved if only_moved else leads.values_list("pk", flat=True), at=at, by=by)
    return graded, len(moved)


def hand_off_graded(
    ids: Iterable[int],
    *,
    at: datetime,
    by: User | None = None,
    born: Collection[int] = frozenset(),
    history: Collection[int] = frozenset(),
) -> None:
    """Release the handoffs of the leads `ids` that fell and hand off those that rose; all of them were judged in
    this transaction, and those `born` in it have none yet. Those of `history` are handed off as in `hand_off_ready`.
    """
    ids = list(ids)
    release_fallen(Handoff.objects.filter(lead__any=[pk for pk in ids if pk not in born]), at=at)
    ready = _ready(Lead.objects.filter(pk__any=ids))
    for old in (True, False):
        part = {pk: grade for pk, grade in ready.items() if (pk in history) == old}
        _hand_off_judged(part, at=at, by=by, history=old)


@transaction.atomic
def hand_off_ready(leads: QuerySet[Lead], *, at: datetime, by: User | None = None, history: bool = False) -> int:
    """Hand off those of `leads` that have reached A or B and are not with sales yet; how many.

    Present reps take turns. `history` is for leads whose contacts are older than the service
    level when they are loaded: their handoff is dated by the latest touch and closed at once as
    "not recorded", so that it raises no alarm.
    """
    if not (ready := _ready(leads)):
        return 0
    grading.judge(Lead.objects.filter(pk__any=list(ready)), as_of=None if history else at)
    return _hand_off_judged(ready, at=at, by=by, history=history)


@transaction.atomic
def hand_off_now(leads: QuerySet[Lead], *, at: datetime, by: User) -> int:
    """Hand off those of `leads` of grade A or B that wait with marketing or in nurture; how many.

    Raises DomainError `not_yours` for a rep: who hands leads over stands with marketing or manages.
    """
    if not may_hand_off(by):
        raise DomainError("not_yours", _("Marketing and managers hand leads off."))
    ready = leads.filter(MAY_BE_HANDED_OFF, ~Exists(Handoff.objects.open().filter(lead=OuterRef("pk"))))
    locked = ready.order_by("pk").select_for_update(no_key=True).values_list("pk", "grade")
    if not (ids := dict(sorted(locked, key=_better_first))):
        return 0
    grading.judge(Lead.objects.filter(pk__any=list(ids)), as_of=at)
    count = _hand_off_judged(ids, at=at, by=by, history=False)
    Lead.objects.filter(pk__in=ids, stage=Lead.Stage.HANDED_OFF).exclude(wake_up_on=None).update(wake_up_on=None)
    return count


def hand_off_woken(ready: dict[int, str], *, avoid: dict[int, int], at: datetime) -> int:
    """Hand off locked leads that wake up, by id with their grades, to others than those of `avoid`; how many."""
    if not ready:
        return 0
    grading.judge(Lead.objects.filter(pk__any=list(ready)), as_of=at)
    in_order = dict(sorted(ready.items(), key=_better_first))
    return _hand_off_judged(in_order, at=at, by=None, history=False, avoid=avoid)


def grades_at_once() -> list[Lead.Grade]:
    """The grades that pass to sales as soon as a lead reaches them, by the setting of each."""
    row = company.current()
    return [
        grade for grade, wished in zip(HANDED_OFF_GRADES, (row.hands_off_a, row.hands_off_b), strict=True) if wished
    ]


def may_hand_off(user: User) -> bool:
    """Marketing and the managers; a rep is handed leads."""
    return user.is_active and user.sees_everything


def _hand_off_judged(
    ready: dict[int, str], *, at: datetime, by: User | None, history: bool, avoid: dict[int, int] | None = None
) -> int:
    """Hand off the leads of `ready`, all of whom stand in the table `judged`."""
    if not ready:
        return 0
    if history:
        routes = [Route(pk, None, None, "imported history") for pk in ready]
        moments = grading.last_touches()
    else:
        routes = routing.route(list(ready), at=at, avoid=avoid)
        moments = dict.fromkeys(ready, at)
    places, deadlines = _placed(ready, routes, moments)
    params: dict[str, Any] = {
        "places": json.dumps(places),
        "deadlines": json.dumps(deadlines, default=str),
        "at": at,
        "by": by.pk if by else None,
        "history": history,
    }
    with connection.cursor() as cursor:
        cursor.execute(HAND_OFF, params)
        made = cursor.fetchall()
    tell((_new_leads(*row[:4]) for row in made if row[0] and not (by and row[0] == by.pk)), at=at)
    if not history:
        told = (line for *_rest, lines, leads in made for line in zip(lines, leads, strict=True))
        hooks.announce(hooks.CREATED, told, at=at)
    return sum(int(count) for _rep, count, *_first in made)


def _placed(
    ready: dict[int, str], routes: list[Route], moments: dict[int, datetime]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The routes in their order, each with the number of its deadline, and the deadlines: thousands share one."""
    numbers: dict[tuple[str, int | None, datetime], int] = {}
    places = [
        {"place": place, **vars(r),
         "deadline": numbers.setdefault((ready[r.lead_id], r.team_id, moments[r.lead_id]), len(numbers))}
        for place, r in enumerate(routes)
    ]  # fmt: skip
    deadlines = Deadlines()
    return places, [{"number": n, "at": key[-1], **vars(deadlines.of(*key))} for key, n in numbers.items()]


def _new_leads(rep_id: int, count: int, handoff_id: int, lead_id: int) -> Notice:
    """One notice for all that a rep is handed at once."""
    title = ngettext("%(n)d new lead is yours", "%(n)d new leads are yours", count) % {"n": count}
    path = reverse("leads:lead", args=[lead_id]) if count == 1 else reverse("feedback:followups")
    return Notice(rep_id, "handed_off", f"handed_off:{handoff_id}", title, path)


def _ready(leads: QuerySet[Lead]) -> dict[int, str]:
    """The grades, by id, of leads that are handed off at once, with no open handoff and none made since their latest
    touch; the better grade first, then who came first."""
    waiting = leads.filter(
        ~Exists(Handoff.objects.open().filter(lead=OuterRef("pk"))),
        stage__in=[Lead.Stage.NEW, Lead.Stage.HANDED_OFF],
        grade__in=grades_at_once(),
        kept_out="",
        erased_at=None,
    )
    found = list(waiting.values_list("pk", "grade", "stage"))
    had = _handed_off_since([pk for pk, _grade, stage in found if stage == Lead.Stage.HANDED_OFF])
    return dict(sorted(((pk, grade) for pk, grade, _stage in found if pk not in had), key=_better_first))


def _handed_off_since(leads: Collection[int]) -> set[int]:
    """Those of `leads`, by id, that were handed off since their latest touch."""
    touched = Touch.objects.latest_of(leads)
    # History may be dated by an answer that a file tells, before its latest touch.
    latest = Greatest(Max("at"), Max("due_at", filter=Q(historic=True)))
    handoffs = Handoff.objects.filter(lead__any=list(touched)).order_by().values("lead").annotate(latest=latest)
    return {lead for lead, moment in handoffs.values_list("lead", "latest") if moment >= touched[lead]}


def _better_first(lead: tuple[int, str]) -> tuple[str, int]:
    """The better grade first, then who came first."""
    pk, grade = lead
    return grade, pk


def history_handoff(lead: Lead, *, at: datetime, rep: User | None, answered_at: datetime | None) -> Handoff:
    """The handoff of a lead that a file says sales had, though its grade never handed it off.

    It is closed from the start and carries no due moment, so nothing is judged by it.
    """
    since = min(lead.captured_at, answered_at or at)
    handoff = Handoff.objects.create(
        lead=lead, rep=rep, team=rep.team if rep else None, grade=lead.grade, historic=True, at=since,
        routed_because="imported history", released_at=at, released_why=Handoff.Released.NOT_RECORDED,
        closed_at=at,
    )  # fmt: skip
    Event.objects.create(
        lead=lead,
        handoff=handoff,
        kind="handoff_not_recorded",
        at=at,
        data={"grade": lead.grade, "rep": rep.pk if rep else None},
    )
    if lead.stage == Lead.Stage.NEW:
        lead.stage = Lead.Stage.HANDED_OFF
        lead.save(update_fields=["stage"])
    return handoff
