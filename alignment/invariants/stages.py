"""The stage of a lead is what its handoffs and outcomes say."""

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import Invariant, none_of, without_latest
from feedback.models import Outcome, Verdict
from leads.models import Event, Handoff, Lead

Stage = Lead.Stage


def _back_from_an_end() -> QuerySet:
    opened, won = (Exists(Outcome.objects.filter(lead=OuterRef("pk"), kind=kind)) for kind in ("opportunity", "won"))
    back = Q(won) & ~Q(stage=Stage.WON) | Q(opened) & ~Q(stage__in=[Stage.OPPORTUNITY, Stage.WON])
    return none_of(Outcome, kind=Outcome.Kind.LOST).filter(back)


def _claiming_an_end_untold() -> QuerySet:
    ends = [Stage.OPPORTUNITY, Stage.WON, Stage.LOST]
    return none_of(Outcome, kind=OuterRef("stage")).filter(stage__in=ends)


def _judged_otherwise() -> QuerySet:
    judged = [Stage.ACCEPTED, Stage.NURTURE, Stage.REJECTED]
    like_it = {"closed_at__isnull": False, "verdict__verdict": OuterRef("stage")}
    return without_latest(**like_it).filter(stage__in=judged)


def _with_sales_in_name_only() -> QuerySet:
    is_open = without_latest(closed_at=None)
    unjudged_history = without_latest(historic=True, verdict_at=None)
    return (is_open & unjudged_history).filter(stage=Stage.HANDED_OFF)


def _outcomes_untold() -> QuerySet:
    line = Event.objects.filter(
        lead=OuterRef("lead"), at=OuterRef("at"), kind=Concat(Value("outcome_"), OuterRef("kind"))
    )
    about = Cast(KeyTextTransform("outcome", "data"), BigIntegerField())
    corrected = Event.objects.filter(lead=OuterRef("lead"), kind="outcome_corrected")
    corrected = corrected.annotate(about=about).filter(about=OuterRef("pk"))
    return Outcome.objects.filter(~Exists(line) & ~(Q(version__gt=1) & Exists(corrected)))


INVARIANTS = [
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
]
