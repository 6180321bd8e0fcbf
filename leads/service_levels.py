"""Service levels: the rows are their own history, and a new one holds from its moment on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.access import check_may_set
from accounts.models import User
from common.errors import DomainError
from leads.handoffs import HANDED_OFF_GRADES
from leads.models import ServiceLevel

# Beyond these nothing would be due within a year, whatever the calendar.
MOST = {
    ServiceLevel.Unit.CALENDAR_DAYS: 90,
    ServiceLevel.Unit.WORKING_DAYS: 60,
    ServiceLevel.Unit.WORKING_HOURS: 200,
}


@transaction.atomic
def add_level(
    *, grade: str, kind: str, amount: int, unit: str, valid_from: datetime | None, by: User, at: datetime
) -> ServiceLevel:
    """A level that holds for what is handed off from `valid_from` on, None: from now.

    What was handed off before keeps the level of its moment. Raises DomainError `not_yours` or `bad_value`.
    """
    check_may_set(by)
    since = valid_from or at
    if since < at:
        raise _refusal("valid_from", _("What was handed off keeps its level. Choose a moment that is still to come."))
    most = MOST.get(ServiceLevel.Unit(unit), 0)
    if amount > most:
        raise _refusal("amount", _("Write at most %(n)d.") % {"n": most})
    level = ServiceLevel(grade=grade, kind=kind, amount=amount, unit=unit, valid_from=since)
    try:
        level.full_clean()
    except ValidationError as error:
        raise _refusal("valid_from", " ".join(error.messages)) from error
    level.save()
    trail.note(level, trail.Act.ADDED, by=by)
    return level


@transaction.atomic
def withdraw_level(level: ServiceLevel, *, by: User, at: datetime) -> None:
    """Take away a level that does not hold yet. Raises DomainError `not_yours` or `holds_already`."""
    check_may_set(by)
    found = ServiceLevel.objects.select_for_update().filter(pk=level.pk).first()
    if found and found.valid_from <= at:
        raise DomainError("holds_already", _("It holds already, and handoffs are judged by it. Add another one."))
    if found:
        trail.note(found, trail.Act.REMOVED, by=by)
        found.delete()


@dataclass(frozen=True)
class Held:
    """The levels of one grade and kind: what holds, what will, and what held before, the latest first."""

    grade: str
    kind: str
    label: str
    now: ServiceLevel | None
    coming: Sequence[ServiceLevel]
    before: Sequence[ServiceLevel]


def held(at: datetime) -> list[Held]:
    """Every grade and kind with its levels at the moment `at`."""
    levels = list(ServiceLevel.objects.order_by("-valid_from"))
    found = []
    for kind in ServiceLevel.Kind:
        for grade in HANDED_OFF_GRADES:
            own = [level for level in levels if (level.grade, level.kind) == (grade, kind)]
            past = [level for level in own if level.valid_from <= at]
            coming = [level for level in reversed(own) if level.valid_from > at]
            found.append(Held(str(grade), kind.value, str(kind.label), next(iter(past), None), coming, past[1:]))
    return found


def _refusal(field: str, sentence: str) -> DomainError:
    return DomainError("bad_value", sentence, {field: sentence})
