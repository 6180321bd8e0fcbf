"""The agreement of a quarter: what each side owes is written, both heads sign, and then it holds.

An edit of the unsigned version takes the signatures away. A version that both signed never changes; the next one is
begun with its commitments, and the signed one holds until both have signed that.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from common import versions
from common.errors import DomainError
from reviews.aiming import checked, written
from reviews.models import Agreement, AgreementSignature, Commitment, Review
from reviews.opening import held

SIDES = [side.value for side in User.Side]
COPIED = ("side", "figure", "target", "owner", "campaign", "clause")


def latest(review: Review) -> Agreement | None:
    """The newest version of a review's agreement with its signatures, whether or not it holds."""
    rows = Agreement.objects.filter(review=review.pk).select_related("review").prefetch_related("signatures__by")
    return rows.order_by("-number").first()


@transaction.atomic
def add_commitment(key: str, facts: Mapping[str, Any], *, by: User, at: datetime) -> Commitment:
    """Write what a side owes in the quarter `key`: `side`, `figure`, `target`, `owner`, `campaign` or None, `clause`.

    Raises DomainError as `held`, `agreed` where both have signed, `no_such_figure`, `wrong_owner`, `bad_value`.
    """
    agreement = open_version(key, by=by, at=at)
    row = trail.kept(Commitment(agreement=agreement), checked(facts) | {"by": by, "at": at}, by=by)
    touch(agreement)
    return row


@transaction.atomic
def change_commitment(
    key: str, pk: int, facts: Mapping[str, Any], *, version: int, by: User, at: datetime
) -> Commitment:
    """Change one that was seen as of `version`. Raises DomainError as `add_commitment`, `stale`, `gone`."""
    agreement = open_version(key, by=by, at=at)
    row = versions.locked(Commitment.objects.filter(agreement=agreement), pk, version)
    row = written(row, checked(facts), by=by, at=at)
    if row.version != version:
        touch(agreement)
    return row


@transaction.atomic
def drop_commitment(key: str, pk: int, *, version: int, by: User, at: datetime) -> None:
    """Take a commitment away. Raises DomainError as `held`, `agreed`, `stale`, `gone`."""
    agreement = open_version(key, by=by, at=at)
    row = versions.locked(Commitment.objects.filter(agreement=agreement), pk, version)
    trail.note(row, trail.Act.REMOVED, by=by)
    row.delete()
    touch(agreement)


@transaction.atomic
def begin_version(key: str, *, version: int, by: User, at: datetime) -> Agreement:
    """The next version, with the commitments of the signed one, which holds until both sign this.

    Raises DomainError as `held`, `gone`, `stale`, `unsigned` where the newest version is not signed.
    """
    signed = _newest(held(key, by=by, at=at), version)
    if signed.signed_at is None:
        raise DomainError("unsigned", _("This version is not signed yet: change it as it stands."))
    made = trail.kept(Agreement(review=signed.review), {"number": signed.number + 1}, by=by)
    Commitment.objects.bulk_create(
        Commitment(agreement=made, by=by, at=at, **{name: getattr(row, name) for name in COPIED})
        for row in signed.commitments.order_by("pk")
    )
    return made


@transaction.atomic
def sign(key: str, *, version: int, by: User, at: datetime) -> Agreement:
    """Sign the newest version for the side of `by`; with both signatures it holds. `version` is what was seen.

    Raises DomainError as `held`, `not_a_manager`, `gone`, `stale`, `agreed`, `one_sided` where a side owes nothing,
    and `signed_by_side`.
    """
    if not (by.is_active and by.is_manager):
        raise DomainError("not_a_manager", _("A manager signs, each for their own side."))
    agreement = _newest(held(key, by=by, at=at), version)
    _check_open(agreement)
    if set(agreement.commitments.values_list("side", flat=True)) != set(SIDES):
        raise DomainError("one_sided", _("Write what each side owes before you sign."))
    signed = dict(agreement.signatures.values_list("side", "at"))
    if by.side in signed:
        raise DomainError("signed_by_side", _("Your side has signed already."))
    made = AgreementSignature.objects.create(agreement=agreement, side=by.side, by=by, at=at)
    trail.note(made, trail.Act.ADDED, by=by)
    if len(signed) + 1 == len(SIDES):
        agreement.signed_at = at
        agreement.save(update_fields=["signed_at"])
    return agreement


def open_version(key: str, *, by: User, at: datetime) -> Agreement:
    """The version of the quarter's agreement that can be changed, locked; the first where there is none.

    Raises DomainError as `held`, and `agreed` where both have signed the newest.
    """
    review = held(key, by=by, at=at)
    agreement = Agreement.objects.select_for_update(no_key=True).filter(review=review).order_by("-number").first()
    if agreement is None:
        return Agreement.objects.create(review=review)
    _check_open(agreement)
    return agreement


def touch(agreement: Agreement) -> None:
    """What was changed must be seen again before it is signed: signatures are void."""
    agreement.version += 1
    agreement.save(update_fields=["version"])
    agreement.signatures.all().delete()


def _newest(review: Review, version: int) -> Agreement:
    """The newest version, locked. Raises DomainError `gone` where there is none, `stale` where it was changed."""
    newest = Agreement.objects.filter(review=review).order_by("-number").values_list("pk", flat=True).first()
    return versions.locked(Agreement.objects.all(), newest, version)


def _check_open(agreement: Agreement) -> None:
    if agreement.signed_at is not None:
        words = _("Both sides have signed version %(n)d. Begin the next one to change it.") % {"n": agreement.number}
        raise DomainError("agreed", words)
