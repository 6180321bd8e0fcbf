"""What pages show of a handoff: its clock in words, and why the lead is here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from common.templatetags.ui import delta_words
from common.texts import gettext as _
from leads import clock
from leads.models import Handoff, Touch


@dataclass(frozen=True)
class ClockFace:
    """A clock as people read it."""

    state: str
    share: int
    due: datetime | None
    words: str


def clock_face(handoff: Handoff, now: datetime) -> ClockFace:
    """The clock of `handoff` at `now`, e.g. "2 d 4 h late" or "5 h left"."""
    read = clock.reading(handoff, now)
    return ClockFace(read.state.value, read.share, read.due, _words(read))


def clock_told(handoff: Handoff, now: datetime) -> ClockFace:
    """The same clock in a sentence, e.g. "Answer is 2 d 4 h late"."""
    return replace(clock_face(handoff, now), words=_sentence(clock.reading(handoff, now), bool(handoff.responded_at)))


def _sentence(read: clock.Reading, answered: bool) -> str:
    span = delta_words(read.left)
    match read.state:
        case clock.State.RELEASED:
            return _("No clock runs")
        case clock.State.MET:
            return _("Answered in time")
        case clock.State.BREACHED:
            return (_("Answered %(span)s late") if answered else _("Answer is %(span)s late")) % {"span": span}
    return _("Answer is due in %(span)s") % {"span": span}


def _words(read: clock.Reading) -> str:
    left = read.left or timedelta()
    match read.state:
        case clock.State.RELEASED:
            return _("no clock")
        case clock.State.MET:
            return _("in time")
        case clock.State.BREACHED:
            return _("%(span)s late") % {"span": delta_words(-left)}
    return _("%(span)s left") % {"span": delta_words(left)}


def with_latest_touch(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """Annotates `latest_touch_id`, the touch that says why the lead is here."""
    latest = Touch.objects.filter(lead=OuterRef("lead")).order_by("-at", "-pk").values("pk")[:1]
    return handoffs.annotate(latest_touch_id=Subquery(latest))


def latest_touches(handoffs: Sequence[Handoff]) -> dict[int, Touch]:
    """The latest touch of each lead, by the lead's id; needs `with_latest_touch`."""
    ids = [h.latest_touch_id for h in handoffs if h.latest_touch_id]  # type: ignore[attr-defined]
    return {t.lead_id: t for t in Touch.objects.filter(pk__in=ids).select_related("campaign").order_by()}
