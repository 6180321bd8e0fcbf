"""The life of leads, told at random: whatever verbs come in whatever order, what must hold holds after each.

The suite takes few and short lives. `LIFE=long` takes many and long ones, for hours if need be.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
    run_state_machine_as_test,
)

from accounts.models import Team
from accounts.staffing import change_work, come_back, plan_absence
from feedback.correcting import correct_outcome, correct_verdict
from feedback.many import give_verdicts
from feedback.models import Outcome, Response, Verdict
from feedback.outcomes import End, record_outcome
from feedback.responses import respond
from feedback.undoing import undo_answer
from feedback.verdicts import give_verdict
from leads import handing_back
from leads.models import Handoff, Lead, RoutingRule
from leads.reassigning import reassign
from leads.sweeping import sweep
from leads.waking import wake
from tests.leads.life_world import DAY, HOUR, World, agos, nth, pick, verdicts, where

LONG = os.environ.get("LIFE") == "long"


class Life(World):
    """What sales does as well, and what happens by itself."""

    # --- sales ------------------------------------------------------------------------------------

    @where("waiting")
    @rule(n=nth, who=nth, kind=st.sampled_from(["call", "email"]), ago=agos)
    def answered(self, n: int, who: int, kind: str, ago: timedelta) -> None:
        handoff = self.a_handoff(n)
        self.tried(respond, handoff, by=self.seller(who, handoff), kind=kind, at=self.before(ago))

    @where("waiting")
    @rule(n=nth, who=nth, verdict=verdicts, ago=agos)
    def judged(self, n: int, who: int, verdict: str, ago: timedelta) -> None:
        handoff = self.a_handoff(n)
        by = self.seller(who, handoff)
        self.tried(give_verdict, handoff, self.judgement(verdict), by=by, at=self.before(ago))

    @where("waiting")
    @rule(who=nth, verdict=verdicts)
    def all_judged(self, who: int, verdict: str) -> None:
        mine = Handoff.objects.filter(rep=self.seller(who))
        self.tried(give_verdicts, mine, self.judgement(verdict), by=self.seller(who), at=self.now)

    @rule(n=nth, who=nth, kind=st.sampled_from(["opportunity", "won", "lost"]))
    def ended(self, n: int, who: int, kind: str) -> None:
        reason = self.lost() if kind == "lost" else None
        by = self.cast.sales_manager if who else self.cast.rep
        self.tried(record_outcome, self.a_lead(n), by=by, kind=kind, reason=reason)

    @where("verdict")
    @rule(n=nth, verdict=verdicts)
    def verdict_corrected(self, n: int, verdict: str) -> None:
        given = pick(Verdict.objects.order_by("-pk"), n)
        by = given.by or self.cast.sales_manager
        said = self.judgement(verdict)
        self.tried(correct_verdict, given, said, version=given.version, by=by, at=self.now)

    @where("outcome")
    @rule(n=nth, kind=st.sampled_from(["opportunity", "won", "lost"]))
    def outcome_corrected(self, n: int, kind: str) -> None:
        told = pick(Outcome.objects.order_by("-pk"), n)
        end = End(kind=kind, at=told.at, reason=self.lost() if kind == "lost" else None)
        self.tried(correct_outcome, told, end, version=told.version, by=told.by, at=self.now)

    @where("answer")
    @rule(n=nth, latest=st.booleans())
    def answer_taken_back(self, n: int, latest: bool) -> None:
        response = pick(Response.objects.order_by("-recorded_at", "-pk"), 0 if latest else n)
        by = response.by or self.cast.sales_manager
        self.tried(undo_answer, response.handoff, by=by, at=self.now)

    @where("waiting")
    @rule(n=nth, who=nth)
    def reassigned(self, n: int, who: int) -> None:
        some = Lead.objects.filter(pk__lte=self.a_lead(n).pk)
        self.tried(reassign, some, rep=self.sales[who % 3], by=self.cast.sales_manager, at=self.now)

    @where("held")
    @rule(n=nth)
    def handed_back(self, n: int) -> None:
        handoff = self.a_handoff(n, rep__isnull=False)
        self.tried(handing_back.hand_back, handoff, by=handoff.rep, why="Not my region", at=self.now)

    @where("held")
    @rule(n=nth)
    def passed_on(self, n: int) -> None:
        handoff = self.a_handoff(n, rep__isnull=False)
        to = self.cast.mate if handoff.rep == self.cast.rep else self.cast.rep
        self.tried(handing_back.pass_on, handoff, rep=to, by=handoff.rep, why="You know her", at=self.now)

    @where("held")
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

    @where("sleeper")
    @rule()
    def woken(self) -> None:
        wake(at=self.now)

    @rule()
    def reviewed(self) -> None:
        self.watch.figures_add_up(self.now)


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_happens_what_must_hold_holds() -> None:
    """What is asserted stands in `World.what_must_hold_holds`, which is asked after every step."""
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    short = settings(max_examples=8, stateful_step_count=25, phases=[Phase.generate])
    chosen = settings(max_examples=2000, stateful_step_count=60) if LONG else short
    run_state_machine_as_test(Life, settings=settings(chosen, deadline=None, suppress_health_check=quiet))
