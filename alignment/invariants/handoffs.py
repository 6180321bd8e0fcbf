"""Handoffs, their clocks and their verdicts, each told once."""

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import Invariant, differ, repeated, told_otherwise_than_once
from leads.models import Handoff


def _answered_at_another_moment() -> QuerySet:
    return Handoff.objects.annotate(earliest=Min("responses__at")).filter(differ("responded_at", "earliest"))


def _judged_at_another_moment() -> QuerySet:
    return Handoff.objects.filter(differ("verdict_at", "verdict__at"))


# Imported history has its own line, and so has an erasure.
_RELEASED_BY_US = (Handoff.Released.GRADE_FELL, Handoff.Released.KEPT_OUT, Handoff.Released.PULLED_BACK)


# Closed though the clock is late: nothing of it is forgiven.
_CLOSED_OTHERWISE = (Handoff.Released.ERASED, Handoff.Released.MERGED, Handoff.Released.PULLED_BACK)


INVARIANTS = [
    Invariant(
        "one_open_handoff",
        __("A lead has at most one open handoff."),
        lambda: repeated(Handoff.objects.open(), "lead"),
    ),
    Invariant(
        "handoff_told_once",
        __("The timeline tells every handoff that was made, once."),
        lambda: told_otherwise_than_once(Q(historic=False), "handed_off"),
    ),
    Invariant(
        "history_told_once",
        __("The timeline tells every handoff of imported history, once."),
        lambda: told_otherwise_than_once(Q(historic=True), "handoff_not_recorded"),
    ),
    Invariant(
        "closed_for_a_reason",
        __(
            "A handoff that is closed has a verdict, a release, is imported history, was merged, erased or pulled back."
        ),
        lambda: Handoff.objects.filter(
            closed_at__isnull=False, verdict_at=None, released_at=None, historic=False
        ).exclude(released_why__in=_CLOSED_OTHERWISE),
    ),
    Invariant(
        "released_is_closed",
        __("A released handoff is closed."),
        lambda: Handoff.objects.filter(released_at__isnull=False, closed_at=None),
    ),
    Invariant(
        "release_told_once",
        __("The timeline tells every release, once."),
        lambda: told_otherwise_than_once(Q(released_why__in=_RELEASED_BY_US), "released"),
    ),
    Invariant(
        "at_risk_once",
        __("A clock is said to be at risk once, exactly when it is marked so."),
        lambda: told_otherwise_than_once(Q(warned_at__isnull=False), "clock_at_risk"),
    ),
    Invariant(
        "flag_once",
        __("A clock is flagged once, exactly when it is marked so."),
        lambda: told_otherwise_than_once(Q(flagged_at__isnull=False), "clock_breached"),
    ),
    Invariant(
        "escalation_once",
        __("A clock is escalated once, exactly when it is marked so."),
        lambda: told_otherwise_than_once(Q(escalated_at__isnull=False), "clock_escalated"),
    ),
    Invariant(
        "earliest_response",
        __("The first response of a handoff is the earliest that is kept."),
        _answered_at_another_moment,
    ),
    Invariant(
        "verdict_moment", __("A handoff says when its verdict was given, and only then."), _judged_at_another_moment
    ),
    Invariant(
        "verdict_told_once",
        __("The timeline tells every verdict, once, and every one that was taken back."),
        lambda: told_otherwise_than_once(Q(verdict_at__isnull=False), "verdict_given", "verdict_taken_back"),
    ),
]
