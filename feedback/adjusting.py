"""A reason leads to an adjustment: opened, changed, started, done or dropped, each with one line of its story."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Campaign
from common.errors import DomainError
from common.versions import keep, locked
from feedback.adjustments import today
from feedback.models import Adjustment, AdjustmentChange, Reason
from feedback.reminding import tell_given, tell_reps
from feedback.shares import WINDOWS, Asked

Kind = AdjustmentChange.Kind
State = Adjustment.State
FURTHEST = timedelta(days=2 * 366)
LONGEST_WORDS = 2000
EDITED = ("title", "owner", "due_on", "note")
# Its owner is reminded anew.
UNTOLD = {"due_told_at": None, "overdue_told_at": None}
# Which states a step may start from, and where it leads.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    Kind.STARTED: ((State.OPEN,), State.STARTED),
    Kind.DONE: (Adjustment.RUNNING, State.DONE),
    Kind.DROPPED: (Adjustment.RUNNING, State.DROPPED),
    Kind.RESUMED: ((State.DONE, State.DROPPED), State.STARTED),
}


def may_open(user: User) -> bool:
    """Marketing, and the managers of both sides."""
    return user.is_active and user.sees_everything


def may_change(user: User, adjustment: Adjustment) -> bool:
    """Its owner, the managers of both sides, and admins."""
    return user.is_active and (user.pk == adjustment.owner_id or user.is_manager or user.is_staff)


@transaction.atomic
def open_adjustment(
    campaign: Campaign, *, group: str, reason: Reason | None, title: str, owner: User, due_on: date,
    note: str = "", looks_back: int = 90, by: User, at: datetime,
) -> Adjustment:  # fmt: skip
    """Open an adjustment that answers `reason` in `campaign`, or all reasons of `group`; its owner is told.

    The share before is that of the last `looks_back` days. Raises DomainError: not_yours, unknown_group,
    unknown_window, wrong_owner, due_past, due_too_far, bad_value.
    """
    if not may_open(by):
        raise DomainError("not_yours", _("Marketing and the managers of both sides open adjustments."))
    if reason is not None:
        group = reason.group
    if group not in Reason.Group.values:
        raise _refusal("unknown_group", "about", _("Choose the reason that is answered."))
    if looks_back not in WINDOWS:
        raise _refusal("unknown_window", "looks_back", _("Choose how far the share before looks back."))
    _check(owner=owner, due_on=due_on, note=note, at=at)
    facts = {"title": title.strip(), "owner": owner, "due_on": due_on, "note": note.strip()}
    before_from = at - timedelta(days=looks_back)
    made = Adjustment(campaign=campaign, group=group, reason=reason, opened_at=at, opened_by=by)
    keep(made, facts | {"before_from": before_from})
    share = Asked(group, before_from, at, reason=reason, campaign=campaign).share()
    _write(made, Kind.OPENED, by=by, at=at, said=share.numerator, judged=share.denominator, days=looks_back)
    tell_given(made, by=by, at=at)
    return made


@transaction.atomic
def change_adjustment(
    adjustment: Adjustment, facts: Mapping[str, Any], *, version: int, by: User, at: datetime
) -> Adjustment:
    """Change `title`, `owner`, `due_on` or `note` of an adjustment that runs; a new owner is told.

    Raises DomainError: gone, stale, not_yours, ended, wrong_owner, due_past, due_too_far, bad_value.
    """
    found = _held(adjustment, version=version, by=by)
    if not found.is_running:
        raise DomainError("ended", _("This adjustment has ended. Take it up again to change it."))
    moved = facts["due_on"] != found.due_on
    _check(owner=facts["owner"], due_on=facts["due_on"] if moved else None, note=facts["note"], at=at)
    changed = {
        name: facts[name] for name in ("title", "owner", "due_on", "note") if facts[name] != getattr(found, name)
    }
    if not changed:
        return found
    told = {name: [_plain(getattr(found, name)), _plain(value)] for name, value in changed.items()}
    keep(found, changed | (UNTOLD if moved else {}))
    _write(found, Kind.CHANGED, by=by, at=at, **told)
    if "owner" in changed:
        tell_given(found, by=by, at=at)
    return found


@transaction.atomic
def step(adjustment: Adjustment, to: str, *, said: str = "", version: int, by: User, at: datetime) -> Adjustment:
    """Start an adjustment, end it as done or dropped with words, or take it up again (a Kind of change).

    Once it is done, the reps whose reasons led to it are told. Raises DomainError: gone, stale, not_yours,
    unknown_step, out_of_turn, words_missing, words_too_long.
    """
    found = _held(adjustment, version=version, by=by)
    if to not in STEPS:
        raise DomainError("unknown_step", _("Choose what happened: started, done, dropped or taken up again."))
    starts_from, state = STEPS[to]
    if found.state not in starts_from:
        raise DomainError("out_of_turn", _("It is %(state)s already.") % {"state": found.get_state_display().lower()})
    ends = state in (State.DONE, State.DROPPED)
    said = _words(said, to) if ends else ""
    facts = {"state": state, "said": said, "done_at": at if state == State.DONE else None}
    keep(found, facts | (UNTOLD if to == Kind.RESUMED else {}))
    _write(found, Kind(to), by=by, at=at, said=said)
    if state == State.DONE:
        tell_reps(found, by=by, at=at)
    return found


def _held(adjustment: Adjustment, *, version: int, by: User) -> Adjustment:
    """The row, locked; refused to who may not change it."""
    if not may_change(by, adjustment):
        raise DomainError("not_yours", _("Its owner and the managers of both sides change an adjustment."))
    return locked(Adjustment.objects.for_list(), adjustment.pk, version)


def _check(*, owner: User, due_on: date | None, note: str, at: datetime) -> None:
    if not owner.is_active:
        raise _refusal("wrong_owner", "owner", _("Choose somebody who works here."))
    day = today(at)
    if due_on is not None and due_on < day:
        raise _refusal("due_past", "due_on", _("Write a day that is still to come."))
    if due_on is not None and due_on - day > FURTHEST:
        raise _refusal("due_too_far", "due_on", _("Write a day within the next two years."))
    if len(note) > LONGEST_WORDS:
        raise _refusal("bad_value", "note", _too_long())


def _words(said: str, to: str) -> str:
    said = said.strip()
    if not said:
        asks = _("Write what was done.") if to == Kind.DONE else _("Write why it is dropped.")
        raise _refusal("words_missing", "said", asks)
    if len(said) > LONGEST_WORDS:
        raise _refusal("words_too_long", "said", _too_long())
    return said


def _too_long() -> str:
    return _("Write at most %(n)s characters.") % {"n": f"{LONGEST_WORDS:,}"}


def _write(adjustment: Adjustment, kind: Kind, *, by: User, at: datetime, **data: Any) -> None:
    AdjustmentChange.objects.create(adjustment=adjustment, kind=kind, at=at, by=by, data=data)


def _plain(value: Any) -> Any:
    """A value as JSON keeps it, and people read it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _refusal(code: str, field: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {field: sentence})
