"""The life of leads, told at random: whatever verbs come in whatever order, what must hold holds after each.

The suite takes few and short lives. `LIFE=long` takes many and long ones, for hours if need be.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Team, User
from accounts.staffing import change_work, come_back, plan_absence
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.many import give_verdicts
from feedback.models import Reason, Verdict
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.undoing import undo_answer
from feedback.verdicts import Judgement, give_verdict
from leads import handing_back, regrading
from leads.handoffs import hand_off_now
from leads.intake import take_in
from leads.keeping_out import keep_out
from leads.merging import merge
from leads.models import Event, Handoff, Lead, Merge, RoutingRule
from leads.overriding import override_grade, withdraw_override
from leads.privacy import erase_person, wish_contact
from leads.pulling_back import pull_back
from leads.reassigning import reassign
from leads.sweeping import sweep
from leads.touching import add_touch
from leads.unmerging import undo_merge
from leads.waking import wake
from notices import outbox
from tests.cast import Cast, make_cast, row
from tests.leads.life import Watch

LONG = os.environ.get("LIFE") == "long"
START = datetime(2026, 9, 16, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS = [timedelta(seconds=1), timedelta(minutes=9), HOUR, 5 * HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY, 40 * DAY]
ADDRESSES = [f"p{n}@firm{n % 2}.test" for n in range(5)]

nth = st.integers(0, 7)
grades = st.sampled_from("AABCD")
span = st.sampled_from(SPANS)


class Life(RuleBasedStateMachine):
    """One company, five people who may buy, and everything that can happen to them."""

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
        Campaign.objects.create(code="fair", name="Fair", owner=self.cast.marketer, sales_partner=self.cast.mate)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)
        self.travel.stop()

    @invariant()
    def what_must_hold_holds(self) -> None:
        self.watch.look(self.now)

    # --- who is meant -----------------------------------------------------------------------------

    def a_lead(self, n: int) -> Lead | None:
        return _pick(Lead.objects.order_by("pk"), n)

    def a_handoff(self, n: int, **which: Any) -> Handoff | None:
        """Those that are open before the others."""
        found = Handoff.objects.filter(**which).order_by("-closed_at", "-pk")
        return _pick(found, n)

    def tried(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """A verb that is refused leaves nothing behind."""
        told = Event.objects.count()
        try:
            verb(*args, **kwargs)
        except DomainError:
            assert Event.objects.count() == told

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
        handoff = self.a_handoff(n, due_at__gt=self.now)
        if handoff and handoff.due_at:
            self._go_to(handoff.due_at + beyond)

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
        if lead := self.a_lead(n):
            self.tried(add_touch, lead, kind=kind, by=self.cast.marketer)

    @rule(n=nth, grade=st.sampled_from("ABCD"))
    def grade_set(self, n: int, grade: str) -> None:
        if lead := self.a_lead(n):
            reason = {"reason": "They rang", "by": self.cast.marketing_manager, "at": self.now}
            self.tried(override_grade, lead, grade=grade, **reason)

    @rule(n=nth)
    def set_grade_taken_back(self, n: int) -> None:
        if lead := self.a_lead(n):
            self.tried(withdraw_override, lead, by=self.cast.marketing_manager, at=self.now)

    @rule(everything=st.booleans())
    def regraded(self, everything: bool) -> None:
        regrading.regrade(at=self.now, everything=everything)

    @rule()
    def handed_off_by_hand(self) -> None:
        self.tried(hand_off_now, Lead.objects.all(), by=self.cast.marketing_manager, at=self.now)

    @rule(n=nth)
    def pulled_back(self, n: int) -> None:
        if lead := self.a_lead(n):
            self.tried(pull_back, lead, by=self.cast.marketer, why="They buy elsewhere", at=self.now)

    @rule(n=nth, why=st.sampled_from(["", "test", "duplicate"]))
    def kept_out(self, n: int, why: str) -> None:
        if lead := self.a_lead(n):
            self.tried(keep_out, lead, why, by=self.cast.marketer, at=self.now)

    @rule(n=nth, allowed=st.booleans())
    def contact_wished(self, n: int, allowed: bool) -> None:
        if lead := self.a_lead(n):
            self.tried(wish_contact, lead, allowed=allowed, by=self.cast.marketer, at=self.now)

    @rule(n=nth, m=nth)
    def merged(self, n: int, m: int) -> None:
        keep, drop = self.a_lead(n), self.a_lead(m)
        if keep and drop:
            self.tried(merge, keep, drop, by=self.cast.marketer, at=self.now)

    @rule(n=nth)
    def merge_undone(self, n: int) -> None:
        if made := _pick(Merge.objects.filter(undone_at=None).order_by("-pk"), n):
            self.tried(undo_merge, made, by=self.cast.marketer, at=self.now)

    @rule(n=nth)
    def erased(self, n: int) -> None:
        if lead := self.a_lead(n):
            self.tried(erase_person, lead, why="asked", by=self.cast.admin, at=self.now)

    # --- sales ------------------------------------------------------------------------------------

    @rule(n=nth, who=nth, kind=st.sampled_from(["call", "email"]), ago=st.sampled_from([timedelta(), HOUR, 8 * DAY]))
    def answered(self, n: int, who: int, kind: str, ago: timedelta) -> None:
        if handoff := self.a_handoff(n):
            at = self.now - ago if ago else None
            self.tried(respond, handoff, by=self.seller(who), kind=kind, at=at)

    @rule(n=nth, who=nth, verdict=st.sampled_from(Verdict.Value.values), ago=st.sampled_from([timedelta(), 3 * HOUR]))
    def judged(self, n: int, who: int, verdict: str, ago: timedelta) -> None:
        if handoff := self.a_handoff(n):
            at = self.now - ago if ago else None
            self.tried(give_verdict, handoff, self.judgement(verdict), by=self.seller(who), at=at)

    @rule(who=nth, verdict=st.sampled_from(Verdict.Value.values))
    def all_judged(self, who: int, verdict: str) -> None:
        mine = Handoff.objects.filter(rep=self.seller(who))
        self.tried(give_verdicts, mine, self.judgement(verdict), by=self.seller(who), at=self.now)

    @rule(n=nth, who=nth, kind=st.sampled_from(["opportunity", "won", "lost"]))
    def ended(self, n: int, who: int, kind: str) -> None:
        if lead := self.a_lead(n):
            reason = Reason.objects.filter(group="lost")[0] if kind == "lost" else None
            self.tried(record_outcome, lead, by=self.seller(who), kind=kind, reason=reason)

    @rule(n=nth, who=nth)
    def answer_taken_back(self, n: int, who: int) -> None:
        if handoff := self.a_handoff(n, responses__isnull=False):
            self.tried(undo_answer, handoff, by=self.seller(who), at=self.now)

    @rule(n=nth, who=nth)
    def reassigned(self, n: int, who: int) -> None:
        some = Lead.objects.filter(pk__in=[lead.pk for lead in Lead.objects.order_by("pk")[: n + 1]])
        self.tried(reassign, some, rep=self.seller(who), by=self.cast.sales_manager, at=self.now)

    @rule(n=nth)
    def handed_back(self, n: int) -> None:
        if (handoff := self.a_handoff(n, rep__isnull=False)) and handoff.rep:
            self.tried(handing_back.hand_back, handoff, by=handoff.rep, why="Not my region", at=self.now)

    @rule(n=nth)
    def passed_on(self, n: int) -> None:
        if (handoff := self.a_handoff(n, rep__isnull=False)) and handoff.rep:
            to = self.cast.mate if handoff.rep == self.cast.rep else self.cast.rep
            self.tried(handing_back.pass_on, handoff, rep=to, by=handoff.rep, why="You know her", at=self.now)

    @rule(who=nth)
    def handed_over(self, who: int) -> None:
        self.tried(handing_back.hand_over_all, self.seller(who), by=self.cast.sales_manager, at=self.now)

    @rule(who=nth, days=st.integers(0, 3))
    def away(self, who: int, days: int) -> None:
        last = (self.now + days * DAY).date()
        self.tried(plan_absence, self.seller(who), first=None, last=last, by=self.cast.sales_manager, at=self.now)

    @rule(who=nth)
    def back(self, who: int) -> None:
        self.tried(come_back, self.seller(who), by=self.cast.sales_manager, at=self.now)

    @rule(who=nth, takes=st.booleans(), capacity=st.sampled_from([None, 1]))
    def work_changed(self, who: int, takes: bool, capacity: int | None) -> None:
        work = {"takes_leads": takes, "capacity": capacity, "by": self.cast.sales_manager}
        self.tried(change_work, self.seller(who), **work)

    @rule(way=st.sampled_from(["round_robin", "least_busy", "sales_partner", "person", "queue"]), n=nth)
    def rule_added(self, way: str, n: int) -> None:
        person = self.seller(n) if way == "person" else None
        team = Team.objects.get(name="South") if way == "queue" else None
        facts = {"name": f"Rule {RoutingRule.objects.count()}", "way": way, "person": person, "team": team}
        RoutingRule.objects.update(is_active=False)
        RoutingRule.objects.create(position=RoutingRule.objects.count() + 1, **facts)

    # --- what happens by itself ---------------------------------------------------------------------

    @rule(back=st.sampled_from([timedelta(), timedelta(), HOUR]))
    def swept(self, back: timedelta) -> None:
        sweep(now=self.now - back)

    @rule()
    def woken(self) -> None:
        wake(at=self.now)

    @rule()
    def reviewed(self) -> None:
        self.watch.figures_add_up(self.now)

    # --- words --------------------------------------------------------------------------------------

    def seller(self, n: int) -> User:
        return self.sales[n % len(self.sales)]

    def judgement(self, verdict: str) -> Judgement:
        group = {"nurture": Reason.Group.TIMING, "rejected": Reason.Group.WRONG_TARGET}.get(verdict)
        reason = Reason.objects.filter(group=group, needs_note=False)[0] if group else None
        wakes = (self.now + 3 * DAY).date() if verdict == "nurture" else None
        return Judgement(verdict=verdict, reason=reason, wake_up_on=wakes)


def _pick(rows: Any, n: int) -> Any:
    found = list(rows[: n + 1])
    return found[-1] if found else None


@pytest.mark.django_db
def test_whatever_happens_what_must_hold_holds() -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    short = settings(max_examples=8, stateful_step_count=25, phases=[Phase.generate])
    chosen = settings(max_examples=2000, stateful_step_count=60) if LONG else short
    run_state_machine_as_test(Life, settings=settings(chosen, deadline=None, suppress_health_check=quiet))
