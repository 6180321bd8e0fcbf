"""The run: the story is told in the order of time, each act by the real verb at its own moment."""

import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from alignment.demo import changes, meetings
from alignment.demo.cast import characters
from alignment.demo.characters import Character
from alignment.demo.crowd import Arrival, Crowd, batches
from alignment.demo.habits import Habits
from alignment.demo.masses import answer_masses, take_masses_in
from alignment.demo.moments import Moments
from alignment.demo.promises import promise, undertake
from alignment.demo.setting import WRITTEN_FOR, found_company, hire, plan_campaigns
from alignment.demo.steps import End, Judge, Respond, Step
from alignment.demo.story import PEOPLE, REPS
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Reason
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads.clock import ESCALATES_AFTER
from leads.intake import LeadRow, take_in
from leads.models import Handoff, Lead
from leads.regrading import regrade
from leads.sweeping import sweep
from notices import outbox
from notices.telling import mark_read

Act = Callable[[datetime], object]
# Above this the verbs would take too long; the story itself is told all the same.
MOST_BY_VERBS = 20_000
A_MOMENT = timedelta(minutes=1)
REGRADED_WEEKLY = timedelta(weeks=14)
READ_UNTIL = timedelta(days=4)


@dataclass(frozen=True)
class Told:
    leads: int
    campaigns: int
    handoffs: int


@transaction.atomic
def tell_story(*, now: datetime, leads: int, seed: int, password: str) -> Told:
    """Fill an empty database with the story as it stands at `now`, all of it or nothing.

    The same seed on the same day tells the same story. Raises DomainError `not_empty` where the
    database holds leads, campaigns or one of the people already.
    """
    _check_empty()
    found_company()
    with company.held() as facts:
        moments = Moments(now, facts.zone)
        people = hire(password)
        plan_campaigns(people, moments, leads)
        promise(people, moments, leads)
        story = _Story(people, moments, seed)
        story.tell(leads if leads <= MOST_BY_VERBS else WRITTEN_FOR)
        if leads > MOST_BY_VERBS:
            _tell_masses(story, leads - WRITTEN_FOR)
        story.catch_up()
        undertake(people, moments)
        story.send_tomasz_away()
        outbox.give_up_old(now=now)
    return Told(Lead.objects.count(), Campaign.objects.count(), Handoff.objects.count())


def _check_empty() -> None:
    emails = [email for email, _name, _facts in PEOPLE.values()]
    if Lead.objects.exists() or Campaign.objects.exists() or User.objects.filter(email__in=emails).exists():
        raise DomainError("not_empty", _("This database holds data already. The demo goes into an empty one."))


def _tell_masses(story: "_Story", leads: int) -> None:
    take_masses_in(story.crowd, moments=story.moments, leads=leads)
    answer_masses(rng=story.rng, moments=story.moments, people=story.people, after=story.latest_handoff)


class _Story:
    """Acts wait in the order of their moments; each may bring about others."""

    def __init__(self, people: dict[str, User], moments: Moments, seed: int) -> None:
        self.people, self.moments, self.now = people, moments, moments.now
        self.rng = random.Random(f"{seed} {moments.today}")  # noqa: S311
        self.crowd = Crowd(self.rng, self.moments)
        self.habits = Habits(self.rng, self.now)
        self.key_of = {user.pk: key for key, user in people.items()}
        self.reasons = {reason.key: reason for reason in Reason.objects.all()}
        self.acts: list[tuple[datetime, int, Act]] = []
        self.places = count()
        self.scripts: dict[str, Sequence[Step]] = {}
        self.latest_handoff = 0

    def tell(self, leads: int) -> None:
        cast = list(characters(self.moments))[:leads]
        for character in cast:
            self._enter(character)
        self._let_in(self.crowd.rows(leads - len(cast)))
        self._plan_regrades()
        for moment, act in changes.acts(self.people, self.reasons, self.moments):
            self._plan(moment, act)
        for moment, act in meetings.acts(self.people, self.moments):
            self._plan(moment, act)
        self._plan(self.now - READ_UNTIL, self._read_notices)
        while self.acts:
            moment, _place, act = heapq.heappop(self.acts)
            act(moment)
        self.everybody_is_back()

    def _plan(self, moment: datetime, act: Act) -> None:
        """Keep an act for its moment; what would happen after now does not happen."""
        if moment <= self.now:
            heapq.heappush(self.acts, (moment, next(self.places), act))

    # -- leads come in ------------------------------------------------------------------------------

    def _enter(self, character: Character) -> None:
        self.scripts[character.email] = character.steps
        for touch, row in zip(character.touches, _rows_of(character), strict=True):
            last = touch is character.touches[-1]
            self._plan(touch.at, self._arrival(row, character if last else None))

    def _arrival(self, row: LeadRow, character: Character | None) -> Act:
        def arrive(moment: datetime) -> None:
            if character and character.rep:
                self._leave_alone(character.rep, moment)
            taken = self._take([row], moment)
            if character and character.kept_out:
                Lead.objects.filter(pk__in=taken).update(kept_out=character.kept_out)

        return arrive

    def _leave_alone(self, rep: str, moment: datetime) -> None:
        """Everybody else is away for a minute, so that the turn is this rep's."""
        others = [self.people[key].pk for key in REPS if key != rep]
        User.objects.filter(pk__in=others).update(away_until=moment + A_MOMENT)
        User.objects.filter(email=PEOPLE[rep][0] if rep in PEOPLE else "").update(away_until=None)

    def _let_in(self, arrivals: Iterable[Arrival]) -> None:
        for group in batches(arrivals, self.moments.zone):
            self._plan(group[-1].captured_at, partial(self._take, group))

    def _take(self, rows: Sequence[LeadRow], moment: datetime) -> list[int]:
        for number, row in enumerate(rows, start=1):
            row.number = number
        taken = take_in(rows, at=moment)
        self._follow_new_handoffs()
        return [t.lead_id for t in taken if t.lead_id]

    # -- what follows a handoff ---------------------------------------------------------------------

    def _follow_new_handoffs(self) -> None:
        new = Handoff.objects.filter(pk__gt=self.latest_handoff).select_related("lead__campaign").order_by("pk")
        for handoff in new:
            self.latest_handoff = handoff.pk
            for step in self._steps_after(handoff):
                self._plan(self._moment_of(step, handoff), self._doing(step, handoff))
            for due in (handoff.risk_at, handoff.due_at, handoff.due_at and handoff.due_at + ESCALATES_AFTER):
                if due:
                    self._plan(due + A_MOMENT, self._looking_at(handoff))

    def _steps_after(self, handoff: Handoff) -> Iterator[Step]:
        email = handoff.lead.email or ""
        if email in self.scripts:
            steps, self.scripts[email] = self.scripts[email], ()
            return iter(steps)
        return self.habits.steps_after(handoff, rep=self.key_of.get(handoff.rep_id or 0, ""))

    def _moment_of(self, step: Step, handoff: Handoff) -> datetime:
        moment = handoff.at + step.after
        return moment if step.after < timedelta(0) else self.moments.office(moment)

    def _doing(self, step: Step, handoff: Handoff) -> Act:
        def do(moment: datetime) -> None:
            by = handoff.rep or self.people["tobias"]
            match step:
                case Respond():
                    if self._is_open(handoff):
                        respond(handoff, by=by, kind=step.kind, note=step.note, at=moment)
                case Judge():
                    if self._is_open(handoff):
                        give_verdict(handoff, self._judgement(step), by=by, at=moment)
                case End():
                    record_outcome(
                        handoff.lead, by=by, kind=step.kind, at=moment, amount=step.amount, note=step.note,
                        reason=self.reasons.get(step.reason),
                    )  # fmt: skip

        return do

    def _is_open(self, handoff: Handoff) -> bool:
        """Whether nothing has closed it meanwhile: a grade that fell releases the clock."""
        return Handoff.objects.open().filter(pk=handoff.pk).exists()

    def _judgement(self, step: Judge) -> Judgement:
        wakes = self.moments.in_days(step.wakes_in)
        return Judgement(
            verdict=step.verdict, reason=self.reasons.get(step.reason), evidence=step.evidence, note=step.note,
            wake_up_on=wakes if step.verdict == "nurture" else None, grade_opinion=step.grade_opinion,
        )  # fmt: skip

    # -- what runs by itself ------------------------------------------------------------------------

    def _looking_at(self, handoff: Handoff) -> Act:
        """A sweep at the moment when a clock can have reached its next level."""

        def look(moment: datetime) -> None:
            if Handoff.objects.waiting().filter(pk=handoff.pk).exists():
                sweep(now=moment)

        return look

    def _plan_regrades(self) -> None:
        """Mondays before people come, of old every fourth one; the real ones run each night."""
        day = self.moments.quarter(-4)
        day -= timedelta(days=day.weekday())
        while day <= self.moments.today:
            self._plan(self.moments.at(day, 3), self._regrade)
            day += timedelta(weeks=1 if self.moments.today - day < REGRADED_WEEKLY else 4)

    def _regrade(self, moment: datetime) -> None:
        # All of this is one transaction, in which nobody else counts rows for the planner.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE leads_lead, leads_touch, leads_handoff, leads_organisation, leads_event")
        regrade(at=moment)
        self._follow_new_handoffs()

    def _read_notices(self, moment: datetime) -> None:
        for user in self.people.values():
            mark_read(user, at=moment)

    def catch_up(self) -> None:
        """Grade and sweep as of now."""
        regrade(at=self.now)
        sweep(now=self.now)

    def everybody_is_back(self) -> None:
        User.objects.filter(pk__in=[self.people[key].pk for key in REPS]).update(away_until=None)

    def send_tomasz_away(self) -> None:
        """One of the reps is away today."""
        back = self.moments.at(self.moments.in_days(3), 8)
        User.objects.filter(pk=self.people["tomasz"].pk).update(away_until=back)


def _rows_of(character: Character) -> Iterator[LeadRow]:
    """A row for each touch; what is told last comes with the last one."""
    first, last = character.first_and_last
    facts = {"job_title": character.title, **character.facts}
    for touch in character.touches:
        held_back = () if touch is character.touches[-1] else character.told_last
        yield LeadRow(
            number=1, captured_at=touch.at, email=character.email, name=character.name, first_name=first,
            last_name=last, organisation=character.organisation, campaign=touch.campaign, kind=touch.kind,
            note=touch.note, **{key: value for key, value in facts.items() if key not in held_back},
        )  # fmt: skip
