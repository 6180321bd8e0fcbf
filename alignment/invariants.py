"""What must hold in every database, whatever was killed, sent twice or restored on the way.

Each check is one query over all rows that finds the offenders; none of them looks at a lead at a
time. The verbs and the constraints of the tables keep these promises, this proves that they did.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from feedback.models import Outcome, Verdict
from imports.models import Import
from leads.models import Event, Handoff, Lead, LeadAlias, Merge, Touch
from notices import outbox
from notices.models import Delivery, Notification

Stage = Lead.Stage
# Far beyond what a beat needs to notice a worker that died.
STANDSTILL = timedelta(minutes=15)


@dataclass(frozen=True)
class Invariant:
    """What must hold, in a name and a sentence, and the rows for which it does not."""

    name: str
    sentence: str | Promise
    offenders: Callable[[], QuerySet]


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, and for how many rows."""

    name: str
    sentence: str
    offenders: int


def broken() -> list[Broken]:
    """Every invariant that does not hold, all judged on the same picture of the data."""
    with _one_picture():
        counted = [(check, check.offenders().order_by().count()) for check in INVARIANTS]
    return [Broken(check.name, str(check.sentence), count) for check, count in counted if count]


@contextmanager
def _one_picture() -> Iterator[None]:
    """While people work, two queries see two moments: all of them read the first one's."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


# --- ways to find offenders ----------------------------------------------------------------------


def _repeated(rows: QuerySet, *keys: str) -> QuerySet:
    """The keys that more than one of `rows` has."""
    return rows.order_by().values(*keys).annotate(times=Count("pk")).filter(times__gt=1)


def _differ(left: str, right: str) -> Q:
    """Two moments are not the same; none is the same as none."""
    one_is_missing = Q(**{left: None}) ^ Q(**{right: None})
    return one_is_missing | Q(**{f"{left}__lt": F(right)}) | Q(**{f"{left}__gt": F(right)})


def _told_otherwise_than_once(happened: Q, kind: str, taken_back: str = "") -> QuerySet:
    """Handoffs to which something `happened` without its one line in the timeline, or the reverse; each
    line `taken_back` makes up for one."""
    lines = Count("events", filter=Q(events__kind=kind)) - Count("events", filter=Q(events__kind=taken_back))
    expected = Case(When(happened, then=Value(1)), default=Value(0))
    return Handoff.objects.annotate(lines=lines, expected=expected).exclude(lines=F("expected"))


def _none_of(model: type[Model], **facts: object) -> QuerySet[Lead]:
    """Leads that have no row of `model` with these facts."""
    return Lead.objects.filter(~Exists(model._default_manager.filter(lead=OuterRef("pk"), **facts)))


def _without_latest(**facts: object) -> QuerySet[Lead]:
    """Leads whose latest handoff is not like this, or that have none. The handoffs of a lead that was
    merged come from two stories, each in an order of its own: one of them must be like this."""
    later = Handoff.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    decisive = ~Exists(later) | Exists(Merge.objects.filter(kept=OuterRef("lead")))
    return Lead.objects.filter(~Exists(Handoff.objects.filter(decisive, lead=OuterRef("pk"), **facts)))


# --- the checks ----------------------------------------------------------------------------------


def _back_from_an_end() -> QuerySet:
    opened, won = (Exists(Outcome.objects.filter(lead=OuterRef("pk"), kind=kind)) for kind in ("opportunity", "won"))
    back = Q(won) & ~Q(stage=Stage.WON) | Q(opened) & ~Q(stage__in=[Stage.OPPORTUNITY, Stage.WON])
    return _none_of(Outcome, kind=Outcome.Kind.LOST).filter(back)


def _claiming_an_end_untold() -> QuerySet:
    ends = [Stage.OPPORTUNITY, Stage.WON, Stage.LOST]
    return _none_of(Outcome, kind=OuterRef("stage")).filter(stage__in=ends)


def _judged_otherwise() -> QuerySet:
    judged = [Stage.ACCEPTED, Stage.NURTURE, Stage.REJECTED]
    like_it = {"closed_at__isnull": False, "verdict__verdict": OuterRef("stage")}
    return _without_latest(**like_it).filter(stage__in=judged)


def _with_sales_in_name_only() -> QuerySet:
    is_open = _without_latest(closed_at=None)
    unjudged_history = _without_latest(historic=True, verdict_at=None)
    return (is_open & unjudged_history).filter(stage=Stage.HANDED_OFF)


def _answered_at_another_moment() -> QuerySet:
    return Handoff.objects.annotate(earliest=Min("responses__at")).filter(_differ("responded_at", "earliest"))


def _judged_at_another_moment() -> QuerySet:
    return Handoff.objects.filter(_differ("verdict_at", "verdict__at"))


def _outcomes_untold() -> QuerySet:
    line = Event.objects.filter(
        lead=OuterRef("lead"), at=OuterRef("at"), kind=Concat(Value("outcome_"), OuterRef("kind"))
    )
    about = Cast(KeyTextTransform("outcome", "data"), BigIntegerField())
    corrected = Event.objects.filter(lead=OuterRef("lead"), kind="outcome_corrected")
    corrected = corrected.annotate(about=about).filter(about=OuterRef("pk"))
    return Outcome.objects.filter(~Exists(line) & ~(Q(version__gt=1) & Exists(corrected)))


def _rows_left_out() -> QuerySet:
    held = Cast(KeyTextTransform("rows", "layout"), IntegerField())
    return Import.objects.annotate(held=held).filter(state=Import.State.DONE, rows__lt=F("held"))


def _refused_rows_miscounted() -> QuerySet:
    return Import.objects.annotate(kept=Count("refused_rows")).exclude(kept=F("refused"))


def _best_grade_below_grade() -> QuerySet:
    # Letters sort with quality: the better grade is the smaller letter.
    return Lead.objects.exclude(grade="").filter(Q(best_grade="") | Q(best_grade__gt=F("grade")))


# Imported history has its own line, and so has an erasure.
_RELEASED_BY_US = (Handoff.Released.GRADE_FELL, Handoff.Released.KEPT_OUT, Handoff.Released.PULLED_BACK)


# Closed though the clock is late: nothing of it is forgiven.
_CLOSED_OTHERWISE = (Handoff.Released.ERASED, Handoff.Released.MERGED, Handoff.Released.PULLED_BACK)


def _alias_is_a_key() -> QuerySet:
    """Aliases that are a key of some lead as well: whoever comes by them could be two."""
    by_address = Q(kind="email") & Exists(Lead.objects.annotate(key=Lower("email")).filter(key=OuterRef("value")))
    by_id = Q(kind="external_id") & Exists(Lead.objects.filter(external_id=OuterRef("value")))
    return LeadAlias.objects.filter(by_address | by_id)


def _merged_and_there() -> QuerySet:
    return Merge.objects.filter(Exists(Lead.objects.filter(pk=OuterRef("dropped"))), undone_at=None)


def _merged_into_nobody() -> QuerySet:
    """Merges whose kept lead was merged itself: the old address would lead nowhere."""
    return Merge.objects.filter(kept__in=Merge.objects.filter(undone_at=None).values("dropped"))


def _forgotten_deliveries() -> QuerySet[Delivery]:
    """Deliveries that are neither sent, nor given up with a reason, nor young."""
    young = Q(state="waiting", at__gte=timezone.now() - outbox.WEBHOOK_FOR - STANDSTILL)
    ended = Q(state="sent", sent_at__isnull=False) | Q(state="given_up") & ~Q(last_error="")
    return Delivery.objects.exclude(young | ended)


INVARIANTS = [
    Invariant(
        "address_once",
        __("One e-mail address is one lead, whatever its case."),
        lambda: _repeated(Lead.objects.exclude(email=None).annotate(key=Lower("email")), "key"),
    ),
    Invariant(
        "external_id_once",
        __("One external id is one lead."),
        lambda: _repeated(Lead.objects.exclude(external_id=None), "external_id"),
    ),
    Invariant("captured", __("Every lead's story begins: it was captured."), lambda: _none_of(Event, kind="captured")),
    Invariant(
        "captured_once",
        __("A lead is captured once, later contacts are touches."),
        lambda: _repeated(Event.objects.filter(kind="captured"), "lead"),
    ),
    Invariant("touch", __("Every lead has a touch."), lambda: _none_of(Touch)),
    Invariant(
        "touch_once",
        __("The same touch is kept once."),
        lambda: _repeated(Touch.objects.all(), "lead", "campaign", "kind", "at"),
    ),
    Invariant("best_grade", __("The best grade is never below the grade."), _best_grade_below_grade),
    Invariant(
        "one_open_handoff",
        __("A lead has at most one open handoff."),
        lambda: _repeated(Handoff.objects.open(), "lead"),
    ),
    Invariant(
        "handoff_told_once",
        __("The timeline tells every handoff that was made, once."),
        lambda: _told_otherwise_than_once(Q(historic=False), "handed_off"),
    ),
    Invariant(
        "history_told_once",
        __("The timeline tells every handoff of imported history, once."),
        lambda: _told_otherwise_than_once(Q(historic=True), "handoff_not_recorded"),
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
        lambda: _told_otherwise_than_once(Q(released_why__in=_RELEASED_BY_US), "released"),
    ),
    Invariant(
        "at_risk_once",
        __("A clock is said to be at risk once, exactly when it is marked so."),
        lambda: _told_otherwise_than_once(Q(warned_at__isnull=False), "clock_at_risk"),
    ),
    Invariant(
        "flag_once",
        __("A clock is flagged once, exactly when it is marked so."),
        lambda: _told_otherwise_than_once(Q(flagged_at__isnull=False), "clock_breached"),
    ),
    Invariant(
        "escalation_once",
        __("A clock is escalated once, exactly when it is marked so."),
        lambda: _told_otherwise_than_once(Q(escalated_at__isnull=False), "clock_escalated"),
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
        lambda: _told_otherwise_than_once(Q(verdict_at__isnull=False), "verdict_given", "verdict_taken_back"),
    ),
    Invariant(
        "nurture_wakes",
        __("A verdict “not now” says when the lead wakes up."),
        lambda: Verdict.objects.filter(verdict=Verdict.Value.NURTURE, wake_up_on=None),
    ),
    Invariant("outcome_told", __("The timeline tells every outcome."), _outcomes_untold),
    Invariant(
        "stage_open",
        __("A lead with an open handoff is with sales."),
        lambda: Lead.objects.filter(Exists(Handoff.objects.open().filter(lead=OuterRef("pk")))).exclude(
            stage=Stage.HANDED_OFF
        ),
    ),
    Invariant(
        "stage_handed_off",
        __("A lead is with sales while its latest handoff is open, or is imported history without a verdict."),
        _with_sales_in_name_only,
    ),
    Invariant(
        "stage_verdict",
        __("An accepted, sleeping or rejected lead has this verdict on its latest handoff."),
        _judged_otherwise,
    ),
    Invariant(
        "stage_outcome",
        __("A lead that is an opportunity, won or lost has such an outcome."),
        _claiming_an_end_untold,
    ),
    Invariant(
        "stage_stays",
        __("A lead that was won and never lost stays won; one with an opportunity stays that until then."),
        _back_from_an_end,
    ),
    Invariant("merged_is_gone", __("A lead that was merged is there no more."), _merged_and_there),
    Invariant("merged_once", __("A lead is merged into one that is there."), _merged_into_nobody),
    Invariant("old_keys", __("A key of a merged lead finds the kept one and nobody else."), _alias_is_a_key),
    Invariant(
        "merge_told",
        __("The timeline tells every merge."),
        lambda: Merge.objects.filter(~Exists(Event.objects.filter(lead=OuterRef("kept"), kind="merged"))),
    ),
    Invariant(
        "import_adds_up",
        __("The rows of a file are those created, updated, unchanged and refused."),
        lambda: Import.objects.exclude(rows=F("created") + F("updated") + F("unchanged") + F("refused")),
    ),
    Invariant(
        "import_ended",
        __("A file that is loaded to its end has accounted for each of its rows."),
        _rows_left_out,
    ),
    Invariant(
        "import_moves",
        __("A file that is being loaded moves on, or is picked up within minutes."),
        lambda: Import.objects.filter(state=Import.State.RUNNING, progressed_at__lt=timezone.now() - STANDSTILL),
    ),
    Invariant(
        "import_undone",
        __("Nothing is left of an import that was undone."),
        lambda: Import.objects.filter(Q(leads__isnull=False) | Q(touches__isnull=False), state=Import.State.UNDONE),
    ),
    Invariant("refused_kept", __("Every refused row of a file is kept with its sentence."), _refused_rows_miscounted),
    Invariant(
        "notice_once",
        __("A person is told each fact once."),
        lambda: _repeated(Notification.objects.all(), "person", "key"),
    ),
    Invariant(
        "outbox",
        __("Every mail and webhook is sent, given up with its reason, or young."),
        _forgotten_deliveries,
    ),
]
