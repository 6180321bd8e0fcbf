"""Both heads sign what they see: the first signature freezes the quarter, the second seals it for ever."""

from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from accounts.quarters import quarter_named
from common import versions
from common.errors import DomainError
from common.pictures import SERIALIZATION_FAILURE, one_picture
from notices.telling import tell
from reviews import hooks
from reviews.access import check_may_review, check_may_sign
from reviews.digests import digest_of
from reviews.freezing import kept_picture
from reviews.models import Review, SignOff, Snapshot
from reviews.news import asked_to_sign, signed_by_both
from reviews.opening import opened

TRIES = 5


def freeze(key: str, *, version: int, by: User, at: datetime) -> Snapshot:
    """Sign first: keep the quarter `key` as it is at this moment, for the side of `by`, who saw the review in
    `version`.

    Everything is read in one picture of the database. Nobody writes into a review meanwhile; leads, answers and
    costs go on. Raises DomainError `not_yours`, `no_such_quarter`, `still_running`, `signed`, `frozen`, `stale`.
    """
    check_may_sign(by)
    quarter = quarter_named(key)
    if at < quarter.end:
        raise DomainError("still_running", _("The quarter still runs. It can be signed when it is over."))
    opened(quarter, at=at)
    for tries_left in reversed(range(TRIES)):
        try:
            return _frozen(key, version, by=by, at=at)
        except OperationalError as error:
            # Somebody who is pointed to, the signer say, was changed while the picture was taken.
            if not tries_left or getattr(error.__cause__, "pgcode", "") != SERIALIZATION_FAILURE:
                raise
    raise AssertionError


def _frozen(key: str, version: int, *, by: User, at: datetime) -> Snapshot:
    with one_picture(writes=True):
        with connection.cursor() as cursor:
            # Before the picture is taken, which a lock on a row would do: what others wrote until now is in it, and
            # what waits for this lock comes after it.
            cursor.execute(f"LOCK TABLE {Review._meta.db_table} IN EXCLUSIVE MODE")
        review = Review.objects.get(quarter=key)
        if review.is_signed:
            raise DomainError("signed", _("This quarter is signed. What came later is a restatement."))
        if Snapshot.objects.filter(review=review).exists():
            raise DomainError("frozen", _("The figures were frozen a moment ago. Look at them, then sign."))
        versions.locked(Review.objects.all(), review.pk, version)
        snapshot = kept_picture(review, quarter_named(key), by=by, at=at)
        told = {"frozen": [None, snapshot.digest], "signature": [None, _signed(snapshot, by=by, at=at)]}
        trail.kept(review, {"status": Review.Status.IN_REVIEW}, by=by, beside=told)
        tell(asked_to_sign(review, by), at=at)
    return snapshot


@transaction.atomic
def sign(key: str, digest: str, *, by: User, at: datetime) -> Review:
    """Sign second: the same figures, which `digest` names, for the other side. From now on they never change.

    Raises DomainError `not_yours`, `not_frozen`, `signed`, `signed_by_side`, `same_person`, `stale` where other
    figures are frozen than those that were seen, and `altered` where they are not what the first head signed.
    """
    check_may_sign(by)
    review, snapshot = _locked(key)
    if snapshot.digest != digest:
        raise DomainError(
            "stale", _("The figures were frozen anew since you opened the page. Look at them, then sign.")
        )
    first = snapshot.signatures.get()
    if first.side == by.side:
        raise DomainError("signed_by_side", _("Your side has signed already. The other side signs next."))
    if first.by_id == by.pk:
        raise DomainError("same_person", _("You signed for the other side. Somebody else signs for this one."))
    if digest_of(snapshot) != snapshot.digest:
        raise DomainError("altered", _("The frozen figures are not those that were signed. Take the freeze back."))
    told = {"signature": [None, _signed(snapshot, by=by, at=at)]}
    Snapshot.objects.filter(pk=snapshot.pk).update(sealed_at=at)
    trail.kept(review, {"status": Review.Status.SIGNED, "signed_at": at}, by=by, beside=told)
    tell(signed_by_both(review), at=at)
    hooks.announce(review)
    return review


@transaction.atomic
def thaw(key: str, *, by: User, at: datetime) -> Review:
    """Take the freeze back before the second signature: the first one falls, and the figures are live again.

    Raises DomainError `not_yours`, `not_frozen`, `signed`.
    """
    check_may_review(by)
    review, snapshot = _locked(key)
    fallen = "; ".join(map(_words, snapshot.signatures.select_related("by")))
    # Set by set: a hundred thousand frozen leads need not be read to go.
    for rows in (snapshot.leads, snapshot.pieces, snapshot.signatures):
        rows.all()._raw_delete(rows.db)
    Snapshot.objects.filter(pk=snapshot.pk)._raw_delete(connection.alias)
    return trail.kept(review, {}, by=by, beside={"frozen": [snapshot.digest, None], "signature": [fallen, None]})


def _locked(key: str) -> tuple[Review, Snapshot]:
    """A review that is frozen and not yet signed by both, locked."""
    quarter_named(key)
    review = Review.objects.select_for_update(no_key=True).filter(quarter=key).first()
    if review and review.is_signed:
        raise DomainError("signed", _("This quarter is signed. What came later is a restatement."))
    snapshot = Snapshot.objects.select_for_update(no_key=True).filter(review=review).first() if review else None
    if review is None or snapshot is None:
        raise DomainError("not_frozen", _("Nothing is frozen. The first signature freezes the figures."))
    return review, snapshot


def _signed(snapshot: Snapshot, *, by: User, at: datetime) -> str:
    return _words(SignOff.objects.create(snapshot=snapshot, side=by.side, by=by, at=at))


def _words(signature: SignOff) -> str:
    """As the trail tells it."""
    return f"{signature.get_side_display()}, {signature.by}"
