"""What must hold of leads, handoffs and their story after whatever happened to them."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from accounts.quarters import quarter_of
from alignment.invariants import broken
from feedback import worklist
from leads import clock
from leads.models import Event, Handoff, Lead
from notices.models import Notification
from reviews.figures import figures
from reviews.slices import Slice
from tests.cast import Cast

RAISED = {"warned_at": "clock_at_risk", "flagged_at": "clock_breached", "escalated_at": "clock_escalated"}
# So far the clock of the machine may have stepped back.
STEPPED_BACK = timedelta(hours=1)
# A merge tells the later of two lines as a touch, and its undo as it was.
SAME = {"captured": "touched"}


class Watch:
    """Looks after each step, and remembers what was seen before."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.story: dict[int, Any] = {}
        self.raised: dict[tuple[int, str], datetime] = {}

    def look(self, now: datetime) -> None:
        """Raise AssertionError where something does not hold at `now`."""
        handoffs = list(Handoff.objects.annotate(in_sql=clock.state_expression(now)).order_by("pk"))
        self._one_open_handoff(handoffs)
        self._moments_fit(handoffs)
        self._each_level_once(handoffs)
        self._both_clocks_agree(handoffs, now)
        self._counts_add_up(handoffs, now)
        if self._nothing_told_is_lost():
            assert broken() == []

    def _one_open_handoff(self, handoffs: list[Handoff]) -> None:
        open_of = Counter(h.lead_id for h in handoffs if h.closed_at is None)
        assert not [lead for lead, times in open_of.items() if times > 1]
        with_sales = set(Lead.objects.filter(pk__in=open_of).values_list("stage", flat=True))
        assert with_sales <= {"handed_off"}

    def _moments_fit(self, handoffs: list[Handoff]) -> None:
        for h in handoffs:
            after = [h.taken_at, h.risk_at, h.due_at, h.responded_at, h.verdict_at, h.closed_at]
            assert all(moment >= h.at - STEPPED_BACK for moment in after if moment), h
            assert h.historic or not (h.released_at and h.responded_at), h
            assert not h.flagged_at or h.due_at, h
            assert not h.verdict_at or h.responded_at or h.released_at, h

    def _each_level_once(self, handoffs: list[Handoff]) -> None:
        lines = Counter(Event.objects.filter(kind__in=RAISED.values()).values_list("handoff", "kind"))
        raised = {(h.pk, name): moment for h in handoffs for name in RAISED if (moment := getattr(h, name))}
        assert lines == Counter((pk, RAISED[name]) for pk, name in raised)
        assert {key: raised.get(key) for key in self.raised} == self.raised, "a flag was moved or taken down"
        self.raised = raised
        told = Notification.objects.values("person", "key").annotate(times=Count("pk")).filter(times__gt=1)
        assert not told

    def _both_clocks_agree(self, handoffs: list[Handoff], now: datetime) -> None:
        assert {h.pk: h.in_sql for h in handoffs} == {h.pk: clock.state(h, now).value for h in handoffs}  # type: ignore[attr-defined]

    def _nothing_told_is_lost(self) -> bool:
        """Whether there is something new to tell."""
        lines = Event.objects.values_list("pk", "at", "handoff", "kind")
        story = {pk: (at, handoff, SAME.get(kind, kind)) for pk, at, handoff, kind in lines}
        assert {pk: story.get(pk) for pk in self.story} == self.story, "a line of the story changed or went"
        news = story != self.story
        self.story = story
        return news

    def _counts_add_up(self, handoffs: list[Handoff], now: datetime) -> None:
        waiting = [h for h in handoffs if h.closed_at is None]
        numbers = worklist.numbers(self.cast.sales_manager, "team", now)
        assert sum(numbers[key] for key in worklist.LABELS) == numbers["team"] == len(waiting)
        assert numbers["queue"] == len([h for h in waiting if h.rep_id is None])

    def figures_add_up(self, now: datetime) -> None:
        """The figures of each quarter in which a lead was captured, held against the leads themselves."""
        counted = Lead.objects.counted()
        quarters = {quarter_of(at).key: quarter_of(at) for at in counted.values_list("captured_at", flat=True)}
        values = [figures(Slice(quarter), now=now) for quarter in quarters.values()]
        assert sum(one["leads"].value for one in values) == counted.count()
        for one in values:
            graded = sum(one[f"leads_{letter}"].value for letter in "abcd")
            assert graded == one["leads"].value
            assert one["accepted"].numerator <= one["handed_off"].value <= one["leads"].value
            assert one["answered_in_time"].numerator <= one["answered_in_time"].denominator
