"""A person in sales responds. The first response stops the clock, for ever."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from feedback.models import Response
from leads.access import check_may_answer
from leads.models import Event, Handoff, Lead


@transaction.atomic
def respond(
    handoff: Handoff, *, by: User, kind: str, at: datetime | None = None, note: str = "", excuse: str = ""
) -> Response:
    """Log what `by` did about `handoff` at the moment `at` (now where none is given).

    Raises DomainError: not_sales, unknown_kind, unknown_excuse, closed, in_future, before_handoff.
    """
    now = timezone.now()
    handoff = locked(handoff)
    check_may_answer(by, handoff.lead)
    if kind not in Response.Kind.values or kind == Response.Kind.VERDICT:
        raise DomainError(
            "unknown_kind",
            _("Choose how you reached out: call, email, meeting or message."),
            {"kind": _("Choose one.")},
        )
    check_open(handoff)
    at = check_moment(handoff, at, now)
    check_excuse(excuse)
    before = found(handoff)
    response = record_response(handoff, by=by, kind=kind, at=at, note=note, excuse=excuse, before=before)
    Event.objects.create(
        lead_id=handoff.lead_id,
        handoff=handoff,
        kind="responded",
        at=response.at,
        by=by,
        data={"kind": kind, "note": note, "excuse": response.excuse},
    )
    return response


def locked(handoff: Handoff) -> Handoff:
    """The handoff as it is now, locked until the transaction ends: whoever comes second waits.

    The lead is locked first, as everywhere, so that two verbs wait instead of deadlocking.
    """
    lead = Lead.objects.select_for_update(no_key=True).get(pk=handoff.lead_id)
    handoff = Handoff.objects.select_for_update().get(pk=handoff.pk)
    handoff.lead = lead
    return handoff


def check_open(handoff: Handoff) -> None:
    if handoff.closed_at is not None:
        raise DomainError("closed", _("This handoff is closed already. Open the lead to see who answered it."))


def check_moment(handoff: Handoff, at: datetime | None, now: datetime) -> datetime:
    """The moment at which an answer counts: `at`, or now. A machine whose clock stepped back may have handed
    off later than now: then it is the moment of the handoff."""
    if at is not None and at > now:
        raise DomainError(
            "in_future", _("Write a moment that is not in the future."), {"at": _("It lies in the future.")}
        )
    if at is not None and at < handoff.at:
        raise DomainError(
            "before_handoff",
            _("An answer can't be earlier than its handoff."),
            {"at": _("It lies before the handoff.")},
        )
    return at or max(now, handoff.at)


def found(handoff: Handoff) -> dict[str, Any]:
    """What an answer finds and changes, kept beside it for the way back; the queue only where it is taken from one."""
    lead = handoff.lead
    before = {"stage": lead.stage, "wake_up_on": lead.wake_up_on.isoformat() if lead.wake_up_on else ""}
    return before if handoff.rep_id else before | {"team": handoff.team_id, "owner": lead.owner_id}


def check_excuse(excuse: str) -> None:
    """Raise DomainError `unknown_excuse` for what is not in the list."""
    if excuse and excuse not in Response.Excuse.values:
        sentence = _("Choose capacity, wrong_owner, absent, bad_data, unreachable or forgot.")
        raise DomainError("unknown_excuse", sentence, {"excuse": sentence})


def fitting(excuse: str, handoff: Handoff, at: datetime) -> str:
    """The excuse that is kept of a response at `at`: only the one that stops the clock late has any."""
    return excuse if is_late(handoff, at) else ""


def is_late(handoff: Handoff, at: datetime) -> bool:
    """Whether a response at `at` stops the clock, and late."""
    return handoff.due_at is not None and at > handoff.due_at and _is_first(handoff, at)


def _is_first(handoff: Handoff, at: datetime) -> bool:
    return handoff.released_at is None and (handoff.responded_at is None or at < handoff.responded_at)


def record_response(
    handoff: Handoff, *, by: User | None, kind: str, at: datetime, note: str = "", excuse: str = "",
    before: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    """Keep a response of a locked handoff. The earliest one stops the clock; a later never moves it,
    and none starts a clock again that was released. `before` (see `found`) is for answers that can be taken back."""
    response = Response.objects.create(
        handoff=handoff, by=by, kind=kind, at=at, note=note, excuse=fitting(excuse, handoff, at), before=before or {}
    )
    owner = handoff.lead.owner_id
    if stop_clock(handoff, by=by, at=at):
        handoff.save(update_fields=STOPPED)
    if handoff.lead.owner_id != owner:
        handoff.lead.save(update_fields=["owner"])
    return response


# What a response may change of its handoff.
STOPPED = ["responded_at", "responded_by", "rep", "team", "taken_at"]


def stop_clock(handoff: Handoff, *, by: User | None, at: datetime) -> bool:
    """What a response at `at` does to a loaded handoff and its lead, saved by the caller; whether it does anything."""
    first = _is_first(handoff, at)
    if first:
        handoff.responded_at, handoff.responded_by = at, by
    takes = handoff.rep_id is None and by is not None and handoff.closed_at is None
    if takes and by is not None:
        # Whoever answers a lead of the queue has taken it.
        handoff.rep, handoff.team_id, handoff.taken_at = by, by.team_id or handoff.team_id, at
        handoff.lead.owner = by
    return first or takes
