"""A person sets another grade than the points make. It holds while the facts stay as they were."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads import facts, handoffs, hooks
from leads.access import check_may_define
from leads.models import Event, GradeOverride, Handoff, Lead
from leads.releasing import release_fallen

LONGEST_REASON = 500


@transaction.atomic
def override_grade(lead: Lead, *, grade: str, reason: str, by: User, at: datetime) -> GradeOverride:
    """Set the grade of `lead`, for a reason. An earlier override ends, and the handoff follows as usual.

    Raises DomainError `not_yours`, `no_grade`, `no_reason` or `same_grade`.
    """
    check_may_define(by)
    reason = _checked(grade, reason)
    lead = Lead.objects.select_for_update(no_key=True, of=("self",)).get(pk=lead.pk)
    earlier = lead.overrides.filter(ended_at=None)
    if lead.grade == grade and not earlier:
        raise DomainError("same_grade", _("The lead is a grade %(grade)s already.") % {"grade": grade})
    earlier.update(ended_at=at, ended_by=by)
    digest = Lead.objects.filter(pk=lead.pk).values_list(facts.digest_expression(), flat=True)[0]
    override = GradeOverride.objects.create(lead=lead, grade=grade, reason=reason, by=by, at=at, facts=digest)
    told = {"from": lead.grade, "to": grade, "reason": reason}
    line = Event.objects.create(lead=lead, kind="grade_set", at=at, by=by, data=told)
    lead.grade, lead.best_grade = grade, min(lead.best_grade or grade, grade)
    lead.save(update_fields=["grade", "best_grade"])
    hooks.announce(hooks.GRADED, [(line.pk, lead.pk)], at=at)
    release_fallen(Handoff.objects.filter(lead=lead), at=at)
    handoffs.hand_off_ready(Lead.objects.filter(pk=lead.pk), at=at, by=by)
    return override


@transaction.atomic
def withdraw_override(lead: Lead, *, by: User, at: datetime) -> None:
    """Take the set grade back: the points decide again. Raises DomainError `not_yours` or `not_set`."""
    check_may_define(by)
    lead = Lead.objects.select_for_update(no_key=True, of=("self",)).get(pk=lead.pk)
    if not lead.overrides.filter(ended_at=None).update(ended_by=by):
        raise DomainError("not_set", _("Nobody has set this grade; the points decide."))
    # Grading ends the override and tells the timeline, as it does where the facts have changed.
    handoffs.grade_and_hand_off(Lead.objects.filter(pk=lead.pk), at=at, by=by)


def _checked(grade: str, reason: str) -> str:
    if grade not in Lead.Grade.values:
        raise DomainError("no_grade", _("Choose A, B, C or D."), {"grade": _("Choose A, B, C or D.")})
    reason = reason.strip()
    if not reason:
        words = _("Write why the grade is another one.")
        raise DomainError("no_reason", words, {"reason": words})
    if len(reason) > LONGEST_REASON:
        words = _("Write at most %(n)d characters.") % {"n": LONGEST_REASON}
        raise DomainError("no_reason", words, {"reason": words})
    return reason
