"""Who is told of an adjustment: its owner, in time too, and the reps whose reasons led to it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common.templatetags.ui import moment_words
from feedback.adjustments import before, today
from feedback.models import Adjustment, Outcome, Reason, Verdict
from notices.telling import Notice, tell

CHUNK = 500


def tell_given(adjustment: Adjustment, *, by: User, at: datetime) -> None:
    """Its owner hears of it; who gives it to themselves needs no notice."""
    if adjustment.owner_id != by.pk:
        title = _("An adjustment is yours: %(title)s") % {"title": adjustment.title}
        tell([_notice(adjustment, adjustment.owner_id, "adjustment", "given", title, _due(adjustment))], at=at)


def tell_reps(adjustment: Adjustment, *, by: User, at: datetime) -> None:
    """The reps who gave the reason before it was opened hear what marketing did with it."""
    title = _("Your reason led to a change: %(title)s") % {"title": adjustment.title}
    reps = whose_reasons(adjustment).exclude(pk=by.pk).values_list("pk", flat=True)
    tell((_notice(adjustment, rep, "adjustment_done", "done", title, adjustment.said) for rep in reps), at=at)


def whose_reasons(adjustment: Adjustment) -> QuerySet[User]:
    """The people of sales who work here and gave the reason in the time that the share before looks at."""
    handoffs = before(adjustment).handoffs().values("pk")
    said = {"reason__group": adjustment.group} | ({"reason": adjustment.reason} if adjustment.reason else {})
    told: QuerySet[Any] = Verdict.objects.filter(handoff__in=handoffs, **said)
    if adjustment.group == Reason.Group.LOST:
        told = Outcome.objects.filter(kind="lost", lead__handoffs__in=handoffs, **said)
    return User.objects.filter(pk__in=told.values("by"), is_active=True, side=User.Side.SALES).order_by("pk")


def remind(*, now: datetime) -> int:
    """Tell the owners of what is due today and of what is overdue, each level once; how many were told.

    Safe to run twice, or twice at once: rows are claimed, and marked in the transaction that tells.
    """
    day = today(now)
    levels = (("overdue", "overdue_told_at", Q(due_on__lt=day)), ("due", "due_told_at", Q(due_on=day)))
    return sum(_remind_all(level, field, due, now) for level, field, due in levels)


def _remind_all(level: str, field: str, due: Q, now: datetime) -> int:
    told = 0
    while claimed := _claim(level, field, due, now):
        told += claimed
    return told


@transaction.atomic
def _claim(level: str, field: str, due: Q, now: datetime) -> int:
    rows = Adjustment.objects.running().filter(due, **{field: None}).for_list().order_by("due_on", "pk")
    claimed = list(rows.select_for_update(skip_locked=True, of=("self",), no_key=True)[:CHUNK])
    Adjustment.objects.filter(pk__in=[one.pk for one in claimed]).update(**{field: now})
    words = _("Due today: %(title)s") if level == "due" else _("Overdue: %(title)s")
    tell(
        (
            _notice(one, one.owner_id, "adjustment_due", level, words % {"title": one.title}, _due(one))
            for one in claimed
        ),
        at=now,
    )
    return len(claimed)


def _notice(adjustment: Adjustment, person: int, kind: str, fact: str, title: str, detail: str) -> Notice:
    """The version tells one time from the next, such as after another due day."""
    key = f"adjustment:{adjustment.pk}:{fact}:{adjustment.version}"
    about = f"{adjustment.campaign} · {adjustment.about} · {detail}"
    return Notice(person, kind, key, title, adjustment.get_absolute_url(), about)


def _due(adjustment: Adjustment) -> str:
    return _("due on %(day)s") % {"day": moment_words(adjustment.due_on)}
