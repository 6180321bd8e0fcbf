"""What is counted or summed: each measure names its rows once.

The numbers on pages, the lists that they open, the API and the command all ask these. A measure
of leads counts each lead once, however often it was handed off or touched.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import (
    Aggregate,
    BooleanField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Extract
from django.db.models.lookups import GreaterThanOrEqual

from feedback.models import Outcome, Reason, Response
from leads import clock
from leads.models import Handoff, Lead
from leads.models.lead import LeadQuerySet
from reviews import owing
from reviews.slices import COSTS, HANDOFFS, LEADS, OUTCOMES, OUTCOMES_IN_PERIOD, Base, Slice

Where = Callable[[datetime], Q]


@dataclass(frozen=True)
class Measure:
    """Rows of a base that satisfy `where`, and what is made of them: leads are counted, or `of`
    is aggregated. `where` takes the moment at which clocks are judged. `counted` counts the same leads faster.
    `each` says of one lead, from all its rows, whether it is counted, where a row alone can't tell."""

    key: str
    base: Base
    where: Where = lambda now: Q()
    of: Callable[[Q | None], Aggregate] | None = None
    counted: Callable[[datetime], Any] | None = None
    each: Callable[[datetime], Any] | None = None

    @property
    def adds_up(self) -> bool:
        """Whether it is made of what holds for each lead: counts and sums are, medians are not."""
        return self.of in (None, _amount, _actual, _epochs)

    def of_lead(self, now: datetime) -> Any:
        """Over the rows of one lead: whether the lead is counted, or the sum of `of`."""
        chosen = self.where(now)
        if self.of is not None:
            summed = self.of(chosen or None)
            return summed if self.base.lead else summed.get_source_expressions()[0]
        if self.each is not None:
            return self.each(now)
        holds = ExpressionWrapper(chosen, BooleanField()) if chosen else Value(True)
        return BoolOr(holds) if self.base.lead else holds

    def aggregate(self, now: datetime) -> Any:
        if self.counted is not None:
            return self.counted(now)
        chosen = self.where(now) or None
        if self.of is not None:
            return self.of(chosen)
        return Count(self.base.lead or "pk", distinct=bool(self.base.lead), filter=chosen)

    def leads(self, part: Slice, now: datetime) -> LeadQuerySet:
        """Exactly the leads that the measure counts."""
        rows = self.base.rows(part).filter(self.where(now))
        if not self.base.lead:
            return cast(LeadQuerySet, rows)
        return Lead.objects.filter(pk__in=rows.values(self.base.lead))


def any_row(where: Q) -> Any:
    """Whether any of the rows is so; none is not unknown."""
    return Coalesce(BoolOr(ExpressionWrapper(where, BooleanField())), False)


class PercentileCont(Aggregate):
    """PostgreSQL's percentile_cont: the value below which `fraction` of the rows lie, interpolated."""

    function = "percentile_cont"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=fraction, **extra)


def _amount(chosen: Q | None) -> Aggregate:
    return Sum("amount", filter=chosen)


def _actual(chosen: Q | None) -> Aggregate:
    return Sum("actual", filter=chosen)


def _epochs(chosen: Q | None) -> Aggregate:
    """Seconds since 1970: by the number of leads they give the moment around which the leads came."""
    # Django's own Extract would count from 1970 in the zone of the reader.
    epoch = Func("captured_at", template="EXTRACT(EPOCH FROM %(expressions)s)", output_field=FloatField())
    return Sum(epoch, filter=chosen)


def waited() -> ExpressionWrapper:
    """From a handoff to its first response."""
    return ExpressionWrapper(F("responded_at") - F("at"), output_field=DurationField())


def passed() -> ExpressionWrapper:
    """From a lead's first capture to an outcome."""
    return ExpressionWrapper(F("at") - F("lead__captured_at"), output_field=DurationField())


def _hours(fraction: float) -> Callable[[Q | None], Aggregate]:
    def of(chosen: Q | None) -> Aggregate:
        return PercentileCont(Extract(waited(), "epoch") / 3600.0, fraction, filter=chosen)

    return of


def _days(chosen: Q | None) -> Aggregate:
    """From the lead's first capture to its win. All of them: medians of parts make no median of the whole."""
    days = Cast(Extract(passed(), "epoch") / 86_400.0, FloatField())
    return ArrayAgg(days, filter=chosen)


def _grade(letter: str) -> Where:
    return lambda now: Q(best_grade=letter)


def _siblings() -> QuerySet[Handoff]:
    """The handoffs of the same lead as the handoff at hand."""
    return Handoff.objects.filter(lead=OuterRef("lead"))


def _wins() -> QuerySet[Outcome]:
    return Outcome.objects.filter(lead=OuterRef("lead"), kind="won")


def _last_word(verdict: str) -> Where:
    """Handoffs with the lead's latest verdict, where sales never accepted it."""
    accepted = Exists(_siblings().filter(verdict__verdict="accepted"))
    later = Exists(_siblings().filter(verdict_at__isnull=False, pk__gt=OuterRef("pk")))
    return lambda now: Q(verdict__verdict=verdict) & ~Q(accepted) & ~Q(later)


def _last_word_of_lead(verdict: str) -> Callable[[datetime], Any]:
    """The same, said of one lead."""

    def each(now: datetime) -> Any:
        said, last = Max("pk", filter=Q(verdict__verdict=verdict)), Max("pk", filter=Q(verdict_at__isnull=False))
        return ~any_row(Q(verdict__verdict="accepted")) & GreaterThanOrEqual(said, last)

    return each


def _in_time(now: datetime) -> Q:
    """Decided clocks of leads none of whose clocks was breached: a second handoff hides no breach."""
    return clock.is_decided(now) & ~Q(Exists(_siblings().filter(clock.is_breached(now))))


def _in_time_of_lead(now: datetime) -> Any:
    """The same, said of one lead."""
    return any_row(clock.is_decided(now)) & ~any_row(clock.is_breached(now))


def _open_opportunity(now: datetime) -> Q:
    ended = Outcome.objects.filter(lead=OuterRef("lead"), kind__in=["won", "lost"], at__gte=OuterRef("at"))
    return Q(kind="opportunity") & ~Q(Exists(ended))


def _kind(kind: str) -> Where:
    return lambda now: Q(kind=kind)


def _reason(group: str) -> Where:
    return lambda now: Q(verdict__reason__group=group)


MEASURES: dict[str, Measure] = {
    m.key: m
    for m in [
        Measure("leads", LEADS),
        Measure("captured_epoch", LEADS, of=_epochs),
        *(Measure(f"leads_{letter.lower()}", LEADS, _grade(letter)) for letter in "ABCD"),
        Measure("handed_off", HANDOFFS),
        Measure("decided", HANDOFFS, clock.is_decided),
        Measure("in_time", HANDOFFS, _in_time, each=_in_time_of_lead),
        Measure("pending", HANDOFFS, clock.is_waiting),
        Measure("judged", HANDOFFS, lambda now: Q(verdict__isnull=False)),
        Measure("accepted", HANDOFFS, lambda now: Q(verdict__verdict="accepted")),
        Measure("won_handed_off", HANDOFFS, lambda now: Q(Exists(_wins()))),
        Measure("rejected", HANDOFFS, _last_word("rejected"), each=_last_word_of_lead("rejected")),
        Measure("nurtured", HANDOFFS, _last_word("nurture"), each=_last_word_of_lead("nurture")),
        Measure("responded", HANDOFFS, lambda now: Q(responded_at__isnull=False)),
        Measure("speed_median", HANDOFFS, lambda now: Q(responded_at__isnull=False), _hours(0.5)),
        Measure("speed_p90", HANDOFFS, lambda now: Q(responded_at__isnull=False), _hours(0.9)),
        *(
            Measure(f"reason_{group}", HANDOFFS, _reason(group))
            for group in Reason.Group.values
            if group != Reason.Group.LOST
        ),
        Measure("handed_off_ab", HANDOFFS, owing.good_handoff),
        Measure("opened_ab", HANDOFFS, owing.opened),
        Measure("won_ab", HANDOFFS, owing.won),
        Measure("verdict_decided", HANDOFFS, owing.verdict_decided),
        Measure(
            "verdict_in_time",
            HANDOFFS,
            owing.verdict_in_time,
            counted=owing.count_verdicts_in_time,
            each=lambda now: any_row(owing.verdict_decided(now)) & ~any_row(owing.verdict_late(now)),
        ),
        Measure("with_reason", HANDOFFS, owing.with_reason),
        Measure("reason_of_the_buyer", HANDOFFS, owing.reason_of_the_buyer),
        Measure("given_up_after_attempts", HANDOFFS, owing.given_up_after_attempts),
        *(Measure(f"late_{key or 'not_said'}", HANDOFFS, owing.excused(key)) for key in ("", *Response.Excuse.values)),
        Measure("pulled_back", HANDOFFS, owing.pulled_back),
        Measure("appealed", HANDOFFS, owing.appealed),
        Measure("appeals_settled", HANDOFFS, owing.settled),
        Measure("overturned", HANDOFFS, owing.overturned),
        Measure("leads_ab", LEADS, owing.good_lead),
        Measure("reachable", LEADS, owing.reachable),
        Measure("of_dated_campaign", LEADS, owing.of_dated_campaign),
        Measure("announced", LEADS, owing.announced),
        Measure("opportunities", OUTCOMES, _kind("opportunity")),
        Measure("won", OUTCOMES, _kind("won")),
        Measure("lost", OUTCOMES, _kind("lost")),
        Measure("contradictions", OUTCOMES, lambda now: Q(at__lt=F("lead__captured_at"))),
        Measure("revenue", OUTCOMES, _kind("won"), _amount),
        Measure("pipeline", OUTCOMES, _open_opportunity, _amount),
        Measure("days_to_win", OUTCOMES, lambda now: Q(kind="won", at__gte=F("lead__captured_at")), _days),
        Measure("pipeline_leads", OUTCOMES, _open_opportunity),
        Measure("won_in_period", OUTCOMES_IN_PERIOD, _kind("won")),
        Measure("revenue_in_period", OUTCOMES_IN_PERIOD, _kind("won"), _amount),
        Measure("cost", COSTS, of=_actual),
    ]
}  # fmt: skip


def measure(part: Slice, *, now: datetime, only: Collection[str] = ()) -> dict[str, Any]:
    """Every measure of a slice, or `only` some: one statement per base."""
    found: dict[str, Any] = {}
    for base, measures in _by_base(only).items():
        found |= base.rows(part).aggregate(**{f"m_{m.key}": m.aggregate(now) for m in measures})
    return {key.removeprefix("m_"): value for key, value in found.items()}


def measure_by(
    dimension: str, *further: str, part: Slice, now: datetime, only: Collection[str] = ()
) -> dict[Any, dict[str, Any]]:
    """Every measure of a slice, or `only` some, for each campaign (by id), source or month (first day) in it; by
    several dimensions the keys are tuples."""
    dimensions = (dimension, *further)
    found: dict[Any, dict[str, Any]] = {}
    for base, measures in _by_base(only).items():
        if base is COSTS and "source" in dimensions:
            continue
        parts = {f"part_{name}": base.dimension(name, part.period.zone) for name in dimensions}
        counted = {f"m_{m.key}": m.aggregate(now) for m in measures}
        for row in base.rows(part).annotate(**parts).values(*parts).order_by().annotate(**counted):
            keys = tuple(_day(row.pop(name)) for name in parts)
            measured = {key.removeprefix("m_"): value for key, value in row.items()}
            found.setdefault(keys if further else keys[0], {}).update(measured)
    return found


def _day(key: Any) -> Any:
    return key.date() if isinstance(key, datetime) else key


def _by_base(only: Collection[str] = ()) -> dict[Base, list[Measure]]:
    grouped: dict[Base, list[Measure]] = {}
    for m in MEASURES.values():
        if not only or m.key in only:
            grouped.setdefault(m.base, []).append(m)
    return grouped
