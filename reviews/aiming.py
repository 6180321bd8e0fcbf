"""Goals of a quarter are set, changed and dropped."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from common import versions
from common.errors import DomainError
from reviews import figures
from reviews.models import Goal
from reviews.opening import held
from reviews.values import Unit

MOST = Decimal(10) ** 13
# As the database keeps it, so that the same again is the same.
EXACT = Decimal("0.0001")


@transaction.atomic
def set_goal(key: str, facts: Mapping[str, Any], *, by: User, at: datetime) -> Goal:
    """Set a goal in the review of the quarter `key`: `side`, `figure`, `target`, `owner`, `campaign` or None, `note`.

    Raises DomainError as `held`, `no_such_figure`, `wrong_owner`, `bad_value`.
    """
    review = held(key, by=by, at=at)
    return trail.kept(Goal(review=review), checked(facts) | {"by": by, "at": at}, by=by)


@transaction.atomic
def change_goal(key: str, pk: int, facts: Mapping[str, Any], *, version: int, by: User, at: datetime) -> Goal:
    """Change a goal that was seen as of `version`. Raises DomainError as `set_goal`, `stale`, `gone`."""
    review = held(key, by=by, at=at)
    goal = versions.locked(Goal.objects.filter(review=review), pk, version)
    return written(goal, checked(facts), by=by, at=at)


@transaction.atomic
def drop_goal(key: str, pk: int, *, version: int, by: User, at: datetime) -> None:
    """Take a goal away. Raises DomainError as `held`, `stale`, `gone`."""
    review = held(key, by=by, at=at)
    goal = versions.locked(Goal.objects.filter(review=review), pk, version)
    trail.note(goal, trail.Act.REMOVED, by=by)
    goal.delete()


def checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an aim. Raises DomainError where its figure, target or owner is none."""
    unit, owner = figures.get(facts["figure"]).unit, facts["owner"]
    target = facts["target"].quantize(EXACT)
    if owner is None or not owner.is_active:
        raise _refusal("wrong_owner", "owner", _("Choose somebody who works here."))
    if unit == Unit.RATE and not 0 <= target <= 1:
        raise _refusal("bad_value", "target", _("Write a share between 0 and 100 percent."))
    if (unit != Unit.TIMES and target < 0) or abs(target) >= MOST:
        raise _refusal("bad_value", "target", _("Write a number of 0 or more that can be reached."))
    words = {name: " ".join(facts[name].split()) for name in ("note", "clause") if name in facts}
    return {
        "side": facts["side"], "figure": facts["figure"], "target": target, "owner": owner,
        "campaign": facts.get("campaign"), **words,
    }  # fmt: skip


def written(row: Any, facts: Mapping[str, Any], *, by: User, at: datetime) -> Any:
    """Who wrote it last, and when, go with what is written; the same again changes nothing."""
    if any(getattr(row, name) != value for name, value in facts.items()):
        row.by, row.at = by, at
    return trail.kept(row, facts, by=by)


def _refusal(code: str, field: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {field: sentence})
