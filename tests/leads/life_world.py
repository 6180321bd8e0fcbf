"""Where the life of leads is told at random: a company, its clock, and what marketing does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from accounts.models import User
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.verdicts import Judgement
from leads import regrading
from leads.handoffs import MAY_BE_HANDED_OFF, hand_off_now
from leads.intake import take_in
from leads.keeping_out import keep_out
from leads.merging import merge
from leads.models import Event, GradeOverride, Handoff, Lead, Merge
from leads.overriding import override_grade, withdraw_override
from leads.privacy import erase_person, wish_contact
from leads.pulling_back import pull_back
from leads.touching import add_touch
from leads.unmerging import undo_merge
from notices import outbox
from tests.cast import Cast, make_cast, row
from tests.leads.life import Watch

START = datetime(2026, 9, 16, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS = [timedelta(seconds=1), timedelta(minutes=9), HOUR, 5 * HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY, 40 * DAY]
ADDRESSES = [f"p{n}@firm{n % 2}.test" for n in range(5)]

nth = st.integers(0, 7)
grades = st.sampled_from("AABCD")
span = st.sampled_from(SPANS)
verdicts = st.sampled_from(Verdict.Value.values)
agos = st.sampled_from([timedelta(), timedelta(), timedelta(), HOUR, 8 * DAY])


def where(some: str) -> Callable[[Any], Any]:
    """A rule for which there must be some of these."""
    return precondition(lambda self: self.there[some])


class World(RuleBasedStateMachine):
    """One company, five people who may buy, the time that passes, and what marketing does."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.stepped_back = START, False
        self.travel = time_machine.travel(START, tick=False)
        self.travel.start()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.cast: Cast = make_cast()
        self.sales = [self.cast.rep, self.cast.mate, self.cast.other_rep, self.cast.sales_manager]
        self.watch = Watch(self.cast)
        self.there: dict[str, bool] = {}
        Campaign.objects.create(code="fair", name="Fair", owner=self.cast.marketer, sales_partner=self.cast.mate)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)
        self.travel.stop()

    @invariant()
    def what_must_hold_holds(self) -> None:
        self.watch.look(self.now)
        self.there = {
            "waiting": Handoff.objects.open().exists(),
            "held": Handoff.objects.open().filter(rep__isnull=False).exists(),
            "ready": Lead.objects.filter(MAY_BE_HANDED_OFF).exclude(handoffs__in=Handoff.objects.open()).exists(),
            "two leads": Lead.objects.filter(erased_at=None).count() > 1,
            "set grade": GradeOverride.objects.filter(ended_at=None).exists(),
            "merge": Merge.objects.filter(undone_at=None).exists(),
            "answer": Response.objects.exists(),
            "verdict": Verdict.objects.exists(),
            "outcome": Outcome.objects.exists(),
            "sleeper": Lead.objects.filter(stage=Lead.Stage.NURTURE).exists(),
        }

    # --- who is meant -----------------------------------------------------------------------------

    def a_lead(self, n: int) -> Lead:
        return pick(Lead.objects.order_by("pk"), n)

    def a_handoff(self, n: int, **which: Any) -> Handoff:
        """Mostly one that is open."""
        found = Handoff.objects.filter(**which).order_by("pk")
        waiting = found.filter(closed_at=None)
        return pick(waiting if n and waiting else found, n)

    def seller(self, n: int, handoff: Handoff | None = None) -> User:
        """Mostly somebody who may act on this handoff."""
        if n and handoff:
            return handoff.rep if n % 2 and handoff.rep else self.cast.sales_manager
        return self.sales[n % len(self.sales)]

    def tried(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """A verb that is refused leaves nothing behind."""
        told = Event.objects.count()
        try:
            verb(*args, **kwargs)
        except DomainError:
            assert Event.objects.count() == told

    def before(self, ago: timedelta) -> datetime | None:
        return self.now - ago if ago else None

    def lost(self) -> Reason:
        return Reason.objects.filter(group=Reason.Group.LOST, needs_note=False)[0]

    def judgement(self, verdict: str) -> Judgement:
        group = {"nurture": Reason.Group.TIMING, "rejected": Reason.Group.WRONG_TARGET}.get(verdict)
        reason = Reason.objects.filter(group=group, needs_note=False)[0] if group else None
        wakes = (self.now + 3 * DAY).date() if verdict == "nurture" else None
        return Judgement(verdict=verdict, reason=reason, wake_up_on=wakes)

    # --- time -------------------------------------------------------------------------------------

    @rule(span=span)
    def time_passes(self, span: timedelta) -> None:
        self._go_to(self.now + span)

    @rule()
    def the_machines_clock_steps_back(self) -> None:
        """Once, by an hour at most."""
        if not self.stepped_back:
            self.stepped_back = True
            self._go_to(self.now - HOUR)

    @rule(n=nth, beyond=st.sampled_from([timedelta(), timedelta(microseconds=1), 2 * DAY]))
    def time_passes_to_a_due_moment(self, n: int, beyond: timedelta) -> None:
        if coming := Handoff.objects.filter(due_at__gt=self.now).order_by("due_at"):
            self._go_to(pick(coming, n).due_at + beyond)

    def _go_to(self, moment: datetime) -> None:
        self.now = moment
        self.travel.stop()
        self.travel = time_machine.travel(moment, tick=False)
        self.travel.start()
        outbox.give_up_old(now=moment)

    # --- marketing --------------------------------------------------------------------------------

    @initialize(first=grades, second=grades)
    def leads_are_here(self, first: str, second: str) -> None:
        self.captured(ADDRESSES[0], first, timedelta(), "fair")
        self.captured(ADDRESSES[1], second, timedelta(), "")

    @rule(
        address=st.sampled_from(ADDRESSES),
        grade=grades,
        ago=st.sampled_from([timedelta(), timedelta(), HOUR, 30 * DAY]),
        campaign=st.sampled_from(["", "fair"]),
    )
    def captured(self, address: str, grade: str, ago: timedelta, campaign: str) -> None:
        take_in([row(address, self.now - ago, grade, campaign=campaign, name="Ann Becker")], at=self.now)

    @rule(n=nth, kind=st.sampled_from(["quote", "demo", "visit"]))
    def touched(self, n: int, kind: str) -> None:
        lead = self.a_lead(n)
        self.tried(add_touch, lead, kind=kind, by=self.cast.marketer)

    @rule(n=nth, grade=st.sampled_from("ABCD"))
    def grade_set(self, n: int, grade: str) -> None:
        lead = self.a_lead(n)
        reason = {"reason": "They rang", "by": self.cast.marketing_manager, "at": self.now}
        self.tried(override_grade, lead, grade=grade, **reason)

    @where("set grade")
    @rule(n=nth)
    def set_grade_taken_back(self, n: int) -> None:
        lead = pick(Lead.objects.filter(overrides__ended_at=None, overrides__isnull=False).order_by("pk"), n)
        self.tried(withdraw_override, lead, by=self.cast.marketing_manager, at=self.now)

    @rule(everything=st.booleans())
    def regraded(self, everything: bool) -> None:
        regrading.regrade(at=self.now, everything=everything)

    @where("ready")
    @rule()
    def handed_off_by_hand(self) -> None:
        self.tried(hand_off_now, Lead.objects.all(), by=self.cast.marketing_manager, at=self.now)

    @where("waiting")
    @rule(n=nth)
    def pulled_back(self, n: int) -> None:
        self.tried(pull_back, self.a_handoff(n).lead, by=self.cast.marketer, why="They buy elsewhere", at=self.now)

    @rule(n=nth, why=st.sampled_from(["", "test", "duplicate"]))
    def kept_out(self, n: int, why: str) -> None:
        lead = self.a_lead(n)
        self.tried(keep_out, lead, why, by=self.cast.marketer, at=self.now)

    @rule(n=nth, allowed=st.booleans())
    def contact_wished(self, n: int, allowed: bool) -> None:
        lead = self.a_lead(n)
        self.tried(wish_contact, lead, allowed=allowed, by=self.cast.marketer, at=self.now)

    @where("two leads")
    @rule(n=nth, m=nth)
    def merged(self, n: int, m: int) -> None:
        people = Lead.objects.filter(erased_at=None).order_by("pk")
        keep = pick(people, n)
        self.tried(merge, keep, pick(people.exclude(pk=keep.pk), m), by=self.cast.marketer, at=self.now)

    @where("merge")
    @rule(n=nth)
    def merge_undone(self, n: int) -> None:
        made = pick(Merge.objects.filter(undone_at=None).order_by("-pk"), n)
        self.tried(undo_merge, made, by=self.cast.marketer, at=self.now)

    @rule(n=nth, sure=nth)
    def erased(self, n: int, sure: int) -> None:
        """Seldom: nothing happens to who is erased."""
        if sure == 7:
            self.tried(erase_person, self.a_lead(n), why="asked", by=self.cast.admin, at=self.now)


def pick(rows: Any, n: int) -> Any:
    found = list(rows)
    return found[n % len(found)]
