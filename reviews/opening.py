"""The review of a quarter opens by itself, is prepared, and is put before both sides."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from accounts.quarters import Quarter, quarter_named, quarter_of
from common import versions
from common.errors import DomainError
from reviews.access import check_may_review
from reviews.models import Review, Snapshot

Status = Review.Status


def open_reviews(*, now: datetime) -> int:
    """Open the review of the quarter that runs; how many were opened. Twice is once."""
    return int(opened(quarter_of(now), at=now)[1])


def opened(quarter: Quarter, *, at: datetime) -> tuple[Review, bool]:
    """The review of a quarter, opened where it was not, and whether it was."""
    return Review.objects.get_or_create(quarter=quarter.key, defaults={"opened_at": at})


def review_of(quarter: Quarter, *, now: datetime) -> Review:
    """The review of a quarter as it is read. Reading opens none: one that is not there is shown as it would be."""
    return Review.objects.filter(quarter=quarter.key).first() or Review(quarter=quarter.key, opened_at=now)


def held(key: str, *, by: User, at: datetime) -> Review:
    """The review of the quarter `key`, opened where it was not and locked for a change of what it holds.

    Raises DomainError `not_yours`, `no_such_quarter`, `not_begun` for a quarter of the future beyond the next,
    `signed` where both have signed, and `frozen` where one has.
    """
    check_may_review(by)
    quarter = quarter_named(key)
    if quarter > quarter_of(at).shifted(1):
        raise DomainError("not_begun", _("A quarter can be prepared from the one before it on."))
    opened(quarter, at=at)
    review = Review.objects.select_for_update(no_key=True).get(quarter=key)
    if review.is_signed:
        raise DomainError("signed", _("This quarter is signed. What came later is a restatement."))
    if Snapshot.objects.filter(review=review).exists():
        raise DomainError("frozen", _("The figures are frozen for the signatures. Take that back to change something."))
    return review


@transaction.atomic
def put_before_both(key: str, *, version: int, by: User, at: datetime) -> Review:
    """From preparing to in review: the meeting begins. Raises DomainError as `held`, and `stale`."""
    return _moved(key, Status.IN_REVIEW, version=version, by=by, at=at)


@transaction.atomic
def back_to_preparing(key: str, *, version: int, by: User, at: datetime) -> Review:
    """From in review to preparing. Raises DomainError as `held`, and `stale`."""
    return _moved(key, Status.PREPARING, version=version, by=by, at=at)


@transaction.atomic
def sum_up(key: str, summary: str, *, version: int, by: User, at: datetime) -> Review:
    """Say in a sentence or two what the quarter comes to. Raises DomainError as `held`, `stale`, `bad_value`."""
    review = _current(key, version, by=by, at=at)
    return trail.kept(review, {"summary": " ".join(summary.split())}, by=by)


def _moved(key: str, status: str, *, version: int, by: User, at: datetime) -> Review:
    review = _current(key, version, by=by, at=at)
    return trail.kept(review, {"status": status}, by=by)


def _current(key: str, version: int, *, by: User, at: datetime) -> Review:
    review = held(key, by=by, at=at)
    return versions.locked(Review.objects.all(), review.pk, version)
