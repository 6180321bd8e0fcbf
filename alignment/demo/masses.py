"""Tens of thousands of leads: taken in by the day, and answered in sets with the crowd's habits.

The answers keep the same facts as the verbs would: responses, verdicts, outcomes, the moments of
the handoffs, the stages of the leads and the lines of the timeline.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import User
from alignment.demo.crowd import Crowd
from alignment.demo.habits import Habits
from alignment.demo.moments import Moments
from alignment.demo.steps import End, Judge, Respond, Step
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.verdicts import STAGE_AFTER
from leads.clock import ESCALATES_AFTER
from leads.intake import LeadRow, take_in
from leads.models import Event, Handoff, Lead

# So many people are held in memory at once; each round goes through all days again.
ROUND = 200_000
CHUNK = 5_000
LATEST_HOUR = 21.5  # after the last touch of a day

MOVE_HANDOFFS = """
UPDATE leads_handoff h SET
    responded_at = a.responded_at, responded_by_id = CASE WHEN a.responded_at IS NOT NULL THEN h.rep_id END,
    verdict_at = a.verdict_at, closed_at = a.verdict_at,
    warned_at = CASE WHEN a.responded_at > h.risk_at THEN h.risk_at END,
    flagged_at = CASE WHEN a.responded_at > h.due_at THEN h.due_at END,
    escalated_at = CASE WHEN a.responded_at > h.due_at + %(escalates)s THEN h.due_at + %(escalates)s END
FROM unnest(%(ids)s::bigint[], %(responded)s::timestamptz[], %(judged)s::timestamptz[])
    AS a (id, responded_at, verdict_at)
WHERE h.id = a.id
"""
TELL_LEVELS = """
INSERT INTO leads_event (lead_id, handoff_id, kind, at, data, recorded_at)
SELECT h.lead_id, h.id, level.kind, level.at, jsonb_build_object('due_at', h.due_at), clock_timestamp()
FROM leads_handoff h CROSS JOIN LATERAL (VALUES
    ('clock_at_risk', h.warned_at), ('clock_breached', h.flagged_at), ('clock_escalated', h.escalated_at)
) AS level (kind, at)
WHERE h.id = ANY(%(ids)s) AND level.at IS NOT NULL
"""
MOVE_LEADS = """
UPDATE leads_lead l SET stage = a.stage, wake_up_on = a.wake_up_on
FROM unnest(%(ids)s::bigint[], %(stages)s::text[], %(wakes)s::date[]) AS a (id, stage, wake_up_on)
WHERE l.id = a.id
"""


def take_masses_in(crowd: Crowd, *, moments: Moments, leads: int) -> None:
    """Take in `leads` more people of the crowd, day by day, so that each clock starts on its day."""
    crowd.plants = max(1, leads // 1000)
    counted = Lead.objects.count()
    while leads > 0:
        days: dict[date, list[LeadRow]] = defaultdict(list)
        for arrival in crowd.rows(min(leads, ROUND)):
            days[arrival.row.captured_at.astimezone(moments.zone).date()].append(arrival.row)
        taken = 0
        for day in sorted(days):
            taken += len(days[day])
            _take_day_in(days.pop(day), at=min(moments.at(day, LATEST_HOUR), moments.now))
            if taken > counted:
                counted += taken
                _count_rows_for_the_planner()
        leads -= ROUND


def _take_day_in(rows: list[LeadRow], *, at: datetime) -> None:
    for number, row in enumerate(rows, start=1):
        row.number = number
    take_in(rows, at=at)


def _count_rows_for_the_planner() -> None:
    """The planner's idea of the tables, renewed as they double: in this transaction nobody else does it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead, leads_touch, leads_handoff, leads_organisation")


def answer_masses(*, rng: random.Random, moments: Moments, people: dict[str, User], after: int) -> None:
    """Give the handoffs with an id above `after` the answers that the habits of their campaigns draw."""
    habits = Habits(rng, moments.now)
    reasons = {reason.key: reason for reason in Reason.objects.all()}
    key_of = {user.pk: key for key, user in people.items()}
    handoffs = (
        Handoff.objects.open().filter(pk__gt=after, rep__isnull=False).order_by("pk").select_related("lead__campaign")
    )
    waiting = handoffs.iterator(chunk_size=CHUNK)
    while chunk := list(islice(waiting, CHUNK)):
        answers = _Answers(moments, reasons)
        for handoff in chunk:
            answers.add(handoff, habits.steps_after(handoff, rep=key_of.get(handoff.rep_id or 0, "")))
        answers.keep()


@dataclass
class _Answers:
    """What sales did about a chunk of handoffs, kept in a few statements."""

    moments: Moments
    reasons: dict[str, Reason]
    rows: dict[type[Model], list] = field(default_factory=lambda: defaultdict(list))
    responded: dict[int, datetime] = field(default_factory=dict)
    judged: dict[int, datetime] = field(default_factory=dict)
    stages: dict[int, tuple[str, date | None]] = field(default_factory=dict)

    def add(self, handoff: Handoff, steps: Iterator[Step]) -> None:
        for step in steps:
            moment = self.moments.office(handoff.at + step.after)
            if moment > self.moments.now:
                return
            match step:
                case Respond():
                    self._respond(handoff, moment, step.kind, step.note)
                    self._event(handoff, "responded", moment, kind=step.kind, note=step.note)
                case Judge():
                    self._judge(handoff, moment, step)
                case End():
                    self._end(handoff, moment, step)

    def _respond(self, handoff: Handoff, moment: datetime, kind: str, note: str = "") -> None:
        self.responded.setdefault(handoff.pk, moment)
        self.rows[Response].append(Response(handoff=handoff, kind=kind, at=moment, by_id=handoff.rep_id, note=note))

    def _judge(self, handoff: Handoff, moment: datetime, step: Judge) -> None:
        wakes = self.moments.in_days(step.wakes_in) if step.verdict == Verdict.Value.NURTURE else None
        reason = self.reasons.get(step.reason)
        self._respond(handoff, moment, Response.Kind.VERDICT)
        self.judged[handoff.pk] = moment
        self.stages[handoff.lead_id] = STAGE_AFTER[Verdict.Value(step.verdict)], wakes
        self.rows[Verdict].append(
            Verdict(
                handoff=handoff, verdict=step.verdict, reason=reason, evidence=step.evidence, note=step.note,
                wake_up_on=wakes, grade_opinion=step.grade_opinion, at=moment, by_id=handoff.rep_id,
            )
        )  # fmt: skip
        self._event(
            handoff, "verdict_given", moment, verdict=step.verdict, reason=reason.label if reason else "",
            note=step.note, wake_up_on=wakes.isoformat() if wakes else "",
        )  # fmt: skip

    def _end(self, handoff: Handoff, moment: datetime, step: End) -> None:
        reason = self.reasons.get(step.reason)
        self.stages[handoff.lead_id] = step.kind, None
        self.rows[Outcome].append(
            Outcome(
                lead_id=handoff.lead_id, kind=step.kind, at=moment, amount=step.amount, reason=reason, note=step.note,
                by_id=handoff.rep_id,
            )
        )  # fmt: skip
        self._event(
            handoff, f"outcome_{step.kind}", moment, amount="" if step.amount is None else str(step.amount),
            reason=reason.label if reason else "", note=step.note,
        )  # fmt: skip

    def _event(self, handoff: Handoff, sentence: str, moment: datetime, **data: str) -> None:
        about = None if sentence.startswith("outcome") else handoff
        self.rows[Event].append(
            Event(lead_id=handoff.lead_id, handoff=about, kind=sentence, at=moment, by_id=handoff.rep_id, data=data)
        )

    def keep(self) -> None:
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows, batch_size=1000)
        ids = list(self.responded)
        moved: dict[str, Any] = {
            "ids": ids,
            "responded": list(self.responded.values()),
            "judged": [self.judged.get(pk) for pk in ids],
            "escalates": ESCALATES_AFTER,
        }
        staged: dict[str, Any] = {
            "ids": list(self.stages),
            "stages": [str(stage) for stage, _wakes in self.stages.values()],
            "wakes": [wakes for _stage, wakes in self.stages.values()],
        }
        with connection.cursor() as cursor:
            cursor.execute(MOVE_HANDOFFS, moved)
            cursor.execute(TELL_LEVELS, moved)
            cursor.execute(MOVE_LEADS, staged)
