"""The shared list of reasons: managers of both sides keep it, and what was said with a reason stays said."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import trail
from accounts.access import check_may_set
from accounts.models import User
from common import versions
from common.errors import DomainError
from feedback.models import Reason

# The list is changed by one person at a time: places and names are compared with all others.
LOCK = 5_140_405
LONGEST_KEY = 60
Group = Reason.Group
BROUGHT_BACK, RETIRED = trail.Act.BROUGHT_BACK, trail.Act.RETIRED


@transaction.atomic
def add_reason(facts: Mapping[str, Any], *, by: User) -> Reason:
    """Add a reason as the last of its group; its key follows from its label and stays for ever.

    Raises DomainError `not_yours`, `bad_value`.
    """
    _begin(by)
    last = Reason.objects.order_by("position").last()
    label = str(facts.get("label", ""))
    reason = Reason(key=_key(label), position=last.position + 1 if last else 1)
    return trail.kept(reason, facts, by=by)


@transaction.atomic
def change_reason(reason: Reason, facts: Mapping[str, Any], *, version: int, by: User) -> Reason:
    """Write label, group and whether a note is needed; the same again changes nothing.

    What was said with it is of the new group too. Raises DomainError `not_yours`, `gone`, `stale`,
    `bad_value`, `in_use` (a reason that was given can't pass between verdicts and lost opportunities), `last_of_group`.
    """
    _begin(by)
    found = versions.locked(Reason.objects.all(), reason.pk, version)
    if facts.get("group", found.group) != found.group:
        _check_regroup(found, str(facts["group"]))
    return trail.kept(found, facts, by=by)


def _check_regroup(reason: Reason, group: str) -> None:
    _check_not_last(reason)
    given = reason.verdicts.exists() if group == Group.LOST else reason.outcomes.exists()
    if given and Group.LOST in (group, reason.group):
        sentence = _("This reason was given already, and is of another kind. Add a new one, and retire this one.")
        raise DomainError("in_use", sentence, {"group": sentence})


@transaction.atomic
def move_reason(reason: Reason, *, up: bool, by: User) -> None:
    """Change places with the reason above or below it in its group; the first stays first.

    Raises DomainError `not_yours`.
    """
    _begin(by)
    reasons = list(Reason.objects.select_for_update(no_key=True))
    group = [one for one in reasons if one.is_active and one.group == reason.group]
    place = next((n for n, one in enumerate(group) if one.pk == reason.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(group):
        return
    here, there = reasons.index(group[place]), reasons.index(group[other])
    reasons[here], reasons[there] = reasons[there], reasons[here]
    for position, one in enumerate(reasons, start=1):
        one.position = position
    Reason.objects.bulk_update(reasons, ["position"])
    trail.note(group[place], trail.Act.MOVED, by=by, changes={"place": [place + 1, other + 1]})


@transaction.atomic
def offer_reason(reason: Reason, *, offered: bool, by: User) -> Reason:
    """Retire a reason, or bring it back: a retired one is offered no more, and all that was said with it stays.

    Raises DomainError `not_yours`, `last_of_group`.
    """
    _begin(by)
    found = Reason.objects.select_for_update(no_key=True).get(pk=reason.pk)
    if found.is_active == offered:
        return found
    if not offered:
        _check_not_last(found)
    return trail.kept(found, {"is_active": offered}, by=by, act=BROUGHT_BACK if offered else RETIRED)


def _check_not_last(reason: Reason) -> None:
    others = Reason.objects.filter(group=reason.group, is_active=True).exclude(pk=reason.pk)
    if reason.is_active and not others.exists():
        words = _("This is the last reason of “%(group)s”. Add another one first.")
        raise DomainError("last_of_group", words % {"group": reason.get_group_display()})


def _begin(by: User) -> None:
    check_may_set(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _key(label: str) -> str:
    """A key that is free: of the label in plain letters, numbered where it is taken."""
    stem = slugify(label).replace("-", "_")[: LONGEST_KEY - 4] or "reason"
    taken = set(Reason.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for n in range(1, len(taken) + 2) if (key := stem if n == 1 else f"{stem}_{n}") not in taken)
