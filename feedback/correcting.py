"""What sales said is corrected: the row says what holds, the timeline what it was before.

The first response and the moment of the verdict never move.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import versions
from common.errors import DomainError
from feedback import hooks
from feedback.access import check_may_correct
from feedback.models import Outcome, Reason, Verdict
from feedback.outcomes import End, check_end, fitting_end, stage_after
from feedback.responses import locked
from feedback.verdicts import STAGE_AFTER, Judgement, check, fitting
from leads.access import locked_lead
from leads.models import Event, Handoff, Lead, Merge

SAID = ("verdict", "reason", "evidence", "note", "wake_up_on", "grade_opinion")
TOLD = ("kind", "amount", "at", "reason", "competitor", "expected_on", "note")
ENDS = (Lead.Stage.OPPORTUNITY, Lead.Stage.WON, Lead.Stage.LOST)


@transaction.atomic
def correct_verdict(verdict: Verdict, judgement: Judgement, *, version: int, by: User, at: datetime) -> Verdict:
    """Say anew what was said about a handoff; its lead follows where it still stands as that verdict left it.

    `version` is that of the verdict which the person looked at; the same again changes nothing.
    Raises DomainError: not_yours, erased, gone, stale, appealed and what `give_verdict` raises about the judgement.
    """
    handoff = locked(verdict.handoff)
    check_may_correct(by, verdict, handoff.lead)
    found = versions.locked(Verdict.objects.select_related("reason"), verdict.pk, version)
    # A day that was told and has come since may stay.
    check(judgement, found.at if judgement.wake_up_on == found.wake_up_on else at, kept=found.reason)
    was, said = found.verdict, fitting(judgement)
    changes = write(found, {name: getattr(said, name) for name in SAID})
    if not changes:
        return found
    if "verdict" in changes and found.appeals.open().exists():
        raise DomainError("appealed", _("Marketing has appealed this rejection. Settle the appeal first."))
    keep(found, SAID)
    if stands_as(handoff, was):
        lead = handoff.lead
        lead.stage, lead.wake_up_on = STAGE_AFTER[Verdict.Value(found.verdict)], found.wake_up_on
        lead.save(update_fields=["stage", "wake_up_on"])
    line = Event.objects.create(
        lead=handoff.lead, handoff=handoff, kind="verdict_corrected", at=at, by=by, data={"changes": changes}
    )
    hooks.announce([line])
    return found


def stands_as(handoff: Handoff, verdict: str) -> bool:
    """Whether the lead stands as this verdict of the handoff left it. Handoffs of merged leads come from
    two stories, so that a younger one may be of the other."""
    lead = handoff.lead
    later = Handoff.objects.filter(lead=lead, pk__gt=handoff.pk).exists()
    merged = later and Merge.objects.filter(kept=lead).exists()
    return lead.stage == STAGE_AFTER[Verdict.Value(verdict)] and (merged or not later)


@transaction.atomic
def correct_outcome(outcome: Outcome, end: End, *, version: int, by: User, at: datetime) -> Outcome:
    """Tell anew where a lead ended; its stage follows from all outcomes, in the order in which they were told.

    Raises DomainError: not_yours, erased, gone, stale, moved_on, told_already and what `record_outcome`
    raises about the end.
    """
    lead = locked_lead(outcome.lead)
    check_may_correct(by, outcome, lead)
    found = versions.locked(Outcome.objects.select_related("reason"), outcome.pk, version)
    check_end(end, at, kept=found.reason)
    changes = write(found, vars(fitting_end(end)))
    if not changes:
        return found
    if "kind" in changes and lead.stage not in ENDS:
        raise DomainError("moved_on", _("The lead was opened again since. Record where it ended now instead."))
    if lead.outcomes.filter(kind=end.kind, at=end.at).exclude(pk=found.pk).exists():
        raise DomainError("told_already", _("This outcome is recorded already."))
    keep(found, TOLD)
    if "kind" in changes:
        lead.stage = _stage(lead)
        lead.save(update_fields=["stage"])
    line = outcome_corrected(found, changes, by=by, at=at)
    line.save()
    hooks.announce([line])
    return found


def outcome_corrected(outcome: Outcome, changes: dict[str, Any], *, by: User | None, at: datetime) -> Event:
    """The timeline row of a corrected outcome, not saved yet."""
    data = {"outcome": outcome.pk, "kind": outcome.kind, "changes": changes}
    return Event(lead_id=outcome.lead_id, kind="outcome_corrected", at=at, by=by, data=data)


def _stage(lead: Lead) -> str:
    stage = ""
    for kind in lead.outcomes.order_by("pk").values_list("kind", flat=True):
        stage = stage_after(stage, kind)
    return stage


def write(row: Verdict | Outcome, said: Mapping[str, Any]) -> dict[str, list[str]]:
    """Write what was `said` into the row; from what to what each field changed, as plain texts."""
    changes = {}
    for name, value in said.items():
        before = getattr(row, name)
        setattr(row, name, value)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
    return changes


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case Reason():
            return value.label
        case datetime() | date():
            return value.isoformat()
    return str(value)


def keep(row: Verdict | Outcome, fields: Iterable[str]) -> None:
    """Save what was written into a row, as its next version."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])
