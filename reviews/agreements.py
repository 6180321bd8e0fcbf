"""The page of an agreement: both halves as they stand, its versions, and the agreements before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.quarters import Quarter, quarter_named, quarter_of
from common.templatetags.ui import number
from leads.service_levels import held
from reviews import agreeing, aims
from reviews.figures import FIGURES, valued
from reviews.measures import measure_by
from reviews.models import Agreement, Commitment, Goal, Review
from reviews.pace import progress
from reviews.periods import Period
from reviews.results import added
from reviews.slices import Slice
from reviews.values import Figure, Value

EARLIER = 4
# What the table of earlier agreements compares; all of them add up by months of capture.
COMPARED = ("handed_off_ab", "accepted_of_judged", "answered_in_time", "verdict_in_time")


@dataclass(frozen=True)
class Line:
    """An earlier agreement: its newest version, and the compared figures with what was agreed of all leads."""

    quarter: Quarter
    agreement: Agreement
    values: list[tuple[Value, Decimal | None]]


def standing(review: Review, quarter: Quarter, *, now: datetime) -> dict[str, Any]:
    """Both halves as they stand now."""
    agreement = agreeing.latest(review)
    return _halves(agreement, aims.told(aims.commitments_of(agreement), quarter, now=now)) | {
        "held": _held(review, agreement), "progress": progress(quarter, now=now),
    }  # fmt: skip


def aimed(review: Review, quarter: Quarter, *, now: datetime, known: aims.Known, takes: timedelta) -> dict[str, Any]:
    """Goals and both halves for the page of the review, which knows most figures and how long wins take."""
    agreement = agreeing.latest(review)
    rows: list[Goal | Commitment] = [*aims.goals_of(review), *aims.commitments_of(agreement)]
    told: list[Any] = aims.told(rows, quarter, now=now, known=known, takes=takes)
    return _halves(agreement, [one for one in told if isinstance(one.aim, Commitment)]) | {
        "goals": [one for one in told if isinstance(one.aim, Goal)],
        "progress": progress(quarter, now=now, passage=takes),
    }


def _halves(agreement: Agreement | None, rows: list[aims.Told[Commitment]]) -> dict[str, Any]:
    return {"agreement": agreement, "halves": aims.halves(rows), "sentence": _sentence(rows)}


def _held(review: Review, agreement: Agreement | None) -> Agreement | None:
    """The signed version that holds while the newest is not signed by both."""
    if agreement is None or agreement.signed_at is not None or agreement.number == 1:
        return None
    return Agreement.objects.filter(review=review.pk, signed_at__isnull=False).order_by("-number").first()


def page(review: Review, quarter: Quarter, *, now: datetime) -> dict[str, Any]:
    """All that the page shows."""
    return standing(review, quarter, now=now) | {
        "quarter": quarter, "previous": quarter.shifted(-1),
        "next": quarter.shifted(1) if quarter <= quarter_of(now) else None,
        "levels": held(min(max(now, quarter.start), quarter.end)),
        "versions": _versions(review), "earlier": _earlier(quarter, now),
        "earlier_figures": [FIGURES[key] for key in COMPARED],
    }  # fmt: skip


def may_sign(agreement: Agreement | None, user: User) -> bool:
    """Whether the signature of this person's side is still missing, and theirs to give."""
    if agreement is None or agreement.signed_at is not None or not (user.is_active and user.is_manager):
        return False
    return agreement.signature_of(user.side) is None


def awaiting(user: User, *, now: datetime) -> Agreement | None:
    """The agreement of the running quarter that the other side has signed, and this person's has not."""
    if not (user.is_active and user.is_manager):
        return None
    review = Review.objects.filter(quarter=quarter_of(now).key).first()
    agreement = agreeing.latest(review) if review and not review.is_signed else None
    return agreement if agreement and agreement.signatures.all() and may_sign(agreement, user) else None


def _sentence(rows: Iterable[aims.Told[Commitment]]) -> str:
    """What it comes to, in the words of the two commitments that every agreement has."""
    for told in rows:
        if told.figure.key == "handed_off_ab" and told.aim.campaign is None:
            words = _("Marketing brings %(n)s A and B leads that sales wants. Sales answers in time and says why not.")
            return words % {"n": number(told.aim.target)}
    return ""


def _versions(review: Review) -> list[tuple[Agreement, list[tuple[Figure, Commitment]]]]:
    """Every version with its commitments and their figures, where there are several; the newest first."""
    rows = Agreement.objects.filter(review=review.pk).order_by("-number")
    found = list(rows.prefetch_related("signatures__by", "commitments__campaign"))
    if len(found) < 2:
        return []
    return [
        (one, [(FIGURES[row.figure], row) for row in one.commitments.all() if row.figure in FIGURES]) for one in found
    ]


def _earlier(quarter: Quarter, now: datetime) -> list[Line]:
    """The agreements of the quarters before this one, the latest first."""
    keys = [quarter.shifted(-n).key for n in range(1, EARLIER + 1)]
    rows = Agreement.objects.filter(review__quarter__in=keys).order_by("-review__quarter", "number")
    newest = {one.review.quarter: one for one in rows.select_related("review").prefetch_related("commitments")}
    if not newest:
        return []
    quarters = sorted((quarter_named(key) for key in newest), reverse=True)
    values = _compared(quarters, now)
    return [Line(one, newest[one.key], _beside(values[one.key], newest[one.key])) for one in quarters]


def _compared(quarters: list[Quarter], now: datetime) -> dict[str, dict[str, Value]]:
    """The compared figures of each quarter, in one statement over their months."""
    needs = set().union(*(FIGURES[key].needs for key in COMPARED))
    span = Slice(Period("", quarters[-1], quarters[0]))
    months = measure_by("month", part=span, now=now, only=needs)
    return {
        quarter.key: valued(added(months[month] for month in quarter.months if month in months), COMPARED)
        for quarter in quarters
    }


def _beside(values: dict[str, Value], agreement: Agreement) -> list[tuple[Value, Decimal | None]]:
    targets = {row.figure: row.target for row in agreement.commitments.all() if row.campaign_id is None}
    return [(values[key], targets.get(key)) for key in COMPARED]
