"""Adjustments as people read them: what each calls for, its share before and after, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, F, JSONField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import company
from feedback.models import Adjustment, Reason
from feedback.shares import Asked, Share, judged, saying
from leads.models import Handoff

Group = Reason.Group


@dataclass(frozen=True)
class Kind:
    """What a group of reasons calls for: a verb to begin a title with, and what may change."""

    label: str | Promise
    words: str | Promise


KINDS: dict[str, Kind] = {
    Group.WRONG_TARGET: Kind(_("Retarget"), _("audience, list, or a criterion of fit")),
    Group.NO_COMPELLING_NEED: Kind(_("Rework the offer"), _("message, or a question that qualifies")),
    Group.TIMING: Kind(_("Nurture"), _("keep in touch until the date on which they wake up")),
    Group.DATA_FAULT: Kind(_("Repair the source"), _("form, list or import that brings faults")),
    Group.NO_CONTACT: Kind(_("Change the sequence"), _("order, channel, or back to nurture")),
    Group.LOST: Kind(_("Pass on the insight"), _("what sales needs to win the next one")),
}


class Effect(StrEnum):
    """What the share after says about the share before."""

    NONE_YET = "none_yet"
    TOO_FEW = "too_few"
    NO_CHANGE = "no_change"
    FELL = "fell"
    ROSE = "rose"


EFFECTS: dict[Effect, tuple[str | Promise, str]] = {
    Effect.NONE_YET: (_("nobody judged since"), "open"),
    Effect.TOO_FEW: (_("too few to judge"), "open"),
    Effect.NO_CHANGE: (_("no visible change"), ""),
    Effect.FELL: (_("the share fell"), "good"),
    Effect.ROSE: (_("the share rose"), "bad"),
}


@dataclass(frozen=True)
class Told:
    """An adjustment with its kind and shares; `after` and `effect` only once it is done."""

    adjustment: Adjustment
    before: Share
    after: Share | None

    @property
    def kind(self) -> Kind:
        return KINDS[self.adjustment.group]

    @property
    def effect(self) -> Effect | None:
        return effect(self.before, self.after) if self.after else None

    @property
    def effect_words(self) -> str:
        return str(EFFECTS[self.effect][0]) if self.effect else ""

    @property
    def effect_tone(self) -> str:
        return EFFECTS[self.effect][1] if self.effect else ""


def effect(before: Share, after: Share) -> Effect:
    """Whether the share changed visibly: both have cases enough, and their intervals lie apart."""
    if not after.denominator:
        return Effect.NONE_YET
    if before.too_few or after.too_few:
        return Effect.TOO_FEW
    if after.high < before.low:
        return Effect.FELL
    return Effect.ROSE if after.low > before.high else Effect.NO_CHANGE


def today(now: datetime) -> date:
    """The day in the company's time zone."""
    return now.astimezone(company.current().zone).date()


def before(adjustment: Adjustment) -> Asked:
    """Of whom the share before asks: handoffs made until it was opened."""
    return _asked(adjustment, adjustment.before_from, adjustment.opened_at)


def after(adjustment: Adjustment, now: datetime) -> Asked | None:
    """Of whom the share after asks: handoffs made since it was done; None while it is not."""
    return _asked(adjustment, adjustment.done_at, now) if adjustment.done_at else None


def _asked(adjustment: Adjustment, since: datetime, until: datetime) -> Asked:
    return Asked(adjustment.group, since, until, reason=adjustment.reason, campaign=adjustment.campaign)


def with_counts(rows: QuerySet[Adjustment], now: datetime) -> QuerySet[Adjustment]:
    """Annotates `counts`, from which `told` reads the shares."""
    return rows.annotate(counts=_counts(now))


def told(rows: Iterable[Adjustment], now: datetime) -> list[Told]:
    """Adjustments with their shares; needs `with_counts`."""
    return [_told(one, now) for one in rows]


def _told(one: Any, now: datetime) -> Told:
    counts = one.counts or dict.fromkeys(("said_before", "before", "said_after", "after"), 0)
    since = after(one, now)
    return Told(
        one,
        Share(counts["said_before"], counts["before"], before(one).url),
        Share(counts["said_after"], counts["after"], since.url) if since else None,
    )


def _counts(now: datetime) -> Case:
    """Leads before and after, that said it and that were judged, of the adjustment at hand."""
    of_verdicts = saying(OuterRef("group"), Coalesce(OuterRef("reason"), F("verdict__reason")))
    of_ends = saying(Group.LOST, Coalesce(OuterRef(OuterRef("reason")), F("reason")))
    return Case(
        When(group=Group.LOST, then=_counted(judged(Group.LOST), of_ends, now)),
        default=_counted(judged(), of_verdicts, now),
        output_field=JSONField(),
    )


def _counted(counts: Q, said: Q, now: datetime) -> Subquery:
    """The two windows are those of `before` and `after`."""
    rows = Handoff.objects.filter(
        counts, lead__kept_out="", lead__campaign=OuterRef("campaign"), at__gte=OuterRef("before_from"), at__lt=now
    )
    windows = {"before": Q(at__lt=OuterRef("opened_at")), "after": Q(at__gte=OuterRef("done_at"))}
    leads = {name: Count("lead", distinct=True, filter=window) for name, window in windows.items()}
    those = {f"said_{name}": Count("lead", distinct=True, filter=window & said) for name, window in windows.items()}
    found = rows.order_by().values("lead__campaign").annotate(found=JSONObject(**leads, **those))
    return Subquery(found.values("found"))
