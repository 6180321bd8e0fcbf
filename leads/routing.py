"""Who gets a lead: ordered rules pick a way, the way picks somebody who is there and has room.

People who are away or over capacity are passed over before the choice, not after. A rule that can
pick nobody passes the lead on to the next; where no rule picks, the reps of sales take turns; where
nobody is there at all, the lead waits in a queue. Every choice keeps its why.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import BooleanField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Team, User
from campaigns.matching import called_one_of
from campaigns.models import Campaign
from leads import facts
from leads.models import Criterion, Handoff, Lead, RoutingRule
from leads.points import fit_test

# What conditions may ask besides the facts of a lead.
OF_THE_CAMPAIGN = {"campaign": "campaign", "channel": "campaign__channel", "programme": "campaign__parent"}
# Whoever declined to be the sales partner is none.
_PARTNER = Case(When(~Q(campaign__partner_state="declined"), then=F("campaign__sales_partner")))
LONGEST_WHY = 200


@dataclass(frozen=True)
class Route:
    """Who gets a lead: `rep`, or nobody yet and the queue of `team`; and why, in words."""

    lead_id: int
    rep_id: int | None
    team_id: int | None
    because: str
    rule_id: int | None = None


@dataclass
class Seat:
    """A rep who is there: whose turn it is (the smaller the sooner) and how much is on the desk."""

    rep: User
    turn: int
    open: int

    @property
    def has_room(self) -> bool:
        return self.rep.capacity is None or self.open < self.rep.capacity


@dataclass(frozen=True)
class Candidate:
    """A lead to be routed: the rules whose conditions hold, in their order, and who else may be meant."""

    lead_id: int
    rules: Sequence[RoutingRule]
    account_owner_id: int | None
    sales_partner_id: int | None


def route(leads: Sequence[int], *, at: datetime, avoid: dict[int, int] | None = None) -> list[Route]:
    """Choose for each of `leads`, by id, in the order given. `avoid` names for a lead the rep who must
    not get it, unless there is nobody else.

    The rows of the people are locked until the transaction ends, so that two workers choose one after
    the other. Nothing is written: the same call is the dry run.
    """
    desk = Desk.of(at)
    return [desk.choose(candidate, (avoid or {}).get(candidate.lead_id)) for candidate in candidates(leads)]


def candidates(leads: Sequence[int]) -> list[Candidate]:
    """`leads` with the rules that hold for each, asked in one query."""
    rules = list(RoutingRule.objects.filter(is_active=True).select_related("team", "person"))
    holding = {f"rule_{rule.pk}": _holds(rule) for rule in rules}
    rows = Lead.objects.filter(pk__any=list(leads)).annotate(
        account_owner=F("organisation__owner"), sales_partner=_PARTNER, **holding
    )
    found = {row["pk"]: row for row in rows.values("pk", "account_owner", "sales_partner", *holding)}
    return [
        Candidate(
            lead_id=pk,
            rules=[rule for rule in rules if row[f"rule_{rule.pk}"]],
            account_owner_id=row["account_owner"],
            sales_partner_id=row["sales_partner"],
        )
        for pk in leads
        if (row := found.get(pk))
    ]


def _holds(rule: RoutingRule) -> Any:
    """Whether all conditions of a rule hold; a fact that is unknown holds nothing."""
    if not rule.conditions:
        return Value(True, output_field=BooleanField())
    tests = [_condition(condition) for condition in rule.conditions]
    return Case(When(reduce(and_, tests), then=Value(True)), default=Value(False), output_field=BooleanField())


def _condition(condition: dict[str, Any]) -> Q:
    name, test, value = condition["fact"], condition["test"], condition["value"]
    if name == "grade":
        return Q(grade__in=value)
    if name in OF_THE_CAMPAIGN:
        asked = value if name == "channel" else Campaign.objects.filter(called_one_of(value)).values("pk")
        return Q(**{f"{OF_THE_CAMPAIGN[name]}__in": asked})
    fact = facts.fact_expression(name)
    return Q(fit_test(Criterion(fact=name, test=test, value=value), fact))


@dataclass
class Desk:
    """The reps who are there, and the choices made so far."""

    seats: dict[int, Seat]
    away: dict[int, User]
    queue: Team | None
    last_turn: int = field(default=0)
    # The whys are the same for thousands of leads.
    whys: dict[tuple[int | None, bool], str] = field(default_factory=dict)

    @classmethod
    def of(cls, at: datetime) -> "Desk":
        """Everybody of sales who is active, locked by id; whoever is away at `at` has no seat."""
        sales = User.objects.filter(side=User.Side.SALES, is_active=True)
        list(sales.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        present = set(User.objects.present(at).filter(side=User.Side.SALES).values_list("pk", flat=True))
        people = list(_with_work(sales))
        seats = {
            rep.pk: Seat(rep, rep.latest or 0, rep.waiting)  # type: ignore[attr-defined]
            for rep in people
            if rep.pk in present
        }
        away = {rep.pk: rep for rep in people if rep.pk not in present}
        return cls(seats, away, queue_team(), max((seat.turn for seat in seats.values()), default=0))

    def choose(self, candidate: Candidate, avoid: int | None = None) -> Route:
        """The route of one lead; its rep has one more on the desk, and the last turn."""
        for rule in candidate.rules:
            if rule.way == RoutingRule.Way.QUEUE:
                return self._queued(candidate, rule.team, rule)
            if seat := self._pick(rule, candidate, avoid):
                return self._given(candidate, seat, rule)
        if seat := self._in_turn(self._team(None), avoid):
            return self._given(candidate, seat, None)
        return self._queued(candidate, self.queue, None)

    def _pick(self, rule: RoutingRule, candidate: Candidate, avoid: int | None) -> Seat | None:
        match rule.way:
            case RoutingRule.Way.ROUND_ROBIN:
                return self._in_turn(self._team(rule.team_id), avoid)
            case RoutingRule.Way.LEAST_BUSY:
                return self._least_busy(self._team(rule.team_id), avoid)
            case RoutingRule.Way.ACCOUNT_OWNER:
                return self._named(candidate.account_owner_id, avoid)
            case RoutingRule.Way.SALES_PARTNER:
                return self._named(candidate.sales_partner_id, avoid)
        return self._named(rule.person_id, avoid)

    def _team(self, team_id: int | None) -> list[Seat]:
        """Who takes leads in turn, of one team or of all of them."""
        return [
            seat
            for seat in self.seats.values()
            if seat.rep.takes_leads and seat.has_room and seat.rep.team_id and team_id in (None, seat.rep.team_id)
        ]

    def _in_turn(self, seats: Iterable[Seat], avoid: int | None) -> Seat | None:
        return _first(seats, avoid, lambda seat: (seat.turn, seat.rep.pk))

    def _least_busy(self, seats: Iterable[Seat], avoid: int | None) -> Seat | None:
        return _first(seats, avoid, lambda seat: (seat.open, seat.turn, seat.rep.pk))

    def _named(self, person_id: int | None, avoid: int | None) -> Seat | None:
        seat = self.seats.get(person_id or 0)
        return seat if seat and seat.has_room and person_id != avoid else None

    def _why(self, rule: RoutingRule | None, *, given: bool) -> str:
        key = (rule.pk if rule else None, given)
        if key not in self.whys:
            self.whys[key] = _said(rule, given=given)
        return self.whys[key]

    def _given(self, candidate: Candidate, seat: Seat, rule: RoutingRule | None) -> Route:
        self.last_turn += 1
        seat.turn, seat.open = self.last_turn, seat.open + 1
        return Route(
            candidate.lead_id,
            seat.rep.pk,
            seat.rep.team_id,
            self._with_skipped(candidate, self._why(rule, given=True)),
            rule.pk if rule else None,
        )

    def _queued(self, candidate: Candidate, team: Team | None, rule: RoutingRule | None) -> Route:
        why = self._with_skipped(candidate, self._why(rule, given=False))
        return Route(candidate.lead_id, None, team.pk if team else None, why, rule.pk if rule else None)

    def _with_skipped(self, candidate: Candidate, why: str) -> str:
        """The why, and who was meant by name but was away or had no room."""
        meant = {rule.person_id for rule in candidate.rules if rule.way == RoutingRule.Way.PERSON}
        for rule in candidate.rules:
            if rule.way == RoutingRule.Way.ACCOUNT_OWNER:
                meant.add(candidate.account_owner_id)
            if rule.way == RoutingRule.Way.SALES_PARTNER:
                meant.add(candidate.sales_partner_id)
        away = [str(self.away[pk]) for pk in sorted(meant - {None}) if pk in self.away]  # type: ignore[type-var]
        if away:
            why = _("%(why)s; away: %(names)s") % {"why": why, "names": ", ".join(away)}
        return why[:LONGEST_WHY]


def _said(rule: RoutingRule | None, *, given: bool) -> str:
    """Why a rep is given a lead, or why it waits in a queue."""
    if rule is None:
        return _("next in turn") if given else _("nobody was present")
    if not given:
        return _("rule “%(rule)s”") % {"rule": rule.name}
    return _("rule “%(rule)s”: %(way)s") % {"rule": rule.name, "way": rule.get_way_display()}


def _first(seats: Iterable[Seat], avoid: int | None, key: Callable[[Seat], Any]) -> Seat | None:
    """The first by `key`; the rep to be avoided only where there is nobody else."""
    return min(seats, key=lambda seat: (seat.rep.pk == avoid, key(seat)), default=None)


def _with_work(people: QuerySet[User]) -> QuerySet[User]:
    """`people` with the id of their latest handoff and how many are open. Turn order is derived from
    the handoffs themselves: nothing else has to be kept true."""
    handoffs = Handoff.objects.filter(rep=OuterRef("pk"))
    latest = handoffs.filter(historic=False).order_by("-at", "-id").values("id")[:1]
    waiting = handoffs.open().order_by().values("rep").annotate(n=Count("pk")).values("n")
    return people.annotate(latest=Subquery(latest), waiting=Coalesce(Subquery(waiting), 0)).order_by("pk")


def queue_team() -> Team | None:
    """The team in whose queue a lead waits while nobody is present."""
    return Team.objects.filter(side=User.Side.SALES).order_by("pk").first()
