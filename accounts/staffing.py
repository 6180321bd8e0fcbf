"""Who takes leads in turn, how many, and who is away when."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.access import check_manages, check_may_plan
from accounts.calendars import zone_of
from accounts.models import Absence, User
from common.errors import DomainError

FURTHEST = timedelta(days=3 * 366)


@transaction.atomic
def change_work(person: User, *, takes_leads: bool, capacity: int | None, by: User) -> User:
    """Whether somebody of sales takes leads in turn, and how many may be open at once; None: no limit.

    Raises DomainError `not_yours`, `not_sales` or `no_team`.
    """
    check_manages(by, person)
    found = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not found.in_sales:
        raise DomainError("not_sales", _("Only sales takes leads."))
    if takes_leads and found.team_id is None:
        words = _("Whoever takes leads in turn needs a team.")
        raise DomainError("no_team", words, {"takes_leads": words})
    return trail.kept(found, {"takes_leads": takes_leads, "capacity": capacity}, by=by)


@transaction.atomic
def plan_absence(person: User, *, first: date | None, last: date, by: User, at: datetime) -> Absence:
    """Somebody is away from the start of `first` (None: from now) to the end of `last`, in the zone of the team.

    Raises DomainError `not_yours` or `bad_value`.
    """
    check_may_plan(by, person)
    if abs(last - at.date()) > FURTHEST or abs((first or last) - at.date()) > FURTHEST:
        raise _refusal("last", _("Write a day within the next three years."))
    zone = zone_of(person.team)
    since = datetime.combine(first, time(), zone) if first else at
    absence = Absence(person=person, since=since, until=datetime.combine(last + timedelta(days=1), time(), zone))
    if absence.until <= at:
        raise _refusal("last", _("This is over already. Write a day that is still to come."))
    try:
        absence.validate_constraints()
    except ValidationError as error:
        raise _refusal("last", " ".join(error.messages)) from error
    absence.save()
    trail.note(person, trail.Act.CHANGED, by=by, changes={"absences": [None, str(absence)]})
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: User, at: datetime) -> None:
    """End an absence at once; one that has not begun goes away, one that is over stays as it was.

    Raises DomainError `not_yours`.
    """
    check_may_plan(by, absence.person)
    found = Absence.objects.select_for_update().filter(pk=absence.pk, until__gt=at).first()
    if found is None:
        return
    said = str(found)
    if found.since >= at:
        found.delete()
    else:
        found.until = at
        found.save(update_fields=["until"])
    trail.note(absence.person, trail.Act.CHANGED, by=by, changes={"absences": [said, str(found) if found.pk else None]})


@transaction.atomic
def come_back(person: User, *, by: User, at: datetime) -> None:
    """Somebody is here again: whatever says away now ends. Raises DomainError `not_yours`."""
    check_may_plan(by, person)
    User.objects.filter(pk=person.pk, away_until__gt=at).update(away_until=at)
    person.absences.filter(since__lt=at, until__gt=at).update(until=at)


def _refusal(field: str, sentence: str) -> DomainError:
    return DomainError("bad_value", sentence, {field: sentence})
